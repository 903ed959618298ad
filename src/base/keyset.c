/* SPDX-License-Identifier: MIT */
/* A hash of numbers leads to chains of strings that have the same one. */
#include "base/keyset.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>

#define NO_KEY UINT32_MAX

struct keyset_key {
	size_t at, len;
	uint32_t next; /* another one with the same hash, or NO_KEY */
};

/* Strings are anybody's: without a secret, many with one hash could be made in advance. */
static uint64_t secret(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);
	uint64_t seed = 0;

	if (random)
		memcpy(&seed, random, sizeof(seed));
	return seed;
}

void keyset_init(struct keyset *k)
{
	*k = (struct keyset){ .seed = secret() };
}

void keyset_fini(struct keyset *k)
{
	hash_fini(&k->by);
	buf_fini(&k->bytes);
	buf_fini(&k->keys);
}

static uint64_t hash_of(const struct keyset *k, const char *p, size_t len)
{
	uint64_t h = hash_mix(k->seed, len);

	while (len) {
		size_t n = len < sizeof(uint64_t) ? len : sizeof(uint64_t);
		uint64_t part = 0;

		memcpy(&part, p, n);
		h = hash_mix(h, part ^ k->seed);
		p += n;
		len -= n;
	}
	return h;
}

static const struct keyset_key *keys_of(const struct keyset *k)
{
	return (const struct keyset_key *)(const void *)k->keys.p;
}

int keyset_add(struct keyset *k, const void *p, size_t len, uint32_t *number)
{
	uint64_t h = hash_of(k, p, len);
	struct keyset_key key = { .at = k->bytes.n, .len = len, .next = NO_KEY };
	uint32_t first;

	if (hash_find(&k->by, h, &first)) {
		key.next = first;
		for (uint32_t i = first; i != NO_KEY; i = keys_of(k)[i].next) {
			const struct keyset_key *old = &keys_of(k)[i];

			if (old->len == len &&
			    (!len || memcmp(k->bytes.p + old->at, p, len) == 0)) {
				*number = i;
				return 0;
			}
		}
	}
	if (k->n == NO_KEY || hash_put(&k->by, h, k->n) < 0)
		return -ENOMEM;
	buf_put(&k->bytes, p, len);
	buf_put(&k->keys, &key, sizeof(key));
	if (k->bytes.failed || k->keys.failed)
		return -ENOMEM;
	*number = k->n++;
	return 1;
}

const void *keyset_at(const struct keyset *k, uint32_t number, size_t *len)
{
	const struct keyset_key *key = &keys_of(k)[number];

	*len = key->len;
	return buf_str(&k->bytes) + key->at;
}
