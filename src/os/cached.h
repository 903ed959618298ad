/* SPDX-License-Identifier: MIT */
/* Looking up names without ever waiting: what the kernel knows by heart, or nothing. */
#ifndef OS_CACHED_H
#define OS_CACHED_H

#include "base/util.h"

/*
 * A descriptor (O_PATH) of NAME, "root/etc/passwd": the first part is a link of the
 * kernel's in dirfd, the rest is followed below it, through mounts but no link. A
 * name that the kernel would have to look up on a disk, or ask a server or a daemon
 * for, is not: -EAGAIN. Since Linux 5.12; -ENOSYS, -EINVAL, -EPERM where it is not.
 */
MUST_CHECK int cached_open(int dirfd, const char *name);

/*
 * The same of any name, through links and mounts; flags: O_NOFOLLOW, or 0. -EAGAIN also
 * where the kernel can't be asked so.
 */
MUST_CHECK int cached_path(int dirfd, const char *path, int flags);
/* O_PATH of the longest part that is known by heart; *rest: what stands behind it. -errno. */
MUST_CHECK int cached_above(const char *path, const char **rest);
/*
 * O_PATH of a name below a directory, which is looked up; -EAGAIN: there is a link on the way,
 * or something is mounted there. -errno.
 */
MUST_CHECK int cached_below(int dirfd, const char *name);

#endif
