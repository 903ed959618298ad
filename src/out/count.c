/* SPDX-License-Identifier: MIT */
/* How many rows there are, alone on a line. */
#include "out/sink.h"

#include <errno.h>
#include <stdlib.h>

#include "out/column.h"

static uint32_t count_wants(const struct format *fmt)
{
	(void)fmt;
	return COLUMN_ROWS;
}

static int count_begin(struct sink *s)
{
	s->priv = calloc(1, sizeof(uint64_t));
	return s->priv ? 0 : -ENOMEM;
}

static int count_row(struct sink *s, const struct fdmap_row *row)
{
	uint64_t *rows = s->priv;

	(void)row;
	*rows += 1;
	return 0;
}

static int count_end(struct sink *s)
{
	const uint64_t *rows = s->priv;

	buf_put_u64(&s->out, *rows);
	buf_putc(&s->out, '\n');
	return sink_flush(s, true);
}

static void count_fini(struct sink *s)
{
	free(s->priv);
}

const struct sink_ops sink_count = {
	.name = "count",
	.wants = count_wants,
	.begin = count_begin,
	.row = count_row,
	.end = count_end,
	.fini = count_fini,
};
