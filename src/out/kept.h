/* SPDX-License-Identifier: MIT */
/*
 * Texts that wait until it is known how wide their columns are: added record by record,
 * taken in the same order, and freed as they are taken. They never move, and have hardly
 * more than their bytes: what stands before a text is its length, mostly in one byte.
 */
#ifndef OUT_KEPT_H
#define OUT_KEPT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"

struct kept_block;

struct kept {
	struct kept_block *first, *last;
	size_t at; /* how much of the first was taken */
};

/* Zeros are an empty one. */
void kept_fini(struct kept *k);

/* Adds a record of n > 0 bytes; 0 or -ENOMEM. */
MUST_CHECK int kept_add(struct kept *k, const char *p, size_t n);
/* The next record, NULL: none. */
const char *kept_next(struct kept *k);
/* It ended here, and nobody looks at it any more. */
void kept_taken(struct kept *k, const char *end);

/* So many bytes behind a record may be read, though they mean nothing. */
#define KEPT_SLACK 16

/* ---- texts in a record ---------------------------------------------------------------- */

/* Of a length that does not fit into its byte; four bytes follow. */
#define KEPT_LONG 255

/* What is put between the two calls is a text. What the first returns is for the second. */
static inline size_t kept_open(struct buf *record)
{
	buf_putc(record, 0);
	return record->n;
}
/* For kept_close() alone. */
void kept_close_long(struct buf *record, size_t start);
static inline void kept_close(struct buf *record, size_t start)
{
	size_t n = record->n - start;

	if (record->failed || n >= KEPT_LONG)
		kept_close_long(record, start);
	else
		record->p[start - 1] = (char)n;
}

/* The text at *at, which steps over it. */
static inline const char *kept_text(const char **at, size_t *n)
{
	const char *p = *at;
	uint32_t len = (unsigned char)*p++;

	if (len == KEPT_LONG) {
		memcpy(&len, p, sizeof(len));
		p += sizeof(len);
	}
	*n = len;
	*at = p + len;
	return p;
}

#endif
