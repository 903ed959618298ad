/* SPDX-License-Identifier: MIT */
/*
 * Few sockets on a machine that may have many: each is asked for by itself, so that no
 * table is read for it. Rows are the same.
 */
#ifndef ENGINE_FEW_H
#define ENGINE_FEW_H

#include "engine/plan.h"
#include "engine/snapshot.h"

/*
 * plan->few: the sockets of the rows, into s->rows. *missing: tables that are still
 * needed: not those of which all sockets have answered, or are in no table. 0, or
 * -errno (memory, descriptors).
 */
MUST_CHECK int few_join(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
			uint32_t *missing);

/* Of `table` (FAMILY_BIT), and not told yet. */
bool few_lacks(const struct fdmap_snapshot *s, const struct fdmap_file *f, uint32_t table);

/*
 * fewpass.c: UNIX sockets that one process alone has, into s->rows, where that takes less time
 * than a table of many; what is not told is not there. 0, or -ENOMEM.
 */
MUST_CHECK int few_pass(struct fdmap_snapshot *s, struct root *root, const struct plan *plan);

#endif
