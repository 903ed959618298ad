/* SPDX-License-Identifier: MIT */
#include "os/statx.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int os_statx(int dirfd, const char *name, int flags, struct fdmap_stat *st)
{
	struct statx x;

	if (statx(dirfd, name, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_MNT_ID, &x) < 0)
		return -errno;
	st->dev = makedev(x.stx_dev_major, x.stx_dev_minor);
	st->rdev = makedev(x.stx_rdev_major, x.stx_rdev_minor);
	st->ino = x.stx_ino;
	st->size = x.stx_size;
	st->mode = x.stx_mode;
	st->nlink = x.stx_nlink;
	st->mount = x.stx_mask & STATX_MNT_ID ? x.stx_mnt_id : 0;
	return 0;
}
