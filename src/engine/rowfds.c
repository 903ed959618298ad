/* SPDX-License-Identifier: MIT */
/*
 * The descriptors of one process. Most have numbers from 0 on without a gap: these are asked
 * for one after the other, which spares the list of them, a tenth of the walk. Where one is
 * not there, the list tells which come next.
 */
#include <errno.h>

#include "base/digits.h"
#include "engine/scan.h"

/* So many at most, so that a process that goes on opening files is not followed for ever. */
#define MOST_PROBES 256

/* A procfs, where whatever is asked of a descriptor tells whether it is there? */
static bool can_probe(const struct worker *w)
{
	const struct fdmap_query *q = w->scan->q;

	return root_seeks(w->scan->root) && !(q->used & SEL_FD) && !q->filter;
}

/*
 * Whether a link may be read is decided for a process, not for each of its descriptors: where
 * one that could not be is no row, the others are none, either, unless their numbers select.
 */
static bool none_follows(const struct worker *w, size_t had)
{
	return w->denied && w->nrows == had && can_probe(w);
}

int rows_range(struct worker *w, const struct target *t, const struct root_dir *dir,
	       const uint32_t *fds, size_t n)
{
	const size_t had = w->nrows;
	char name[DIGITS_MAX];
	int r = 0;

	w->denied = false;
	for (size_t i = 0; r >= 0 && i < n && !rows_enough(w); i++) {
		struct place at = { .dir = dir, .name = name, .descriptor = true };

		w->denied = false;
		digits_put(name, fds[i]);
		r = rows_with_ring(w, t, &at, (int)fds[i]);
		if (none_follows(w, had))
			break;
	}
	return r;
}

/* *next: what is to be listed from there on. */
static int rows_probed(struct worker *w, const struct target *t, const struct root_dir *dir,
		       uint32_t *next)
{
	const size_t had = w->nrows;
	uint32_t fd = 0;
	int r = 0;

	while (fd < MOST_PROBES && !rows_enough(w)) {
		w->absent = false;
		r = rows_range(w, t, dir, &fd, 1);
		if (r < 0 || w->absent || none_follows(w, had))
			break;
		fd++;
	}
	w->examined -= w->absent;
	w->absent = false;
	/* Nothing is listed behind the last number. */
	*next = none_follows(w, had) ? UINT32_MAX : fd;
	return r;
}

static int rows_listed(struct worker *w, const struct target *t, const struct root_dir *dir,
		       uint32_t from)
{
	struct root *root = w->scan->root;
	int r = from ? ids_read_from(root, dir, from, &w->ids) : ids_read(root, dir, &w->ids);

	if (r < 0 && !root_exhausted(r) && !row_ended(r))
		return rows_failed(w, t, &t->pd->dir, "fd", FDMAP_FD_NOFD, FDMAP_CALL_OPENDIR, r);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	if (w->crew && w->ids.n >= ROWS_MANY)
		return rows_shared(w, t, dir, w->ids.v, w->ids.n);
	return rows_range(w, t, dir, w->ids.v, w->ids.n);
}

int rows_fds(struct worker *w, const struct target *t)
{
	struct root_dir dir;
	uint32_t from = 0;
	int r = root_dir_open(w->scan->root, &t->pd->dir, "fd", &dir);

	if (r < 0) {
		if (row_ended(r) || root_exhausted(r))
			return root_exhausted(r) ? r : 0;
		return rows_failed(w, t, &t->pd->dir, "fd", FDMAP_FD_NOFD, FDMAP_CALL_OPENDIR, r);
	}
	if (can_probe(w))
		r = rows_probed(w, t, &dir, &from);
	if (r >= 0 && from < UINT32_MAX && !rows_enough(w))
		r = rows_listed(w, t, &dir, from);
	root_dir_close(&dir);
	return r < 0 ? r : 0;
}
