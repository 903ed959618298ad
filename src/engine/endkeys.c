/* SPDX-License-Identifier: MIT */
/*
 * Rows lie in buckets by a hash of their key: to put each into its own takes two passes,
 * where sorting all of them compares keys sixteen times for 50,000. A bucket is sorted, and
 * searched by halves: keys that somebody made to meet in one cost no more than that.
 */
#include "engine/endkeys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

int endkeys_init(struct endkeys *k, size_t room)
{
	*k = (struct endkeys){ .v = reallocarray(NULL, room + 1, sizeof(*k->v)), .cap = room };
	return k->v && room < UINT32_MAX ? 0 : -ENOMEM;
}

void endkeys_fini(struct endkeys *k)
{
	free(k->v);
	free(k->starts);
	*k = (struct endkeys){ 0 };
}

struct endkey_row *endkeys_add(struct endkeys *k, const struct fdmap_sock *sock)
{
	struct endkey_row *row = &k->v[k->n++];

	row->sock = sock;
	return row;
}

static size_t bucket_of(const struct endkeys *k, const uint8_t *key)
{
	uint64_t w[(ENDKEY_LEN + 7) / 8] = { 0 }, mixed = 0;

	memcpy(w, key, ENDKEY_LEN);
	for (size_t i = 0; i < ARRAY_LEN(w); i++)
		mixed = hash_mix(mixed, w[i]);
	return (mixed ^ mixed >> 32) & ((UINT64_C(1) << k->bits) - 1);
}

static int by_key(const void *a, const void *b)
{
	const struct endkey_row *x = a, *y = b;
	int r = memcmp(x->key, y->key, ENDKEY_LEN);

	if (r)
		return r;
	if (x->sock->netns != y->sock->netns)
		return x->sock->netns < y->sock->netns ? -1 : 1;
	if (!x->sock->ino != !y->sock->ino)
		return x->sock->ino ? -1 : 1;
	return (x->sock->ino > y->sock->ino) - (x->sock->ino < y->sock->ino);
}

/* The rows in the order of their buckets, and where each bucket ends up to now. */
static int place(struct endkeys *k, struct endkey_row *to)
{
	uint32_t *of = reallocarray(NULL, k->n + 1, sizeof(*of)), sum = 0;

	if (!of)
		return -ENOMEM;
	for (size_t i = 0; i < k->n; i++) {
		of[i] = (uint32_t)bucket_of(k, k->v[i].key);
		k->starts[of[i]]++;
	}
	for (size_t i = 0; i <= (size_t)1 << k->bits; i++) {
		uint32_t n = k->starts[i];

		k->starts[i] = sum;
		sum += n;
	}
	for (size_t i = 0; i < k->n; i++)
		to[k->starts[of[i]]++] = k->v[i];
	free(of);
	return 0;
}

/* Each bucket for itself; its twins go, so that all behind it move up. */
static void sort_buckets(struct endkeys *k)
{
	size_t kept = 0, from = 0;

	for (size_t i = 0; i < (size_t)1 << k->bits; i++) {
		size_t end = k->starts[i], first = kept;

		if (end - from > 1)
			qsort(k->v + from, end - from, sizeof(*k->v), by_key);
		for (size_t j = from; j < end; j++)
			if (kept == first || !k->v[j].sock->ino ||
			    k->v[kept - 1].sock->ino != k->v[j].sock->ino)
				k->v[kept++] = k->v[j];
		k->starts[i] = (uint32_t)first;
		from = end;
	}
	k->starts[(size_t)1 << k->bits] = (uint32_t)kept;
	k->n = kept;
}

int endkeys_sort(struct endkeys *k)
{
	struct endkey_row *to = reallocarray(NULL, k->n + 1, sizeof(*to));
	int r;

	while (k->bits < 31 && (size_t)1 << k->bits < k->n)
		k->bits++;
	k->starts = calloc(((size_t)1 << k->bits) + 1, sizeof(*k->starts));
	r = to && k->starts ? place(k, to) : -ENOMEM;
	if (r < 0) {
		free(to);
		return r;
	}
	free(k->v);
	k->v = to;
	sort_buckets(k);
	return 0;
}

const struct endkey_row *endkeys_find(const struct endkeys *k, const uint8_t *key, size_t *n)
{
	const size_t bucket = k->n ? bucket_of(k, key) : 0;
	size_t lo = k->n ? k->starts[bucket] : 0, hi = k->n ? k->starts[bucket + 1] : 0;
	const size_t end = hi;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(k->v[mid].key, key, ENDKEY_LEN) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (*n = 0; lo + *n < end; ++*n)
		if (memcmp(k->v[lo + *n].key, key, ENDKEY_LEN) != 0)
			break;
	return k->v + lo;
}
