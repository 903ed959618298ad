/* SPDX-License-Identifier: MIT */
/* One run of the workers over the processes, and what it leaves in the snapshot. */
#ifndef ENGINE_RUNSCAN_H
#define ENGINE_RUNSCAN_H

#include "base/buf.h"
#include "engine/scan.h"
#include "engine/snapshot.h"

/* Sockets that the workers could not judge. */
struct noted {
	struct buf strays, late;
};

/* The PIDs asked for, ascending, are all there is to look at. 0 or -ENOMEM. */
MUST_CHECK int wanted_pids(const struct fdmap_query *q, const struct plan *plan, struct ids *ids);

/* 0 or -errno: then the snapshot is worthless. */
MUST_CHECK int run_scan(struct fdmap_snapshot *s, const struct scan *scan, const struct ids *pids,
			unsigned threads, struct noted *noted);

/* The processes of n slots, as those of the snapshot. 0 or -ENOMEM. */
MUST_CHECK int collect_slots(struct fdmap_snapshot *s, const struct slot *slots, size_t n);
/* Terms that a worker has found are kept; what it has looked at, and what it could not, is counted. */
void keep_found(struct fdmap_snapshot *s, const struct worker *w);

/* What was kept of a run is dropped; what was found stays so. */
void forget_scan(struct fdmap_snapshot *s);

#endif
