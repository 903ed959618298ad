/* SPDX-License-Identifier: MIT */
/* Who holds the other ends of the rows that were found. */
#ifndef ENGINE_ENDS_H
#define ENGINE_ENDS_H

#include "engine/endlist.h"
#include "engine/endpeer.h"
#include "engine/endseen.h"
#include "engine/endset.h"
#include "engine/scan.h"
#include "engine/snapshot.h"

/*
 * Gives the rows their ends; where the plan selects those ends, they become rows,
 * too. After the sockets were joined, before the locks. 0 or -ENOMEM.
 */
MUST_CHECK int ends_join(struct fdmap_snapshot *s, const struct scan *scan, unsigned threads);

/* endscan.c: both with one worker for each thread, whose arenas are the snapshot's. */

/*
 * Who holds what the set has keys of, but for what is a row of s: of processes that are known,
 * only what is to be looked at. 0 or -ENOMEM.
 */
MUST_CHECK int endscan_holders(const struct scan *scan, const struct fdmap_snapshot *s,
			       struct worker *workers, unsigned threads, const struct endseen *seen,
			       struct endset *set);

/* Reads the descriptors of a list as rows. 0 or -ENOMEM. */
MUST_CHECK int endscan_rows(const struct scan *scan, struct worker *workers, unsigned threads,
			    const struct endlist *list);

/*
 * endgive.c: their ends, to rows that have none yet; the set is sorted. Memory that runs out
 * is a worker's error.
 */
void endgive_rows(struct fdmap_snapshot *s, const struct endset *set, const struct endpeers *peers,
		  struct worker *workers, unsigned threads);

#endif
