/* SPDX-License-Identifier: MIT */
/*
 * How far a snapshot has come, for another thread to look at: three numbers that are never
 * waited for. They may be of two moments, a moment apart.
 */
#ifndef ENGINE_PROGRESS_H
#define ENGINE_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

#include "fdmap.h"

struct progress {
	atomic_int stage; /* enum fdmap_stage; FDMAP_STAGES: nothing is being done */
	atomic_int walks; /* the stage that the walk is a part of */
	atomic_size_t done, total;
};

static inline void progress_stage(struct progress *p, enum fdmap_stage stage)
{
	atomic_store_explicit(&p->stage, (int)stage, memory_order_relaxed);
}

/* A walk over so many processes begins, or goes on behind those that are done. */
static inline void progress_walk(struct progress *p, size_t done, size_t total)
{
	atomic_store_explicit(&p->walks, atomic_load_explicit(&p->stage, memory_order_relaxed),
			      memory_order_relaxed);
	atomic_store_explicit(&p->done, done, memory_order_relaxed);
	atomic_store_explicit(&p->total, total, memory_order_relaxed);
}

/* By whoever has walked them, some at a time. */
static inline void progress_add(struct progress *p, size_t n)
{
	(void)atomic_fetch_add_explicit(&p->done, n, memory_order_relaxed);
}

#endif
