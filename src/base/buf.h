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
#include <string.h>

#include "base/util.h"

struct buf {
	char *p;
	size_t n, cap;
	bool failed;
	bool lent; /* p is the caller's: see buf_lend() */
};

void buf_init(struct buf *b);
/* Begins in memory of the caller's, which outlives it; what does not fit there moves away. */
void buf_lend(struct buf *b, char *p, size_t cap);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* forget the bytes, keep the memory */

/* Room for n more bytes (and a NUL) at b->p + b->n; 0 or -ENOMEM. */
MUST_CHECK int buf_reserve(struct buf *b, size_t n);

/* For buf_put() and buf_putc() alone: when there is no room. */
void buf_put_slowly(struct buf *b, const void *p, size_t n);

/* Inline, since rows are made of thousands of short pieces. */
static inline void buf_put(struct buf *b, const void *p, size_t n)
{
	if (b->failed || n >= b->cap - b->n) {
		buf_put_slowly(b, p, n);
		return;
	}
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

static inline void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static inline void buf_putc(struct buf *b, char c)
{
	if (b->failed || b->cap - b->n < 2) {
		buf_put_slowly(b, &c, 1);
		return;
	}
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

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
 * SIZE_MAX when memory had run out (`to` gets nothing then). Ends the buffer, which may
 * have been lent `to` itself.
 */
size_t buf_give(struct buf *b, char *to, size_t len);

/* Numbers and texts that are no buffers; len > 0. What fits of v in decimal. */
void text_u64(char *to, size_t len, uint64_t v);
/* What fits of s, NUL-terminated. */
static inline void text_copy(char *to, size_t len, const char *s)
{
	size_t n = strnlen(s, len - 1);

	memcpy(to, s, n);
	to[n] = '\0';
}

#endif
