/* SPDX-License-Identifier: MIT */
/*
 * PID/cmdline, each argument with a NUL behind (fs/proc/base.c, get_mm_cmdline):
 *
 *	/usr/sbin/sshd\0-D\0
 *	nginx: worker process\0\0\0\0\0\0	its arguments written over, the rest zeroed
 *	postgres: checkpointer			written over to the last byte: no NUL
 *
 * A kernel thread has an empty one. Memory that is a file's is never read for it, so
 * that no server is asked.
 */
#include "proc/cmdline.h"

#include <errno.h>

struct span parse_cmdline(struct span text)
{
	while (text.n && text.p[text.n - 1] == '\0')
		text.n--;
	return text;
}

int cmdline_read(struct root *root, const struct procdir *pd, struct arena *arena,
		 struct buf *scratch, const char **args, size_t *len)
{
	struct span text;
	int r;

	*args = NULL;
	*len = 0;
	buf_reset(scratch);
	r = root_read(root, &pd->dir, "cmdline", scratch);
	if (r < 0)
		return r;
	text = parse_cmdline((struct span){ buf_str(scratch), scratch->n });
	if (!text.n)
		return 0;
	*args = arena_strndup(arena, text.p, text.n);
	*len = text.n + 1;
	return *args ? 0 : -ENOMEM;
}
