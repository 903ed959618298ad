/* SPDX-License-Identifier: MIT */
/* One line, or one run of NULs, a row: CSV, TSV, and values that end with NUL. */
#include "out/sink.h"

#include "out/column.h"

static uint32_t lines_wants(const struct format *fmt)
{
	(void)fmt;
	return COLUMN_ROWS;
}

static int lines_row(struct sink *s, const struct fdmap_row *row)
{
	(void)s;
	(void)row;
	return 0;
}

const struct sink_ops sink_csv = {
	.name = "csv",
	.wants = lines_wants,
	.row = lines_row,
};

const struct sink_ops sink_tsv = {
	.name = "tsv",
	.wants = lines_wants,
	.row = lines_row,
};

const struct sink_ops sink_print0 = {
	.name = "print0",
	.wants = lines_wants,
	.row = lines_row,
};
