/* SPDX-License-Identifier: MIT */
/* Locks: which of them are on the file of a row, who holds and who awaits one. */
#include "engine/join.h"

#include <errno.h>
#include <stdlib.h>

#include "proc/locks.h"

/* What all rows of one file have in common: made for the first of them. */
struct shared {
	pid_t first; /* who came first; 0: no process */
	const pid_t *waiters;
	uint32_t nwaiters;
	bool made;
};

struct lockjoin {
	const struct locks *locks;
	struct shared *shared; /* by the place of a file's first lock */
	struct arena *arena;
};

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* Each once. Who waits for an OFD lock has no PID here: 0. */
static int list_waiters(struct lockjoin *j, const struct lock *v, size_t n, struct shared *sh)
{
	uint32_t count = 0;
	pid_t *pids;

	for (size_t i = 0; i < n; i++)
		count += v[i].waits;
	if (!count)
		return 0;
	pids = arena_alloc(j->arena, count * sizeof(*pids));
	if (!pids)
		return -ENOMEM;
	count = 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].waits)
			pids[count++] = v[i].pid > 0 ? v[i].pid : 0;
	qsort(pids, count, sizeof(*pids), compare_pids);
	for (uint32_t i = 0; i < count; i++)
		if (!i || pids[i] != pids[i - 1])
			pids[sh->nwaiters++] = pids[i];
	sh->waiters = pids;
	return 0;
}

static pid_t first_owner(const struct lock *v, size_t n)
{
	const struct lock *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (!v[i].waits && (!first || v[i].seq < first->seq))
			first = &v[i];
	return first && first->pid > 0 ? first->pid : 0;
}

static int tell_locks(struct lockjoin *j, pid_t pid, struct fdmap_file *f)
{
	struct fdmap_file_more *more;
	struct fdmap_locking *l;
	size_t from, n = locks_on(j->locks, f->stat->dev, f->stat->ino, &from);
	struct shared *sh = &j->shared[from];
	int r = 0;

	if (!n)
		return 0;
	if (!sh->made) {
		sh->made = true;
		sh->first = first_owner(j->locks->v + from, n);
		r = list_waiters(j, j->locks->v + from, n, sh);
	}
	more = r == 0 ? snapshot_more(j->arena, f) : NULL;
	l = more ? arena_alloc(j->arena, sizeof(*l)) : NULL;
	if (!l)
		return -ENOMEM;
	f->lock = locks_find(j->locks, pid, f->stat->dev, f->stat->ino);
	l->owner = f->lock != ' ' ? pid : sh->first;
	l->waiters = sh->waiters;
	l->nwaiters = sh->nwaiters;
	more->locks = l;
	return 0;
}

static bool may_be_locked(const struct fdmap_file *f)
{
	return f->stat && f->kind != FDMAP_KIND_SOCKET;
}

static bool any_may_be_locked(const struct fdmap_snapshot *s)
{
	for (size_t i = 0; i < s->nprocs; i++)
		for (uint32_t k = 0; k < s->procs[i].nfiles; k++)
			if (may_be_locked(&s->procs[i].files[k]))
				return true;
	return false;
}

int join_locks(struct fdmap_snapshot *s, struct root *root, struct locks *locks, bool *known)
{
	struct lockjoin j = { .locks = locks, .arena = snapshot_arena(s) };
	int r = 0;

	if (!*known && any_may_be_locked(s)) {
		r = locks_read(root, locks);
		*known = true;
	}
	if (r == 0 && locks->n) {
		j.shared = calloc(locks->n, sizeof(*j.shared));
		r = j.shared ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && locks->n && i < s->nprocs; i++) {
		for (uint32_t k = 0; r == 0 && k < s->procs[i].nfiles; k++) {
			struct fdmap_file *f = snapshot_row(&s->procs[i], k);

			if (may_be_locked(f))
				r = tell_locks(&j, s->procs[i].pid, f);
		}
	}
	free(j.shared);
	return root_exhausted(r) ? r : 0;
}
