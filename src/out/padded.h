/* SPDX-License-Identifier: MIT */
/* Values of a table in their columns: filled up with blanks, or cut. */
#ifndef OUT_PADDED_H
#define OUT_PADDED_H

#include "base/buf.h"
#include "out/layout.h"

/* The line above all others. */
void padded_heads(const struct layout *l, bool color, struct buf *out);
/*
 * Columns from..to-1 of values that were kept (kept.h), each behind its colour if it may
 * have one. Returns what follows them.
 */
const char *padded_values(const struct layout *l, size_t from, size_t to, const char *at,
			  struct buf *out);
/* What ends a line. */
void padded_end(const struct layout *l, struct buf *out);

#endif
