/* SPDX-License-Identifier: MIT */
/* --filter and --filter-file. */
#include <string.h>

#include "cli/set.h"

void set_filter(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	if (fdmap_query_filter(o->q, o->m, use->value ? use->value : "", &err) < 0)
		options_wrong(o, "--filter: %s", err.text);
}

void set_filter_file(struct options *o, const struct optuse *use)
{
	set_filter(o, use);
}
