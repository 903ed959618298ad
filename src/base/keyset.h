/* SPDX-License-Identifier: MIT */
/* Strings of bytes, each once, numbered as they came. */
#ifndef BASE_KEYSET_H
#define BASE_KEYSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/util.h"

struct keyset {
	struct hash by;	  /* hash of the bytes -> number of the last with that hash */
	struct buf bytes; /* all of them, back to back */
	struct buf keys;  /* struct keyset_key, in order of number */
	uint64_t seed;
	uint32_t n;
};

void keyset_init(struct keyset *k);
void keyset_fini(struct keyset *k);

/* 1: it is new, 0: it was there; *number is its own. Or -ENOMEM. */
MUST_CHECK int keyset_add(struct keyset *k, const void *p, size_t len, uint32_t *number);
/* Valid until the next is added. */
const void *keyset_at(const struct keyset *k, uint32_t number, size_t *len);

#endif
