/* SPDX-License-Identifier: MIT */
/*
 * A process with very many descriptors is most of the work, and one thread would still be
 * at it when all others are done. Its list is cut into pieces, which whoever has nothing
 * else to do reads; their rows are put together in order. What one row is enough for
 * ends with the first piece that has it: what stands behind is dropped, so that the
 * rows are those that one thread finds.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/scan.h"

#define PIECE 128

struct part {
	struct fdmap_file *rows; /* their texts are in the arena of who read them */
	size_t n, nsure;
	bool refused; /* ... and that may not be read */
	int error;
};

struct share {
	struct worker *workers;
	const struct worker *owner; /* has the process at hand */
	const struct target *t;
	const struct root_dir *dir;
	const uint32_t *fds;
	size_t nsure; /* rows of the process that were there before */
	struct part *parts;
	atomic_size_t last; /* pieces behind this one need not be read */
};

static void end_with(struct share *s, size_t piece)
{
	size_t last = atomic_load(&s->last);

	while (piece < last && !atomic_compare_exchange_weak(&s->last, &last, piece))
		;
}

static void read_piece(void *arg, unsigned id, size_t lo, size_t hi)
{
	struct share *s = arg;
	struct worker *w = &s->workers[id];
	size_t at = lo / PIECE;
	struct part *p = &s->parts[at];

	if (at > atomic_load(&s->last))
		return;
	/* What the filter knows of the process; the owner has it already. */
	if (w != s->owner) {
		w->known = s->owner->known;
		w->refused = false;
	}
	w->nrows = 0;
	w->nsure = s->nsure;
	p->error = rows_range(w, s->t, s->dir, s->fds + lo, hi - lo);
	p->refused = w->refused;
	p->n = w->nrows;
	p->nsure = w->nsure - s->nsure;
	if (p->error < 0 || rows_enough(w))
		end_with(s, at);
	if (!p->n)
		return;
	p->rows = reallocarray(NULL, p->n, sizeof(*p->rows));
	if (p->rows)
		memcpy(p->rows, w->rows, p->n * sizeof(*p->rows));
	else
		p->error = -ENOMEM;
}

/* Behind the rows that w holds. 0 or -ENOMEM. */
static int take_pieces(struct worker *w, const struct share *s, size_t npieces)
{
	size_t total = w->nrows, cap;
	struct fdmap_file *rows;

	for (size_t i = 0; i < npieces; i++) {
		if (s->parts[i].error < 0)
			return s->parts[i].error;
		total += s->parts[i].n;
		w->refused = w->refused || s->parts[i].refused;
	}
	cap = w->cap > total ? w->cap : total;
	rows = cap ? reallocarray(w->rows, cap, sizeof(*rows)) : w->rows;
	if (cap && !rows)
		return -ENOMEM;
	w->rows = rows;
	w->cap = cap;
	for (size_t i = 0; i < npieces; i++) {
		const struct part *p = &s->parts[i];

		if (p->n)
			memcpy(w->rows + w->nrows, p->rows, p->n * sizeof(*p->rows));
		w->nrows += p->n;
		w->nsure += p->nsure;
	}
	return 0;
}

int rows_shared(struct worker *w, const struct target *t, const struct root_dir *dir,
		const uint32_t *fds, size_t n)
{
	struct share s = { .workers = w->crew->workers,
			   .owner = w,
			   .t = t,
			   .dir = dir,
			   .fds = fds,
			   .nsure = w->nsure,
			   .last = SIZE_MAX };
	struct fdmap_file *rows = w->rows;
	size_t nrows = w->nrows, cap = w->cap, npieces = (n + PIECE - 1) / PIECE, last;
	int r;

	s.parts = calloc(npieces, sizeof(*s.parts));
	if (!s.parts)
		return -ENOMEM;
	/* While it is at it, the owner is one of the others. */
	w->rows = NULL;
	w->cap = 0;
	pool_share(&w->crew->pool, w->id, n, PIECE, read_piece, &s);
	free(w->rows);
	w->rows = rows;
	w->nrows = nrows;
	w->nsure = s.nsure;
	w->cap = cap;
	last = atomic_load(&s.last);
	r = take_pieces(w, &s, last < npieces ? last + 1 : npieces);
	for (size_t i = 0; i < npieces; i++)
		free(s.parts[i].rows);
	free(s.parts);
	return r;
}
