/* SPDX-License-Identifier: MIT */
/*
 * What is read while the walk goes on: /proc/locks, for which the kernel lets us wait,
 * and socket tables, where a pass has told before which sockets there are, or where rows are
 * handed out while the walk goes on. Otherwise they come after the walk, so that what was
 * opened meanwhile is in them.
 */
#ifndef ENGINE_BESIDE_H
#define ENGINE_BESIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/scan.h"
#include "engine/snapshot.h"
#include "proc/locks.h"

struct beside {
	const struct scan *scan;
	struct fdmap_snapshot *s;
	pthread_t thread;
	bool running;
	atomic_bool done;
	uint32_t tables; /* FAMILY_BIT: into s->rows */
	bool has_locks;  /* locks were read, or may not be; also by join_locks */
	struct locks locks;
	int error;
};

/* Nothing is started where it would not pay. */
void beside_start(struct beside *b, const struct scan *scan, struct fdmap_snapshot *s,
		  unsigned threads);
/* Waits for it, or (tables) only if it reads tables. 0 or -errno (memory, descriptors). */
MUST_CHECK int beside_end(struct beside *b);
MUST_CHECK int beside_tables(struct beside *b);
/* Would these two not wait? */
bool beside_done(struct beside *b);
void beside_fini(struct beside *b);

#endif
