/* SPDX-License-Identifier: MIT */
/* Sockets that nobody holds, and why. */
#ifndef ENGINE_UNOWNED_H
#define ENGINE_UNOWNED_H

#include "engine/scan.h"
#include "engine/snapshot.h"

/* Appends them as the rows of a process that is `nobody`, those the query selects. 0 or -errno. */
MUST_CHECK int unowned_join(struct fdmap_snapshot *s, const struct scan *scan, unsigned threads);

#endif
