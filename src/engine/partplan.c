/* SPDX-License-Identifier: MIT */
/* Which queries can be answered part by part. Pure. */
#include "engine/take.h"

bool plan_in_parts(const struct plan *plan, const struct fdmap_query *q)
{
	/* Rows that others decide, or tell more of. */
	if (plan->ends || plan->unowned_families || q->ntrees || q->netns.given)
		return false;
	/* What is looked up once for all rows, and belongs to the first of them. */
	if (plan->want & (FDMAP_CONTAINER | FDMAP_MORE) || plan->more & FDMAP_SOCKX)
		return false;
	/* A few processes are done at once. */
	return !plan->direct;
}
