/* SPDX-License-Identifier: MIT */
/* What is read before the walk, and is there until the last row has been joined. */
#ifndef ENGINE_BEFORE_H
#define ENGINE_BEFORE_H

#include "engine/beside.h"
#include "engine/filter.h"
#include "engine/forest.h"
#include "engine/maplock.h"
#include "engine/scan.h"
#include "engine/select.h"
#include "engine/snapshot.h"
#include "proc/mounts.h"

struct before {
	struct selector selector;
	struct mounts mounts;
	struct forest forest;
	struct maplock maplock;
	struct filter_own own; /* later: rows that are judged */
	struct beside beside;
};

void before_init(struct before *b, const struct fdmap_query *q);
void before_fini(struct before *b);

/* Mounts, directories, tables that gate: as far as the plan has it. 0 or -errno. */
MUST_CHECK int before_read(struct before *b, struct scan *scan, struct fdmap_snapshot *s);
/* What the gate's tables tell of names; again when they have been read again. */
MUST_CHECK int before_gate(struct before *b, const struct scan *scan, struct fdmap_snapshot *s);
/* What the facts of processes need of the system; without it they are just not there. */
MUST_CHECK int before_system(struct scan *scan, struct fdmap_snapshot *s);
/* Nothing to find, and no table left out what there would be. 1, 0, -errno. */
MUST_CHECK int before_nothing(struct before *b, const struct scan *scan,
			      struct fdmap_snapshot *s);

#endif
