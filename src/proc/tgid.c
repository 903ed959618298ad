/* SPDX-License-Identifier: MIT */
/*
 * PID/status (fs/proc/array.c), of which only the thread group is read:
 * "Name:\tsshd\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t812\n..."
 */
#include "proc/tgid.h"

bool parse_tgid(struct span status, uint32_t *tgid)
{
	struct cursor at;

	return cursor_named(status, "Tgid:", &at) && cursor_u32(&at, tgid);
}

bool read_is_leader(struct root *root, const struct procdir *pd, struct buf *scratch)
{
	uint32_t tgid;

	buf_reset(scratch);
	if (root_read(root, &pd->dir, "status", scratch) < 0)
		return true;
	if (!parse_tgid((struct span){ buf_str(scratch), scratch->n }, &tgid))
		return true;
	return tgid == (uint32_t)pd->pid;
}
