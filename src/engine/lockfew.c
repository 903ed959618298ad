/* SPDX-License-Identifier: MIT */
/*
 * Locks of few rows, from fdinfo of their descriptors: show_fd_locks() of fs/proc/fd.c has a
 * line for each lock that was made through this open file, as it stands in /proc/locks.
 *
 * That file is not slow for its length alone: whoever opens it waits until no CPU may still
 * be at a lock, some ten milliseconds.
 *
 * A lock may outlive the descriptors of the process that made it: who inherited its open
 * file, or was sent it, has it still, and so has a mapping. /proc/locks names the process all
 * the same, and gives its letter to each of its rows of that file. Here there is none: to find
 * such a lock is to read that list every time, and none of the descriptors shown holds it.
 */
#include <errno.h>
#include <stdio.h>

#include "engine/join.h"
#include "proc/procdir.h"

/* These are read in the time of that wait. */
#define FEW_ROWS 1000

struct lockfew {
	struct root *root;
	struct buf info; /* of a descriptor */
	struct buf text; /* the lines of all of them */
};

/* Even a pipe can be locked. */
static bool may_be_locked(const struct fdmap_file *f)
{
	return f->fd >= 0 && f->kind != FDMAP_KIND_SOCKET;
}

static bool are_few(const struct fdmap_snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		const struct fdmap_process *p = &s->procs[i];
		size_t numbered = 0;

		for (uint32_t j = 0; j < p->nfiles; j++) {
			numbered += p->files[j].fd >= 0;
			n += may_be_locked(&p->files[j]);
		}
		/* It has none, or they may not be listed. */
		if (!(p->have & FDMAP_FDS) || p->tid || !numbered)
			return false;
	}
	return n <= FEW_ROWS;
}

static int read_process(struct lockfew *l, const struct fdmap_process *p)
{
	struct procdir pd;
	char name[24];
	int r = procdir_open(l->root, p->pid, &pd);

	if (r < 0)
		return r;
	for (uint32_t i = 0; r == 0 && i < p->nfiles; i++) {
		if (!may_be_locked(&p->files[i]))
			continue;
		(void)snprintf(name, sizeof(name), "fdinfo/%d", p->files[i].fd);
		buf_reset(&l->info);
		r = root_read(l->root, &pd.dir, name, &l->info);
		/* It has been closed meanwhile, and nothing is locked by it. */
		if (r == -ENOENT)
			r = 0;
		else if (r == 0)
			parse_fdinfo_locks((struct span){ buf_str(&l->info), l->info.n }, &l->text);
	}
	procdir_close(&pd);
	return r;
}

/* Of several of one process on one file the last in the list counts, whose order is another. */
static bool are_alike(const struct locks *locks)
{
	for (size_t i = 1; i < locks->n; i++) {
		const struct lock *a = &locks->v[i - 1], *b = &locks->v[i];

		if (a->ino == b->ino && a->dev == b->dev && a->pid == b->pid &&
		    a->letter != b->letter)
			return false;
	}
	return true;
}

int join_few_locks(const struct fdmap_snapshot *s, struct root *root, struct locks *locks,
		   bool *known)
{
	struct lockfew l = { .root = root };
	int r = 0;

	/* What was recorded may lack these lines; what is known must do for all parts. */
	if (*known || s->in_parts || !root->live || !are_few(s))
		return 0;
	buf_init(&l.info);
	buf_init(&l.text);
	for (size_t i = 0; r == 0 && i < s->nprocs; i++)
		r = read_process(&l, &s->procs[i]);
	if (r == 0)
		r = l.text.failed ? -ENOMEM
				  : parse_locks((struct span){ buf_str(&l.text), l.text.n }, locks);
	*known = r == 0 && are_alike(locks);
	if (!*known) {
		locks_fini(locks);
		locks_init(locks);
	}
	buf_fini(&l.info);
	buf_fini(&l.text);
	return root_exhausted(r) ? r : 0;
}
