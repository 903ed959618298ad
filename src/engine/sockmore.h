/* SPDX-License-Identifier: MIT */
/* Names of what sockets tell as numbers: interfaces, control groups. */
#ifndef ENGINE_SOCKMORE_H
#define ENGINE_SOCKMORE_H

#include "engine/snapshot.h"

/* Of the sockets of all rows, each number once. 0 or -errno (memory, descriptors). */
MUST_CHECK int sockmore_join(struct fdmap_snapshot *s, struct root *root);

#endif
