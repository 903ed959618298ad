/* SPDX-License-Identifier: MIT */
/*
 * Socket tables of network namespaces: which are read, through what, into which of
 * the snapshot's two tables. Needs the right to enter a namespace, or a process in
 * it whose net/ may be read.
 */
#ifndef ENGINE_NSLOAD_H
#define ENGINE_NSLOAD_H

#include "engine/nsstray.h"
#include "engine/plan.h"
#include "engine/snapshot.h"

/*
 * Before the scan: plan->gate_families of every namespace in which terms select,
 * into s->gate. Where not all of them can be known before the scan, s->ns.partial is
 * set. 0 or -errno (memory, descriptors).
 */
MUST_CHECK int nsload_gate(struct fdmap_snapshot *s, struct root *root,
			   const struct fdmap_query *q, const struct plan *plan);

/*
 * What is not in a table yet: `tables` of our own namespace, into s->rows. 0 or
 * -errno as above.
 */
MUST_CHECK int nsload_own(struct fdmap_snapshot *s, struct root *root,
			  const struct fdmap_query *q, const struct plan *plan, uint32_t tables);

/* Tables of all others count as never read: where a socket is missing, it is looked for again. */
void nsload_forget(struct nslist *l);

/* Once more: `tables` of our own namespace, added to where they are. 0 or -errno as above. */
MUST_CHECK int nsload_again(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
			    uint32_t tables);

/*
 * `tables` of every namespace there is, into s->rows, each at most once: for other ends that lie
 * elsewhere, and sockets that nobody holds. Finds the namespaces first, if they
 * were not looked for yet.
 */
MUST_CHECK int nsload_all(struct fdmap_snapshot *s, struct root *root,
			  const struct fdmap_query *q, const struct plan *plan, uint32_t tables);

/* Those of the namespaces whose entries want tables: want is what they shall have. */
MUST_CHECK int nsload_wanted(struct fdmap_snapshot *s, struct root *root, const struct plan *plan);

/*
 * After the scan: namespaces that it revealed (struct stray) get their gate tables.
 * *more: there are more sockets now, so that it must be done again.
 */
MUST_CHECK int nsload_strays(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
			     const struct buf *strays, bool *more);

/*
 * As they are now: `tables` of every namespace in which terms select, those sockets
 * included that have no inode, into a table of the caller's. It must not have any
 * of them yet.
 */
MUST_CHECK int nsload_fresh(struct fdmap_snapshot *s, struct root *root,
			    const struct fdmap_query *q, const struct plan *plan, uint32_t tables,
			    struct socktab *t);

#endif
