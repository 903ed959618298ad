/* SPDX-License-Identifier: MIT */
/*
 * PID/attr/current, one text without a newline, with or without a NUL at its
 * end (security/selinux/hooks.c, selinux_getprocattr):
 *
 *	system_u:system_r:sshd_t:s0-s0:c0.c1023
 */
#include "proc/context.h"

#include <errno.h>
#include <string.h>

struct span parse_context(struct span text)
{
	const char *end = text.n ? memchr(text.p, '\0', text.n) : NULL;

	if (end)
		text.n = (size_t)(end - text.p);
	if (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	return text;
}

int context_read(struct root *root, const struct procdir *pd, struct arena *arena,
		 struct buf *scratch, const char **context)
{
	struct span text;
	int r;

	*context = NULL;
	buf_reset(scratch);
	r = root_read(root, &pd->dir, "attr/current", scratch);
	if (r < 0)
		return r;
	text = parse_context((struct span){ buf_str(scratch), scratch->n });
	*context = arena_strndup(arena, text.p, text.n);
	return *context ? 0 : -ENOMEM;
}
