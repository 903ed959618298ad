/* SPDX-License-Identifier: MIT */
/*
 * PID/maps, a line per mapping:
 *
 *	55dd51bbf000-55dd51bc0000 r--p 00002000 fe:00 18624        /usr/bin/python3.11
 *	start        end          perm offset   dev   inode        path
 *
 * Numbers are hex but for the inode. A newline in a path is printed as \012,
 * a backslash as itself (fs/proc/task_mmu.c, show_map_vma).
 */
#include "proc/maps.h"

#include <errno.h>
#include <sys/sysmacros.h>

int parse_map_line(struct span line, struct map_line *map)
{
	struct cursor c = cursor_span(line);
	struct span perms;
	uint64_t offset, major_no, minor_no;

	if (!cursor_hex(&c, &map->start) || !cursor_char(&c, '-') || !cursor_hex(&c, &map->end) ||
	    !cursor_char(&c, ' ') || !cursor_field(&c, &perms) || !cursor_char(&c, ' ') ||
	    !cursor_hex(&c, &offset) || !cursor_char(&c, ' ') || !cursor_hex(&c, &major_no) ||
	    !cursor_char(&c, ':') || !cursor_hex(&c, &minor_no) || !cursor_char(&c, ' ') ||
	    !cursor_u64(&c, &map->ino))
		return -EINVAL;
	if (major_no > UINT32_MAX || minor_no > UINT32_MAX)
		return -EINVAL;
	if (!cursor_done(&c) && *c.at != ' ')
		return -EINVAL;
	map->dev = makedev((unsigned)major_no, (unsigned)minor_no);
	/* Padding; no path begins with a blank. What ends in blanks keeps them. */
	cursor_blanks(&c);
	map->path = cursor_rest(&c);
	return 0;
}
