/* SPDX-License-Identifier: MIT */
/* A growing byte buffer; numbers are formatted by hand, printf is too slow for rows. */
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b)
{
	*b = (struct buf){ 0 };
}

void buf_lend(struct buf *b, char *p, size_t cap)
{
	*b = (struct buf){ .p = cap ? p : NULL, .cap = cap, .lent = cap };
	if (cap)
		p[0] = '\0';
}

void buf_fini(struct buf *b)
{
	if (!b->lent)
		free(b->p);
	*b = (struct buf){ 0 };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p)
		b->p[0] = '\0';
}

int buf_reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 256;
	char *p;

	if (b->failed || n > SIZE_MAX / 2 - b->n - 1)
		goto fail;
	if (b->n + n + 1 <= b->cap)
		return 0;
	while (cap < b->n + n + 1)
		cap *= 2;
	p = realloc(b->lent ? NULL : b->p, cap);
	if (!p)
		goto fail;
	if (b->lent)
		memcpy(p, b->p, b->n);
	b->lent = false;
	b->p = p;
	b->cap = cap;
	return 0;
fail:
	b->failed = true;
	return -ENOMEM;
}

void buf_put_slowly(struct buf *b, const void *p, size_t n)
{
	if (buf_reserve(b, n) < 0)
		return;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_pad(struct buf *b, char c, size_t n)
{
	if (buf_reserve(b, n) < 0)
		return;
	memset(b->p + b->n, c, n);
	b->n += n;
	b->p[b->n] = '\0';
}

/* Two digits at a time: a division is dear. */
void buf_put_u64(struct buf *b, uint64_t v)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	char t[20];
	size_t i = sizeof(t);

	while (v >= 100) {
		memcpy(t + (i -= 2), pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10)
		memcpy(t + (i -= 2), pairs + 2 * v, 2);
	else
		t[--i] = (char)('0' + v);
	buf_put(b, t + i, sizeof(t) - i);
}

void buf_put_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_putc(b, '-');
	buf_put_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_put_hex(struct buf *b, uint64_t v, unsigned digits)
{
	char t[16];
	size_t i = sizeof(t);

	do {
		t[--i] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (i && (v || sizeof(t) - i < digits));
	buf_put(b, t + i, sizeof(t) - i);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || buf_reserve(b, (size_t)n) < 0) {
		b->failed = true;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

const char *buf_str(const struct buf *b)
{
	return b->n ? b->p : "";
}

size_t buf_give(struct buf *b, char *to, size_t len)
{
	size_t n = b->failed ? SIZE_MAX : b->n;

	if (len && !b->failed && b->p != to) {
		size_t m = n < len - 1 ? n : len - 1;

		if (m)
			memcpy(to, b->p, m);
		to[m] = '\0';
	}
	buf_fini(b);
	return n;
}

void text_u64(char *to, size_t len, uint64_t v)
{
	char digits[24];
	struct buf b;

	buf_lend(&b, digits, sizeof(digits));
	buf_put_u64(&b, v);
	text_copy(to, len, digits);
}
