/* SPDX-License-Identifier: MIT */
/* Rows counted by columns. */
#include "out/sink.h"

#include "out/column.h"

static uint32_t groups_wants(const struct format *fmt)
{
	(void)fmt;
	return COLUMN_ROWS;
}

static int groups_row(struct sink *s, const struct fdmap_row *row)
{
	(void)s;
	(void)row;
	return 0;
}

const struct sink_ops sink_groups = {
	.name = "groups",
	.wants = groups_wants,
	.row = groups_row,
};
