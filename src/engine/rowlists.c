/* SPDX-License-Identifier: MIT */
/* The lists of one process: its special links, its mappings, its descriptors. */
#include "engine/endseen.h"
#include "engine/pass.h"
#include "engine/scan.h"

bool rows_enough(const struct worker *w)
{
	const struct fdmap_query *q = w->scan->q;

	if (!w->scan->plan->first_hit || !w->nsure)
		return false;
	for (size_t i = 0; i < q->nterms; i++) {
		switch (q->terms[i].what) {
		case FDMAP_TERM_FILE:
		case FDMAP_TERM_FILESYSTEM:
		case FDMAP_TERM_INET:
		case FDMAP_TERM_INET_ALL:
		case FDMAP_TERM_TCP_STATE:
		case FDMAP_TERM_UDP_STATE:
		case FDMAP_TERM_NFS:
		case FDMAP_TERM_TREE:
			if (!hits_has(w->hits, (unsigned)i))
				return false;
			break;
		case FDMAP_TERM_COMMAND:
		case FDMAP_TERM_REGEX:
		case FDMAP_TERM_PID:
		case FDMAP_TERM_TASKS:
		case FDMAP_TERM_PGID:
		case FDMAP_TERM_UID:
		case FDMAP_TERM_CONTEXT:
		case FDMAP_TERM_FILTER:
		case FDMAP_TERM_OTHER:
			break;
		}
	}
	return true;
}

/* Mappings of the program itself are no rows of their own: it need not be asked for twice. */
static void note_exe(struct worker *w, size_t had)
{
	const struct fdmap_file *f = w->nrows > had ? &w->rows[had] : NULL;

	if (!f || !f->stat || fdmap_more(f)->exempt)
		return;
	w->exe_known = true;
	w->exe_dev = f->stat->dev;
	w->exe_ino = f->stat->ino;
}

static int rows_special(struct worker *w, const struct target *t)
{
	static const struct {
		int slot;
		const char *name;
	} special[] = {
		{ FDMAP_FD_CWD, "cwd" }, { FDMAP_FD_RTD, "root" }, { FDMAP_FD_TXT, "exe" },
	};

	for (size_t i = 0; i < ARRAY_LEN(special); i++) {
		struct place at = { .dir = &t->pd->dir, .name = special[i].name };
		size_t had = w->nrows;
		int r;

		if (!(w->scan->plan->slots >> -special[i].slot & 1))
			continue;
		r = rows_one(w, t, &at, special[i].slot);
		if (r < 0)
			return r;
		if (special[i].slot == FDMAP_FD_CWD)
			w->has_cwd = w->nrows > had && w->rows[had].have & FDMAP_LINK;
		if (special[i].slot == FDMAP_FD_TXT)
			note_exe(w, had);
		if (rows_enough(w))
			break;
	}
	return 0;
}

int rows_with_ring(struct worker *w, const struct target *t, const struct place *at, int fd)
{
	int r;

	w->ring = RING_NO;
	r = rows_one(w, t, at, fd);
	if (r == 0 && w->ring != RING_NO && !rows_enough(w))
		r = rows_uring(w, t, at, fd);
	return r;
}

/* By now the pass has gone so far, if there is one. */
static int rows_of_fds(struct worker *w, const struct target *t)
{
	int r;

	w->told = t->by_proc ? NULL : pass_holder(w, t->pd);
	if (w->error)
		return w->error;
	if (w->told)
		return rows_told(w, t, w->told);
	r = rows_fds(w, t);
	return r == 0 && w->scan->plan->notes_socks ? endseen_whole(w, t) : r;
}

int rows_read(struct worker *w, const struct target *t)
{
	const struct plan *plan = w->scan->plan;
	uint32_t lists = t->whole ? plan->lists_all : plan->lists, early_lists = lists;
	struct target early = *t;
	int r = 0;

	if (t->got & SEL_LATE) {
		early.got &= ~(uint32_t)SEL_LATE;
		early.whole = select_done(w->scan->q, early.got);
		early_lists = early.whole ? plan->lists_all : plan->lists;
	}
	w->nrows = w->nsure = 0;
	w->told = NULL;
	w->exe_known = w->has_cwd = false;
	if (early_lists & FDMAP_SPECIAL)
		r = rows_special(w, &early);
	if (r == 0 && early_lists & FDMAP_MAPS && !rows_enough(w))
		r = rows_maps(w, &early);
	if (r == 0 && lists & FDMAP_FDS && !rows_enough(w))
		r = rows_of_fds(w, t);
	return r;
}
