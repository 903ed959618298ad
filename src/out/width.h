/* SPDX-License-Identifier: MIT */
/* How wide a text stands on a terminal, and texts that are cut to a width. */
#ifndef OUT_WIDTH_H
#define OUT_WIDTH_H

#include <stddef.h>

#include "base/buf.h"

/* Columns of a text that quote_name() let through. */
size_t width_of(const char *s, size_t n);
/* The text; when it is wider, as much of it as fits before a mark. Returns the columns it took. */
size_t width_put(const char *s, size_t n, size_t width, struct buf *out);

#endif
