/* SPDX-License-Identifier: MIT */
/* Who holds the other ends of the rows that were found. */
#ifndef ENGINE_ENDS_H
#define ENGINE_ENDS_H

#include "engine/endlist.h"
#include "engine/endset.h"
#include "engine/scan.h"
#include "engine/snapshot.h"

/*
 * Gives the rows their ends; where the plan selects those ends, they become rows,
 * too. After the sockets were joined, before the locks. 0 or -ENOMEM.
 */
MUST_CHECK int ends_join(struct fdmap_snapshot *s, const struct scan *scan, unsigned threads);

/* endscan.c: both with one worker for each thread, whose arenas are the snapshot's. */

/* Who holds what the set has keys of, in the processes that are not in `known`. 0 or -ENOMEM. */
MUST_CHECK int endscan_holders(const struct scan *scan, struct worker *workers, unsigned threads,
			       const struct hash *known, struct endset *set);

/* Reads the descriptors of a list as rows. 0 or -ENOMEM. */
MUST_CHECK int endscan_rows(const struct scan *scan, struct worker *workers, unsigned threads,
			    const struct endlist *list);

#endif
