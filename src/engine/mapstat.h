/* SPDX-License-Identifier: MIT */
/*
 * Files that many processes have mapped: each worker asks for such a file once. Only of
 * file systems with a device of their own, since the numbers of the others in maps may be
 * those of several files.
 */
#ifndef ENGINE_MAPSTAT_H
#define ENGINE_MAPSTAT_H

#include "base/buf.h"
#include "base/hash.h"
#include "fdmap.h"

struct mapstat {
	struct hash index; /* hash_mix of device and inode -> place in v */
	struct buf v;	   /* struct fdmap_stat */
};

void mapstat_init(struct mapstat *m);
void mapstat_fini(struct mapstat *m);
bool mapstat_find(const struct mapstat *m, uint64_t dev, uint64_t ino, struct fdmap_stat *st);
/* Out of room or memory: it is asked for again. */
void mapstat_add(struct mapstat *m, const struct fdmap_stat *st);

#endif
