/* SPDX-License-Identifier: MIT */
/*
 * Sockets of rows that are in no table of our own network namespace: whose they are.
 * Costs nothing when there are none.
 */
#ifndef ENGINE_NSJOIN_H
#define ENGINE_NSJOIN_H

#include "engine/plan.h"
#include "engine/snapshot.h"

/* Those of processes in other namespaces, in the tables there. 0 or -errno as in nsload.h. */
MUST_CHECK int nsjoin_processes(struct fdmap_snapshot *s, struct root *root,
				const struct fdmap_query *q, const struct plan *plan);

/*
 * Those still left whose protocol should be in a table: each is asked; one that may
 * not be asked is looked for everywhere, if its process is not in our own namespace.
 */
MUST_CHECK int nsjoin_leftovers(struct fdmap_snapshot *s, struct root *root,
				const struct fdmap_query *q, const struct plan *plan);

/* Last: names, and what fdmap_namespaces() shows. */
MUST_CHECK int nsjoin_show(struct fdmap_snapshot *s, struct root *root,
			   const struct fdmap_query *q);

#endif
