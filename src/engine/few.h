/* SPDX-License-Identifier: MIT */
/*
 * Few sockets on a machine that may have many: each is asked for by itself, so that no
 * table is read for it. Rows are the same.
 */
#ifndef ENGINE_FEW_H
#define ENGINE_FEW_H

#include "engine/plan.h"
#include "engine/snapshot.h"

/* For each the kernel looks through half of its table: what a dump costs for a dozen. */
#define FEW_UNIX 8

/*
 * plan->few: the sockets of the rows, into s->rows. *missing: tables that are still
 * needed: not those of which all sockets have answered, or are in no table. 0, or
 * -errno (memory, descriptors).
 */
MUST_CHECK int few_join(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
			const struct plan *plan, uint32_t *missing);

/*
 * plan->exact: Internet sockets of rows that no table has told of, since they were opened after
 * it was read: as far as they answer, if they are few. 0, or -errno (memory, descriptors).
 */
MUST_CHECK int few_late(struct fdmap_snapshot *s, struct root *root, const struct plan *plan);

/* Of `table` (FAMILY_BIT), and not told yet. */
bool few_lacks(const struct fdmap_snapshot *s, const struct fdmap_file *f, uint32_t table);

/*
 * fewpass.c: UNIX sockets of the rows, as their descriptors tell them, into s->rows, where that
 * takes less time than to ask for them; what is not told is not there. 0, or -ENOMEM.
 */
MUST_CHECK int few_pass(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
			const struct plan *plan);

#endif
