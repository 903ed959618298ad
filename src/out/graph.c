/* SPDX-License-Identifier: MIT */
/* Who talks to whom, as a graph in the DOT language of Graphviz. */
#include "out/sink.h"

#include "out/column.h"

static uint32_t graph_wants(const struct format *fmt)
{
	(void)fmt;
	return COLUMN_ROWS;
}

static int graph_row(struct sink *s, const struct fdmap_row *row)
{
	(void)s;
	(void)row;
	return 0;
}

const struct sink_ops sink_graph = {
	.name = "graph",
	.wants = graph_wants,
	.row = graph_row,
};
