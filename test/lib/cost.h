/* SPDX-License-Identifier: MIT */
/* What taking a query costs: calls through the door. */
#ifndef TEST_LIB_COST_H
#define TEST_LIB_COST_H

#include "fdmap.h"

/* Takes the query; what that alone cost, how many rows it gave, and was its first term found? */
struct fdmap_counts cost_take(struct fdmap *map, const struct fdmap_query *q, size_t *rows,
			      bool *hit);

/* Facts that the lsof table wants. */
uint32_t cost_table_wants(void);

#endif
