/* SPDX-License-Identifier: MIT */
/* Trees of typed values (struct fdmap_detail): "key=value key=[value value]", and as JSON. */
#ifndef OUT_TREE_H
#define OUT_TREE_H

#include "base/buf.h"
#include "fdmap.h"
#include "out/jsonw.h"

/* With escapes, also of blanks within a text: values are told apart by blanks. */
void tree_put(const struct fdmap_detail *v, uint32_t n, struct buf *out);
/* One text in that way. */
void tree_put_word(const char *text, size_t n, struct buf *out);
/* Into an object or array that the caller began. */
void tree_json(struct jsonw *w, const struct fdmap_detail *v, uint32_t n);

#endif
