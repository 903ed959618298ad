/* SPDX-License-Identifier: MIT */
/* statx(2) that never asks a server. */
#ifndef OS_STATX_H
#define OS_STATX_H

#include "base/util.h"
#include "fdmap.h"

/*
 * DONT_SYNC: what the kernel has is enough. Without it, a file on a dead server or of
 * a FUSE daemon that has stopped would never let us go. It does not hold for looking the
 * name up: that may wait. 0 or -errno.
 */
MUST_CHECK int os_statx(int dirfd, const char *name, int flags, struct fdmap_stat *st);

#endif
