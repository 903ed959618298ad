/* SPDX-License-Identifier: MIT */
/*
 * Where all that selects are sockets, the first walk has read every link, and found
 * that most are no rows. It writes down which sockets they were, so that other ends are
 * looked for in that list rather than in /proc once more. What is found there is read
 * again, as it is then: nothing but a number is believed.
 */
#include "engine/endseen.h"

#include <errno.h>

#include "engine/pass.h"

#define ONLY_SOCKETS (1u << END_SOCKET)

static int note(struct worker *w, const struct seen *seen)
{
	buf_put(&w->seen, seen, sizeof(*seen));
	return w->seen.failed ? -ENOMEM : 0;
}

int endseen_note(struct worker *w, const struct target *t, int fd, uint64_t ino)
{
	const struct seen seen = { t->pd->pid, fd, ino };

	return t->pd->tid ? 0 : note(w, &seen);
}

int endseen_whole(struct worker *w, const struct target *t)
{
	const struct seen seen = { .pid = t->pd->pid, .fd = -1 };

	return t->pd->tid ? 0 : note(w, &seen);
}

void endseen_init(struct endseen *e)
{
	*e = (struct endseen){ 0 };
	hash_init(&e->pids);
}

void endseen_fini(struct endseen *e)
{
	hash_fini(&e->pids);
	endlist_fini(&e->list);
}

int endseen_add(struct endseen *e, pid_t pid)
{
	return hash_put(&e->pids, (uint64_t)pid, 0);
}

/* Those that are looked for, in processes that are not all rows, as keys of an endlist. */
static void put_wanted(const struct endseen *e, const struct seen *v, size_t n,
		       const struct endset *set, struct buf *keys)
{
	for (size_t i = 0; i < n; i++) {
		const struct end_id id = { .what = END_SOCKET, .a = v[i].ino };
		uint64_t key = endlist_key(v[i].pid, v[i].fd);
		uint32_t which;

		if (v[i].fd >= 0 && endset_find(set, &id, &which) &&
		    !hash_find(&e->pids, (uint64_t)v[i].pid, NULL))
			buf_put(keys, &key, sizeof(key));
	}
}

int endseen_use(struct endseen *e, const struct buf *notes, const struct endset *set)
{
	const struct seen *v = (const void *)notes->p;
	size_t n = notes->n / sizeof(*v);
	struct buf keys;
	uint32_t known;
	int r;

	if (set->whats & ~ONLY_SOCKETS)
		return 0;
	buf_init(&keys);
	put_wanted(e, v, n, set, &keys);
	r = keys.failed
		    ? -ENOMEM
		    : endlist_new(&e->list, (uint64_t *)(void *)keys.p, keys.n / sizeof(uint64_t));
	buf_fini(&keys);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (v[i].fd < 0)
			r = endseen_add(e, v[i].pid);
	/* One that was not read to its end is walked as if nothing were known of it. */
	for (size_t i = 0; r == 0 && i < e->list.n; i++)
		if (hash_find(&e->pids, (uint64_t)e->list.v[i].pid, &known))
			r = hash_put(&e->pids, (uint64_t)e->list.v[i].pid, (uint32_t)i + 1);
	return r;
}

bool endseen_knows(const struct endseen *e, pid_t pid, const struct endrows **rows)
{
	uint32_t at;

	if (!hash_find(&e->pids, (uint64_t)pid, &at))
		return false;
	*rows = at ? &e->list.v[at - 1] : NULL;
	return true;
}

static const struct fdmap_process *find_process(const struct fdmap_snapshot *s, pid_t pid)
{
	size_t lo = 0, hi = s->nprocs;

	/* A process stands before its threads. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->procs[mid].pid < pid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nprocs && s->procs[lo].pid == pid && !s->procs[lo].tid ? &s->procs[lo]
									      : NULL;
}

/* Rows are looked through from *at on, as records are told: both have their numbers ascending. */
static bool is_row(const struct fdmap_process *p, const struct bpf_head *h, uint32_t *at)
{
	const struct fdmap_file *f;

	/* What is registered in a ring has no number, and stands behind it. */
	while (*at < p->nfiles && p->files[*at].fd < h->fd)
		++*at;
	if (*at == p->nfiles)
		return false;
	f = &p->files[*at];
	return f->fd == h->fd && snapshot_is_socket(f) && f->ino == h->ino;
}

bool endseen_told(const struct scan *scan, const struct fdmap_snapshot *s, const struct endset *set,
		  pid_t pid)
{
	const struct fdmap_process *p;
	const struct bpf_holder *h;
	uint32_t which, row = 0;
	size_t at;

	if (!scan->pass || !pass_tells(scan) || set->whats & ~ONLY_SOCKETS)
		return false;
	h = bpf_pass_find(scan->pass, (uint32_t)pid);
	if (!h)
		return false;
	p = find_process(s, pid);
	at = h->at;
	for (uint32_t i = 0; i < h->n; i++) {
		const struct bpf_head *head = bpf_next(scan->pass, &at);
		const struct end_id id = { .what = END_SOCKET, .a = head->ino };

		if (!pass_tells_of(scan, head) || head->tid || head->fd < 0 ||
		    !((const struct bpf_file *)head)->sock || !endset_find(set, &id, &which))
			continue;
		if (!p || !is_row(p, head, &row))
			return false;
	}
	return true;
}
