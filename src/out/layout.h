/* SPDX-License-Identifier: MIT */
/* Which columns the table has, in which order, and how wide they may be. */
#ifndef OUT_LAYOUT_H
#define OUT_LAYOUT_H

#include "out/column.h"
#include "out/width.h"

struct place {
	struct column col;
	size_t width; /* of the widest value so far; of one that is not measured: what is left, 0: any */
	bool bytes; /* a column for each byte of a value, whatever character it belongs to */
	bool painted; /* its values may have colours */
	bool shown;
};

/* The columns that may be shown; which are is known when it is settled. */
struct layout {
	struct place *v;
	size_t n;
	bool processes; /* a row for each process, not for each file ... */
	bool threads;	/* ... and for each of its threads */
	bool limited;	/* no line is longer than a terminal is wide */
	bool cut;	/* ... and there was no room for the last of the columns */
	char *heads;
};

/* Facts (enum fdmap_fact) of all columns that may be shown. */
uint32_t layout_wants(const struct format *fmt);

/* 0 or -ENOMEM. What layout_fini() needs is there in both cases. */
MUST_CHECK int layout_init(struct layout *l, const struct format *fmt);
void layout_fini(struct layout *l);

/* When the last row has come: tasks: a thread was among them. */
void layout_settle(struct layout *l, const struct format *fmt, bool tasks);

/* Columns of a value. */
static inline size_t layout_measure(const struct place *p, const char *text, size_t n)
{
	return p->bytes ? n : width_of(text, n);
}
/* The column becomes wide enough for it. */
void layout_widen(struct place *p, const char *text, size_t n);

#endif
