/* SPDX-License-Identifier: MIT */
/*
 * Sockets that a table should tell of and does not: opened after it was read, or left
 * out. The kernel tells a table in pieces, and finds the place where it stopped by
 * counting; what ends before that place meanwhile takes a row behind it out of sight.
 */
#ifndef ENGINE_LATE_H
#define ENGINE_LATE_H

#include "engine/plan.h"
#include "engine/snapshot.h"

struct worker;
struct place;
struct scan;

/*
 * For workers: a descriptor's socket that is in none of the tables that decide, while
 * some of these may have left out rows (scan->doubt).
 */
void late_note(struct worker *w, const struct place *at, uint64_t ino);

/*
 * Reads the tables in doubt once more; noted: of the workers, or NULL: all sockets may
 * be meant. *more: there is something new to be judged. 0 or -errno.
 */
MUST_CHECK int late_gate(struct fdmap_snapshot *s, const struct scan *scan,
			 const struct buf *noted, bool *more);

/*
 * Kept rows whose socket is in no table: it is asked whether it should be in one; if so,
 * or if it may not be asked, its table is read once more. 0 or -errno.
 */
MUST_CHECK int late_join(struct fdmap_snapshot *s, struct root *root, const struct plan *plan);

#endif
