/* SPDX-License-Identifier: MIT */
/* Expressions as terms: names in them, and what they make of the plan. */
#include "engine/filter.h"

#include <errno.h>

#include "os/resolve.h"

int fdmap_query_filter(struct fdmap_query *q, struct fdmap *m, const char *text,
		       struct fdmap_error *err)
{
	(void)m;
	query_error(err, "not understood: %s", text);
	(void)q;
	return -EINVAL;
}
