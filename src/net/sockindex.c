/* SPDX-License-Identifier: MIT */
/* Open addressing, linear probing, at most three quarters full. */
#include "net/sockindex.h"

#include <errno.h>
#include <stdlib.h>

void sockindex_init(struct sockindex *x)
{
	*x = (struct sockindex){ 0 };
}

void sockindex_fini(struct sockindex *x)
{
	free(x->e);
	sockindex_init(x);
}

/* Inodes are given out in turn: sockets that were made together share a line of cache. */
static size_t place_of(uint32_t low)
{
	const uint64_t mixed = (low >> 3) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)((mixed ^ mixed >> 32) << 3 | (low & 7));
}

static void put(struct sockindex_entry *e, size_t cap, struct sockindex_entry new)
{
	size_t i = place_of(new.low) & (cap - 1);

	while (e[i].at)
		i = (i + 1) & (cap - 1);
	e[i] = new;
}

static int grow(struct sockindex *x)
{
	size_t cap = x->cap ? x->cap * 2 : 64;
	struct sockindex_entry *e = calloc(cap, sizeof(*e));

	if (!e)
		return -ENOMEM;
	for (size_t i = 0; i < x->cap; i++)
		if (x->e[i].at)
			put(e, cap, x->e[i]);
	free(x->e);
	x->e = e;
	x->cap = cap;
	return 0;
}

int sockindex_put(struct sockindex *x, uint64_t ino, uint32_t i)
{
	int r = x->n + 1 > x->cap / 4 * 3 ? grow(x) : 0;

	if (r < 0)
		return r;
	put(x->e, x->cap, (struct sockindex_entry){ (uint32_t)ino, i + 1 });
	x->n++;
	return 0;
}

bool sockindex_find(const struct sockindex *x, const struct socklist *l, uint64_t ino, uint32_t *i)
{
	const uint32_t low = (uint32_t)ino;
	const struct sockindex_entry *e;

	if (!x->n)
		return false;
	for (size_t at = place_of(low);; at++) {
		e = &x->e[at & (x->cap - 1)];
		if (!e->at)
			return false;
		if (e->low == low && socklist_at(l, e->at - 1)->ino == ino)
			break;
	}
	if (i)
		*i = e->at - 1;
	return true;
}
