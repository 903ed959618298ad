/* SPDX-License-Identifier: MIT */
/* Taking a snapshot as it was planned. */
#ifndef ENGINE_TAKE_H
#define ENGINE_TAKE_H

#include "engine/plan.h"
#include "engine/snapshot.h"
#include "os/root.h"

/* Fills s, made for that many threads. 0, -ENOMEM, or why /proc can't be listed. */
MUST_CHECK int take(struct root *root, const struct fdmap_query *q, const struct plan *plan,
		    unsigned threads, struct fdmap_snapshot *s);

#endif
