/* SPDX-License-Identifier: MIT */
/*
 * Open addressing from a number (an inode, a PID) to a small number (an
 * index). 16 bytes an entry, so that a table of 50,000 sockets stays in L2.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

struct hash_entry {
	uint64_t key;
	uint32_t value;
	uint32_t used;
};

struct hash {
	struct hash_entry *e;
	size_t n, cap; /* cap: a power of two, or 0 */
};

void hash_init(struct hash *h);
void hash_fini(struct hash *h);

/* Adds or replaces; 0 or -ENOMEM. */
MUST_CHECK int hash_put(struct hash *h, uint64_t key, uint32_t value);
/* `value` may be NULL. */
bool hash_find(const struct hash *h, uint64_t key, uint32_t *value);

/* Two numbers mixed to one key, for (device, inode). Not unique: compare. */
uint64_t hash_mix(uint64_t a, uint64_t b);

#endif
