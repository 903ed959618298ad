/* SPDX-License-Identifier: MIT */
/* What was found. Owns all it shows; nothing in it changes once it is made. */
#ifndef ENGINE_SNAPSHOT_H
#define ENGINE_SNAPSHOT_H

#include "base/arena.h"
#include "fdmap.h"
#include "net/socktab.h"

struct fdmap_snapshot {
	struct arena *arenas; /* one per worker, the last for what is joined */
	unsigned narenas;
	struct fdmap_process *procs;
	size_t nprocs;
	struct socktab gate, rows; /* tables read before and after the scan */
	uint64_t *hits;            /* terms found, OR-ed over the workers */
	size_t nterms;
	struct fdmap_problem *problems;
	size_t nproblems;
};

MUST_CHECK int snapshot_new(struct fdmap_snapshot **s, unsigned nworkers, size_t nterms);
/* Adds a table's problems. */
MUST_CHECK int snapshot_problems(struct fdmap_snapshot *s, const struct socktab *tab);
struct arena *snapshot_arena(struct fdmap_snapshot *s);

#endif
