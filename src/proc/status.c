/* SPDX-License-Identifier: MIT */
/*
 * PID/status, a line for each attribute (fs/proc/array.c, task_state and task_cap):
 *
 *	Tgid:	21766
 *	NStgid:	21766	12	1
 *	CapEff:	000001fffeffffff
 *
 * A name (the line Name:) can forge none: its newlines are escaped there. NStgid is
 * the process' also in the file of a thread, whose own numbers are in NSpid.
 */
#include "proc/status.h"

#include <errno.h>
#include <string.h>

#include "proc/fdlink.h"

/* All of the line, or nothing. */
static bool take_pids(struct cursor *c, struct status *st)
{
	pid_t pids[STATUS_LEVELS];
	uint32_t n = 0, pid;

	for (cursor_blanks(c); cursor_u32(c, &pid); cursor_blanks(c)) {
		if (pid > INT32_MAX || n == STATUS_LEVELS)
			return false;
		pids[n++] = (pid_t)pid;
	}
	if (!n || !cursor_done(c))
		return false;
	memcpy(st->nspids, pids, n * sizeof(*pids));
	st->nnspids = n;
	return true;
}

int parse_status(struct span text, struct status *st)
{
	struct cursor c = cursor_span(text);
	bool told = false, whole;
	struct span line;

	*st = (struct status){ 0 };
	while (cursor_line(&c, &line, &whole) && whole) {
		struct cursor l = cursor_span(line);
		uint64_t caps;

		if (cursor_lit(&l, "NStgid:")) {
			told = take_pids(&l, st) || told;
		} else if (cursor_lit(&l, "CapEff:")) {
			cursor_blanks(&l);
			if (!cursor_hex(&l, &caps) || !cursor_done(&l))
				continue;
			st->caps = caps;
			told = true;
		}
	}
	return told ? 0 : -EINVAL;
}

int status_read(struct root *root, const struct procdir *pd, struct buf *scratch,
		struct status *st)
{
	int r;

	*st = (struct status){ 0 };
	buf_reset(scratch);
	r = root_read(root, &pd->dir, "status", scratch);
	if (r < 0)
		return r;
	return parse_status((struct span){ buf_str(scratch), scratch->n }, st);
}

int ns_read(struct root *root, const struct procdir *pd, const char *name, uint64_t *ino)
{
	char text[64];
	ssize_t n = root_link(root, &pd->dir, name, text, sizeof(text));
	struct fdlink link;

	*ino = 0;
	if (n < 0)
		return (int)n;
	parse_fdlink((struct span){ text, (size_t)n }, &link);
	if (link.what == FDLINK_OTHER)
		*ino = link.ino;
	return 0;
}
