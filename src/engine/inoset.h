/* SPDX-License-Identifier: MIT */
/* Files by device and inode, each with the name it was found by. */
#ifndef ENGINE_INOSET_H
#define ENGINE_INOSET_H

#include "base/hash.h"

struct inode_entry {
	uint64_t dev, ino;
	const char *name; /* the user's; NULL at first */
	uint32_t next;	  /* with the same key; UINT32_MAX ends */
};

struct inoset {
	struct hash index; /* hash_mix(dev, ino) -> the last one with that key */
	struct inode_entry *v;
	size_t n, cap;
};

void inoset_init(struct inoset *s);
void inoset_fini(struct inoset *s);
/* Adds it, if it is not there. 0 or -ENOMEM. */
MUST_CHECK int inoset_add(struct inoset *s, uint64_t dev, uint64_t ino);
struct inode_entry *inoset_find(const struct inoset *s, uint64_t dev, uint64_t ino);

#endif
