/* SPDX-License-Identifier: MIT */
/* Taking a snapshot as it was planned. */
#ifndef ENGINE_TAKE_H
#define ENGINE_TAKE_H

#include "engine/plan.h"
#include "engine/snapshot.h"
#include "os/root.h"

/* Who is shown rows while others are still looked for. */
struct visitor {
	int (*each)(void *arg, const struct fdmap_snapshot *s); /* 0; anything else ends it all */
	void *arg;
	size_t part; /* so many processes at a time, about; 0: as many as pay */
};

/*
 * Fills s, made for that many threads. With a visitor (or NULL) s->in_parts may be set: then all
 * rows were shown to it, and s has none. 0, -ENOMEM, or why /proc can't be listed; -ECANCELED:
 * the visitor had enough.
 */
MUST_CHECK int take(struct root *root, const struct fdmap_query *q, const struct plan *plan,
		    unsigned threads, struct fdmap_snapshot *s, const struct visitor *visitor);

/* pure: can rows be shown before all of them are known? */
bool plan_in_parts(const struct plan *plan, const struct fdmap_query *q);

#endif
