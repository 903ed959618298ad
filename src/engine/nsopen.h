/* SPDX-License-Identifier: MIT */
/*
 * Reading socket tables of other network namespaces: entered one after the other by
 * one thread made for that, or through the net/ of a process that is in it.
 */
#ifndef ENGINE_NSOPEN_H
#define ENGINE_NSOPEN_H

#include "engine/snapshot.h"

/*
 * Loads what the entries of s->ns want into t, and notes what they have then, if t
 * is one of the snapshot's own and nothing was filtered. A namespace that can't be
 * read becomes a problem. 0 or -errno (memory, descriptors).
 */
MUST_CHECK int nsopen_load(struct fdmap_snapshot *s, const struct socksource *how,
			   struct socktab *t);

#endif
