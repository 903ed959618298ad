/* SPDX-License-Identifier: MIT */
/*
 * Sockets of a list by inode. Half of the inode and a number, 8 bytes for each: the rest
 * of the inode is in the list.
 */
#ifndef NET_SOCKINDEX_H
#define NET_SOCKINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "fdmap.h"

/* Sockets in pieces that never move: a pointer to one holds while others are added. */
#define SOCKLIST_PIECE 512
struct socklist {
	struct fdmap_sock **piece;
	size_t npieces, n;
};
static inline struct fdmap_sock *socklist_at(const struct socklist *l, size_t i)
{
	return &l->piece[i / SOCKLIST_PIECE][i % SOCKLIST_PIECE];
}

struct sockindex_entry {
	uint32_t low; /* of the inode */
	uint32_t at;  /* counted from 1; 0: free */
};

struct sockindex {
	struct sockindex_entry *e;
	size_t n, cap; /* cap: a power of two, or 0 */
};

void sockindex_init(struct sockindex *x);
void sockindex_fini(struct sockindex *x);

/* The inode is not there yet; it is, or will be, that of socket i < UINT32_MAX. 0 or -ENOMEM. */
MUST_CHECK int sockindex_put(struct sockindex *x, uint64_t ino, uint32_t i);
/* i may be NULL. */
bool sockindex_find(const struct sockindex *x, const struct socklist *l, uint64_t ino, uint32_t *i);

#endif
