/* SPDX-License-Identifier: MIT */
/*
 * Link texts of PID/fd, as the dentry's d_dname or d_path writes them:
 *
 *	/tmp/del (deleted)          fs/d_path.c, path_with_deleted
 *	socket:[5303]               net/socket.c, sockfs_dname
 *	pipe:[5325]                 fs/pipe.c, pipefs_dname
 *	anon_inode:[eventpoll]      fs/anon_inodes.c
 *	net:[4026531833]            fs/nsfs.c, ns_dname
 *	pidfd:[8403]                fs/pidfs.c, on some kernels since 6.9
 */
#include "proc/fdlink.h"

/* "[123]" and nothing after it. */
static bool take_number(struct cursor c, uint64_t *ino)
{
	uint64_t v;

	if (!cursor_char(&c, '[') || !cursor_u64(&c, &v) || !cursor_char(&c, ']') ||
	    !cursor_done(&c))
		return false;
	*ino = v;
	return true;
}

void parse_fdlink(struct span text, struct fdlink *link)
{
	struct cursor c = cursor_span(text);

	*link = (struct fdlink){ .what = FDLINK_OTHER, .name = text };
	if (span_starts(text, "/")) {
		link->what = FDLINK_PATH;
		link->deleted = span_ends(text, " (deleted)");
		return;
	}
	if (!cursor_until(&c, ':', &link->name))
		return;
	if (span_eq(link->name, "anon_inode")) {
		link->what = FDLINK_ANON;
		link->name = cursor_rest(&c);
		return;
	}
	if (!take_number(c, &link->ino))
		return;
	if (span_eq(link->name, "socket"))
		link->what = FDLINK_SOCKET;
	else if (span_eq(link->name, "pipe"))
		link->what = FDLINK_PIPE;
}
