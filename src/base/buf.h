/* SPDX-License-Identifier: MIT */
/*
 * A growing byte buffer. Out of memory is sticky (b->failed); what is put
 * after that is dropped. Always NUL-terminated once something was put, the
 * terminator not counted in n.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

struct buf {
	char *p;
	size_t n, cap;
	bool failed;
};

void buf_init(struct buf *b);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* forget the bytes, keep the memory */

/* Room for n more bytes (and a NUL) at b->p + b->n; 0 or -ENOMEM. */
MUST_CHECK int buf_reserve(struct buf *b, size_t n);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_pad(struct buf *b, char c, size_t n); /* n times c */
void buf_put_u64(struct buf *b, uint64_t v);
void buf_put_i64(struct buf *b, int64_t v);
/* Lower-case hex without 0x, at least `digits` wide, zero-filled. */
void buf_put_hex(struct buf *b, uint64_t v, unsigned digits);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The text so far, "" when nothing was put. */
const char *buf_str(const struct buf *b);

/*
 * Like snprintf: what fits of it, NUL-terminated, to `to`, and how long all of it is;
 * SIZE_MAX when memory had run out (`to` is untouched then). Ends the buffer.
 */
size_t buf_give(struct buf *b, char *to, size_t len);

#endif
