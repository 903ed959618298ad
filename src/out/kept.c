/* SPDX-License-Identifier: MIT */
/* Blocks of records. A record lies in one of them; one that is very long has its own. */
#include "out/kept.h"

#include <errno.h>
#include <stdlib.h>

struct kept_block {
	struct kept_block *next;
	size_t n, size;
	char bytes[];
};

/* With all that is around it whole pages. */
#define BLOCK ((size_t)256 * 1024 - sizeof(struct kept_block) - KEPT_SLACK - 2 * sizeof(size_t))

void kept_fini(struct kept *k)
{
	while (k->first) {
		struct kept_block *next = k->first->next;

		free(k->first);
		k->first = next;
	}
	*k = (struct kept){ 0 };
}

static struct kept_block *add_block(struct kept *k, size_t least)
{
	size_t size = least > BLOCK ? least : BLOCK;
	struct kept_block *b;

	if (size > SIZE_MAX / 2)
		return NULL;
	b = malloc(sizeof(*b) + size + KEPT_SLACK);
	if (!b)
		return NULL;
	*b = (struct kept_block){ .size = size };
	if (k->last)
		k->last->next = b;
	else
		k->first = b;
	k->last = b;
	return b;
}

int kept_add(struct kept *k, const char *p, size_t n)
{
	struct kept_block *b = k->last;

	if (!b || n > b->size - b->n)
		b = add_block(k, n);
	if (!b)
		return -ENOMEM;
	memcpy(b->bytes + b->n, p, n);
	b->n += n;
	return 0;
}

const char *kept_next(struct kept *k)
{
	return k->first ? k->first->bytes + k->at : NULL;
}

void kept_taken(struct kept *k, const char *end)
{
	struct kept_block *b = k->first;

	k->at = (size_t)(end - b->bytes);
	if (k->at < b->n)
		return;
	k->first = b->next;
	k->at = 0;
	if (!k->first)
		k->last = NULL;
	free(b);
}

void kept_close_long(struct buf *record, size_t start)
{
	size_t n = record->n - start;
	uint32_t len = (uint32_t)n;

	if (n > UINT32_MAX)
		record->failed = true;
	if (record->failed || buf_reserve(record, sizeof(len)) < 0)
		return;
	memmove(record->p + start + sizeof(len), record->p + start, n);
	memcpy(record->p + start, &len, sizeof(len));
	record->p[start - 1] = (char)KEPT_LONG;
	record->n += sizeof(len);
}
