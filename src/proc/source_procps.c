/* SPDX-License-Identifier: MIT */
/*
 * Process facts by libproc2, which reads the /proc of this machine only.
 *
 * It is asked for the parent, the group, the session, the state, the number of threads and
 * the start, which are all in one file. Not for the command:
 * it replaces control characters by '.' and, outside a UTF-8 locale, all other
 * bytes above 0x7e by '?', so the name comes from PID/comm, unaltered. That
 * file is read through the pinned directory and after the library's answer:
 * that it can still be read proves that the PID was not taken by another
 * process before the library, which opens by number, read about it.
 *
 * A thread is asked for as if it were a process, by PIDS_SELECT_PID and its
 * TID: /proc/TID exists, though it is not listed. PIDS_SELECT_PID_THREADS would
 * read all threads of its process to answer for one.
 *
 * 4.0.2 keeps 265 KB of buffers per thread that asks it, and never frees them:
 * workers come and go with every snapshot. Only the first thread of the program
 * asks the library; all others are answered by our own reader, which says the
 * same. So is the first thread where many processes are asked about: for each of
 * them the library reads PID/status and /proc/uptime, too, whatever it is asked for, and
 * looks up the owner of PID, which takes four times as long.
 */
#include "proc/source.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <stdlib.h>
#include <unistd.h>

struct procps {
	struct pids_info *info; /* made at the first question: that costs 35 system calls */
	struct source text;	/* answers what the library can't */
	struct buf comm;
	unsigned left; /* questions that the library may still be asked */
	bool broken; /* the library can't be used here */
};

enum item { ITEM_PPID, ITEM_PGID, ITEM_SID, ITEM_STATE, ITEM_THREADS, ITEM_START, ITEMS };

static bool is_first_thread(void)
{
	return gettid() == getpid();
}

static int ensure_info(struct procps *p)
{
	enum pids_item items[ITEMS] = {
		[ITEM_PPID] = PIDS_ID_PPID,
		[ITEM_PGID] = PIDS_ID_PGRP,
		[ITEM_SID] = PIDS_ID_SESSION,
		[ITEM_STATE] = PIDS_STATE,
		[ITEM_THREADS] = PIDS_NLWP,
		[ITEM_START] = PIDS_TICS_BEGAN,
	};
	int err;

	if (p->info || p->broken || !p->left || !is_first_thread())
		return 0;
	err = procps_pids_new(&p->info, items, ITEMS);
	if (root_exhausted(err))
		return err;
	if (err < 0)
		p->broken = true;
	return 0;
}

static bool ask(struct procps *p, pid_t id, struct source_facts *facts)
{
	struct pids_fetch *fetch;
	struct pids_stack *stack;
	unsigned ids[1] = { (unsigned)id };

	if (!p->info || !p->left || !is_first_thread())
		return false;
	p->left--;
	fetch = procps_pids_select(p->info, ids, 1, PIDS_SELECT_PID);
	if (!fetch || fetch->counts->total != 1)
		return false;
	stack = fetch->stacks[0];
	facts->ppid = PIDS_VAL(ITEM_PPID, s_int, stack, p->info);
	facts->pgid = PIDS_VAL(ITEM_PGID, s_int, stack, p->info);
	facts->sid = PIDS_VAL(ITEM_SID, s_int, stack, p->info);
	facts->threads = (uint32_t)PIDS_VAL(ITEM_THREADS, s_int, stack, p->info);
	facts->start = PIDS_VAL(ITEM_START, ull_int, stack, p->info);
	facts->state = (char)PIDS_VAL(ITEM_STATE, s_ch, stack, p->info);
	return true;
}

/* PID/comm: the name and a newline (fs/proc/base.c, comm_show; since 2.6.33). */
static int read_comm(struct source *s, struct procps *p, const struct procdir *pd,
		     struct arena *arena, struct source_facts *facts)
{
	int err;

	buf_reset(&p->comm);
	err = root_read(s->root, &pd->dir, "comm", &p->comm);
	if (err < 0)
		return err == -ENOENT ? -ESRCH : err;
	if (!p->comm.n)
		return -ESRCH;
	if (p->comm.p[p->comm.n - 1] == '\n')
		p->comm.n--;
	facts->comm = arena_strndup(arena, p->comm.p, p->comm.n);
	return facts->comm ? 0 : -ENOMEM;
}

static int procps_facts(struct source *s, const struct procdir *pd, struct arena *arena,
			struct source_facts *facts)
{
	struct procps *p = s->priv;
	int err = ensure_info(p);

	if (err < 0)
		return err;
	/* It has ended, or /proc/uptime, which the library wants, is not there. */
	if (!ask(p, pd->tid ? pd->tid : pd->pid, facts))
		return source_facts(&p->text, pd, arena, facts);
	return read_comm(s, p, pd, arena, facts);
}

static void procps_free(struct source *s)
{
	struct procps *p = s->priv;

	if (p->info)
		procps_pids_unref(&p->info);
	p->text.ops->free(&p->text);
	buf_fini(&p->comm);
	free(p);
}

static const struct source_ops procps_ops = {
	.facts = procps_facts,
	.free = procps_free,
};

int source_procps_init(struct source *s, unsigned most)
{
	struct procps *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->text.root = s->root;
	err = source_text_init(&p->text);
	if (err < 0) {
		free(p);
		return err;
	}
	buf_init(&p->comm);
	p->left = most;
	s->priv = p;
	s->ops = &procps_ops;
	return 0;
}
