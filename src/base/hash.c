/* SPDX-License-Identifier: MIT */
/* Open addressing, linear probing, at most three quarters full. */
#include "base/hash.h"

#include <errno.h>
#include <stdlib.h>

void hash_init(struct hash *h)
{
	*h = (struct hash){ 0 };
}

void hash_fini(struct hash *h)
{
	free(h->e);
	*h = (struct hash){ 0 };
}

static uint64_t scramble(uint64_t x)
{
	x ^= x >> 31;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 29;
	return x;
}

uint64_t hash_mix(uint64_t a, uint64_t b)
{
	return scramble(a) ^ (b * UINT64_C(0xc2b2ae3d27d4eb4f) + (b >> 7));
}

/* Numbers that were given out together, as those of sockets, stay together: a line of cache. */
static size_t place_of(uint64_t key)
{
	return (size_t)(scramble(key >> 2) << 2 | (key & 3));
}

static struct hash_entry *slot_of(struct hash_entry *e, size_t cap, uint64_t key)
{
	size_t i = place_of(key) & (cap - 1);

	while (e[i].used && e[i].key != key)
		i = (i + 1) & (cap - 1);
	return &e[i];
}

static int grow(struct hash *h)
{
	size_t cap = h->cap ? h->cap * 2 : 64;
	struct hash_entry *e = calloc(cap, sizeof(*e));

	if (!e)
		return -ENOMEM;
	for (size_t i = 0; i < h->cap; i++)
		if (h->e[i].used)
			*slot_of(e, cap, h->e[i].key) = h->e[i];
	free(h->e);
	h->e = e;
	h->cap = cap;
	return 0;
}

int hash_put(struct hash *h, uint64_t key, uint32_t value)
{
	struct hash_entry *s;
	int r;

	if (h->n + 1 > h->cap / 4 * 3) {
		r = grow(h);
		if (r < 0)
			return r;
	}
	s = slot_of(h->e, h->cap, key);
	if (!s->used)
		h->n++;
	*s = (struct hash_entry){ key, value, 1 };
	return 0;
}

bool hash_find(const struct hash *h, uint64_t key, uint32_t *value)
{
	const struct hash_entry *s;

	if (!h->n)
		return false;
	s = slot_of(h->e, h->cap, key);
	if (!s->used)
		return false;
	if (value)
		*value = s->value;
	return true;
}
