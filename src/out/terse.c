/* SPDX-License-Identifier: MIT */
/* -t: process ids alone, for kill and xargs. The threads of a process are one line. */
#include "out/sink.h"

#include <errno.h>
#include <stdlib.h>

struct terse {
	pid_t last;
	bool any;
};

static uint32_t terse_wants(const struct format *fmt)
{
	(void)fmt;
	return 0;
}

static int terse_begin(struct sink *s)
{
	s->priv = calloc(1, sizeof(struct terse));
	return s->priv ? 0 : -ENOMEM;
}

static int terse_row(struct sink *s, const struct fdmap_row *row)
{
	struct terse *t = s->priv;

	if (t->any && t->last == row->proc->pid)
		return 0;
	t->any = true;
	t->last = row->proc->pid;
	buf_put_i64(&s->out, t->last);
	buf_putc(&s->out, '\n');
	return sink_flush(s, false);
}

static int terse_end(struct sink *s)
{
	return sink_flush(s, true);
}

static void terse_fini(struct sink *s)
{
	free(s->priv);
}

const struct sink_ops sink_terse = {
	.name = "terse",
	.wants = terse_wants,
	.begin = terse_begin,
	.row = terse_row,
	.end = terse_end,
	.fini = terse_fini,
};
