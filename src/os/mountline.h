/* SPDX-License-Identifier: MIT */
/*
 * A line of mountinfo:
 *
 *	36 27 254:0 / /mnt\040a rw,noatime shared:1 - ext4 /dev/vda rw,errors=continue
 *	id up dev   | dir       options    optional | type source   options
 *	            root                            separator
 *
 * There are any number of optional fields. Blanks, tabs, newlines and
 * backslashes are octal (fs/proc_namespace.c, show_mountinfo).
 */
#ifndef OS_MOUNTLINE_H
#define OS_MOUNTLINE_H

#include "base/cursor.h"

struct mount_line {
	uint32_t id, major_no, minor_no;
	struct span root, dir, fstype, source; /* as they are written */
	struct span options; /* of the file system */
};

bool parse_mount_line(struct span line, struct mount_line *ml);

/*
 * Does a server or a daemon answer for it? What is not known to be so is taken for local where
 * that decides what is shown; what is not known to be local, where we would have to wait.
 */
bool fstype_is_remote(const char *fstype);
/* It lies on a disk of this machine, or in its memory. */
bool fstype_is_local(struct span fstype);

#endif
