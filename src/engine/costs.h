/* SPDX-License-Identifier: MIT */
/* What taking a snapshot has cost: a clock that runs for one stage at a time, and counters. */
#ifndef ENGINE_COSTS_H
#define ENGINE_COSTS_H

#include "engine/progress.h"
#include "fdmap.h"
#include "os/root.h"

struct costs {
	struct fdmap_costs told; /* what is shown */
	uint64_t since;		 /* CLOCK_MONOTONIC, ns: when the stage began */
	enum fdmap_stage stage;	 /* the one that runs */
	bool runs;
	struct progress *progress; /* is told of each stage */
};

struct fdmap_snapshot;
struct worker;

void costs_begin(struct costs *c, const struct root *root, struct progress *progress);
/* From now on, until the next one, or the end. A stage may come again. */
void costs_stage(struct costs *c, enum fdmap_stage stage);
/* The walk begins; a second time, when what it found decides what is selected. */
void costs_scan(struct costs *c);
/* One that goes on where the last one stopped. */
void costs_walk(struct costs *c);
/* Rows of a part of the snapshot are done: they are counted. */
void costs_part(struct fdmap_snapshot *s);
/* What one worker of that walk has looked at. */
void costs_worker(struct costs *c, const struct worker *w);
/* A pass of BPF: what it brought. */
void costs_pass(struct costs *c, uint64_t records, uint64_t bytes, uint64_t reads);
/* Counts what the snapshot, which is done, has. */
void costs_end(struct fdmap_snapshot *s, const struct root *root);

/* The calls through the door since it was opened. */
void costs_calls(const struct root *root, struct fdmap_counts *c);

#endif
