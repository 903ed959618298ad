/* SPDX-License-Identifier: MIT */
/* Which columns the table has, in which order, and how wide they may be. */
#ifndef OUT_LAYOUT_H
#define OUT_LAYOUT_H

#include "out/column.h"

struct place {
	struct column col;
	size_t width; /* of the widest value so far; of one that is not measured: what is left, 0: any */
	bool shown;
	bool measured; /* all its values, before the first is written */
};

struct layout {
	struct place *v;
	size_t n;
	size_t first_file; /* columns before it are made once for each process */
	bool processes;	   /* a row for each process, not for each file ... */
	bool threads;	   /* ... and for each of its threads */
	bool limited;	   /* no line is longer than a terminal is wide */
	bool cut;	   /* ... and there was no room for the last of the columns */
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
size_t layout_measure(const struct layout *l, size_t i, const char *text, size_t n);
/* The column becomes as wide as that. */
void layout_widen(struct layout *l, size_t i, size_t width);

#endif
