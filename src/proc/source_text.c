/* SPDX-License-Identifier: MIT */
/* Process facts by our own reader of PID/stat: any procfs, any recorded tree. */
#include "proc/source.h"

#include <errno.h>
#include <stdlib.h>

#include "proc/stat.h"

static int text_facts(struct source *s, const struct procdir *pd, struct arena *arena,
		      struct source_facts *facts)
{
	struct buf *b = s->priv;
	struct stat_line st;
	int err;

	buf_reset(b);
	err = root_read(s->root, &pd->dir, "stat", b);
	if (err < 0)
		return err == -ENOENT ? -ESRCH : err;
	/* A process that ends between open and read gives an empty file. */
	if (!b->n)
		return -ESRCH;
	err = parse_stat((struct span){ buf_str(b), b->n }, &st);
	if (err < 0)
		return err;
	facts->ppid = st.ppid;
	facts->pgid = st.pgid;
	facts->sid = st.sid;
	facts->threads = st.threads;
	facts->start = st.start;
	facts->state = st.state;
	facts->comm = arena_strndup(arena, st.comm.p, st.comm.n);
	return facts->comm ? 0 : -ENOMEM;
}

static void text_free(struct source *s)
{
	buf_fini(s->priv);
	free(s->priv);
}

static const struct source_ops text_ops = {
	.facts = text_facts,
	.free = text_free,
};

int source_text_init(struct source *s)
{
	struct buf *b = malloc(sizeof(*b));

	if (!b)
		return -ENOMEM;
	buf_init(b);
	s->priv = b;
	s->ops = &text_ops;
	return 0;
}
