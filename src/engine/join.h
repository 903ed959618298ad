/* SPDX-License-Identifier: MIT */
/* What connects rows to tables read once: sockets, locks, message queues. */
#ifndef ENGINE_JOIN_H
#define ENGINE_JOIN_H

#include "engine/plan.h"
#include "engine/snapshot.h"
#include "os/root.h"
#include "proc/locks.h"
#include "proc/mounts.h"

/*
 * Sockets, queues, servers; mounts: NULL when they were not read yet. 0 or
 * -ENOMEM; a table that can't be read becomes a problem of the snapshot.
 */
MUST_CHECK int join_rows(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
			 const struct fdmap_query *q, const struct mounts *mounts);
/*
 * lockjoin.c: the lock column, owners and waiters: last, when all rows are there. locks: what
 * is in /proc/locks, if *known; else it is read, once there is a row that may be locked.
 */
MUST_CHECK int join_locks(struct fdmap_snapshot *s, struct root *root, struct locks *locks,
			  bool *known);
/*
 * lockfew.c: plan->few_locks: if rows are few, what their descriptors tell of locks takes the
 * place of /proc/locks: *known. Where they can't tell all, nothing is done. 0; -ENOMEM and its
 * like.
 */
MUST_CHECK int join_few_locks(const struct fdmap_snapshot *s, struct root *root,
			      struct locks *locks, bool *known);

#endif
