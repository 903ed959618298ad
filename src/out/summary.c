/* SPDX-License-Identifier: MIT */
/* The page of totals. */
#include "out/sink.h"

#include "out/column.h"

static uint32_t summary_wants(const struct format *fmt)
{
	(void)fmt;
	return COLUMN_ROWS;
}

static int summary_row(struct sink *s, const struct fdmap_row *row)
{
	(void)s;
	(void)row;
	return 0;
}

const struct sink_ops sink_summary = {
	.name = "summary",
	.wants = summary_wants,
	.row = summary_row,
};
