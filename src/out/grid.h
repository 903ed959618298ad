/* SPDX-License-Identifier: MIT */
/* A small table for people: cells are made one after the other, then written in columns. */
#ifndef OUT_GRID_H
#define OUT_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct grid {
	struct buf text;  /* of all cells; the open one is at its end */
	struct buf cells; /* struct grid_cell, row by row */
	size_t ncols;	  /* of each row */
	size_t start;	  /* of the open cell in the text */
	size_t gap;	  /* blanks between columns */
};

void grid_init(struct grid *g, size_t ncols, size_t gap);
void grid_fini(struct grid *g);

/* Ends the cell whose text was put to g->text: the next is the one behind it, or below. */
void grid_left(struct grid *g);
void grid_right(struct grid *g);

/* A whole cell. */
void grid_word(struct grid *g, const char *text);
void grid_head(struct grid *g, const char *text, bool right);
void grid_number(struct grid *g, uint64_t v);

/* All rows, each with `indent` blanks before it; the last column is not padded. */
void grid_put(const struct grid *g, size_t indent, struct buf *out);

#endif
