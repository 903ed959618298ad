/* SPDX-License-Identifier: MIT */
/* Names for the containers among the rows. */
#ifndef ENGINE_CONTAINERJOIN_H
#define ENGINE_CONTAINERJOIN_H

#include "engine/snapshot.h"
#include "os/root.h"

/* After the scan, on the caller's thread. Reads nothing when there is no container. 0 or -errno. */
MUST_CHECK int containers_join(struct fdmap_snapshot *s, struct root *root);

#endif
