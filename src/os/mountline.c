/* SPDX-License-Identifier: MIT */
#include "os/mountline.h"

#include <string.h>

#include "base/util.h"

bool parse_mount_line(struct span line, struct mount_line *ml)
{
	struct cursor c = cursor_span(line);
	struct span skip;
	uint32_t up;

	if (!cursor_u32(&c, &ml->id) || !cursor_char(&c, ' ') || !cursor_u32(&c, &up) ||
	    !cursor_char(&c, ' ') || !cursor_u32(&c, &ml->major_no) || !cursor_char(&c, ':') ||
	    !cursor_u32(&c, &ml->minor_no) || !cursor_char(&c, ' ') ||
	    !cursor_until(&c, ' ', &ml->root) || !cursor_until(&c, ' ', &ml->dir) ||
	    !cursor_until(&c, ' ', &skip))
		return false;
	do {
		if (!cursor_until(&c, ' ', &skip))
			return false;
	} while (!span_eq(skip, "-"));
	/* A source may be "", which leaves two blanks: no skipping of blanks here. */
	if (!cursor_until(&c, ' ', &ml->fstype) || !cursor_until(&c, ' ', &ml->source))
		return false;
	ml->options = cursor_rest(&c);
	return true;
}

/*
 * fuseblk is a local disk, served by a daemon of this machine; virtiofs is
 * served by the host without which this machine would not run.
 */
bool fstype_is_remote(const char *fstype)
{
	static const char *const types[] = {
		"9p",	"acfs",	 "afs",	      "autofs", "beegfs", "ceph",  "cifs", "coda",
		"fuse", "gfs2",	 "glusterfs", "gpfs",	"lustre", "ncpfs", "nfs",  "nfs3",
		"nfs4", "ocfs2", "orangefs",  "pvfs2",	"smb3",	  "smbfs",
	};

	if (strncmp(fstype, "fuse.", 5) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(fstype, types[i]) == 0)
			return true;
	return false;
}

bool fstype_is_local(struct span fstype)
{
	static const char *const local[] = {
		"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "tmpfs", "devtmpfs", "ramfs", "proc",
		"sysfs", "devpts", "cgroup", "cgroup2", "squashfs", "erofs", "vfat", "iso9660", "zfs",
		"bcachefs", "hugetlbfs", "mqueue", "debugfs", "tracefs", "bpf",
	};

	for (size_t i = 0; i < ARRAY_LEN(local); i++)
		if (span_eq(fstype, local[i]))
			return true;
	return false;
}
