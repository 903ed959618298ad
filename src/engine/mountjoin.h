/* SPDX-License-Identifier: MIT */
/* What self/mountinfo tells of rows: the mount they lie on, servers, message queues. */
#ifndef ENGINE_MOUNTJOIN_H
#define ENGINE_MOUNTJOIN_H

#include "engine/snapshot.h"
#include "os/root.h"
#include "proc/mounts.h"

/*
 * Every row that needs it; whole: also file->mount. known: NULL, or what was read for the
 * scan; else it is read when the first row asks. 0, or -errno when memory or descriptors
 * ran out.
 */
MUST_CHECK int mountjoin_rows(struct fdmap_snapshot *s, struct root *root, bool whole,
			      const struct mounts *known);

#endif
