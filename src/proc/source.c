/* SPDX-License-Identifier: MIT */
/*
 * Process facts from PID/stat: any procfs, any recorded tree.
 *
 * The command is the one of PID/comm, byte for byte, also of kernel threads: the kernel
 * writes both by one function, and escapes nothing in either (fs/proc/array.c,
 * proc_task_name; only PID/status has it escaped).
 */
#include "proc/source.h"

#include <errno.h>
#include <stdlib.h>

#include "proc/stat.h"

struct source {
	struct root *root;
	struct buf text; /* of the last file, for its room */
};

int source_new(struct source **out, struct root *root)
{
	struct source *s = malloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->root = root;
	buf_init(&s->text);
	*out = s;
	return 0;
}

void source_free(struct source *s)
{
	if (!s)
		return;
	buf_fini(&s->text);
	free(s);
}

int source_facts(struct source *s, const struct procdir *pd, struct arena *arena,
		 struct source_facts *facts)
{
	struct stat_line st;
	int err;

	buf_reset(&s->text);
	err = root_read(s->root, &pd->dir, "stat", &s->text);
	if (err < 0)
		return err == -ENOENT ? -ESRCH : err;
	/* A process that ends between open and read gives an empty file. */
	if (!s->text.n)
		return -ESRCH;
	err = parse_stat((struct span){ buf_str(&s->text), s->text.n }, &st);
	if (err < 0)
		return err;
	facts->ppid = st.ppid;
	facts->pgid = st.pgid;
	facts->sid = st.sid;
	facts->threads = st.threads;
	facts->flags = st.flags;
	facts->start = st.start;
	facts->is_task = st.is_task;
	facts->state = st.state;
	facts->comm = arena_strndup(arena, st.comm.p, st.comm.n);
	return facts->comm ? 0 : -ENOMEM;
}
