/* SPDX-License-Identifier: MIT */
/* What a kind tells may name something else: that is looked up here. */
#ifndef ENGINE_MORE_H
#define ENGINE_MORE_H

#include "engine/snapshot.h"

/*
 * Completes the details of the rows: what an epoll watches, the paths of watches,
 * the names of programs. 0 or -errno when memory or descriptors ran out.
 */
MUST_CHECK int more_join(struct fdmap_snapshot *s, struct root *root);

#endif
