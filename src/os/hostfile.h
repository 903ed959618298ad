/* SPDX-License-Identifier: MIT */
/* Files of the system that nobody typed, opened so that nothing remote is asked. */
#ifndef OS_HOSTFILE_H
#define OS_HOSTFILE_H

#include "os/root.h"

/* The live implementation of root_host_file. -ENOSYS: another procfs, or Linux before 5.6. */
MUST_CHECK int hostfile_read(struct root *r, const char *mount, const char *path, size_t max,
			     struct buf *out);

#endif
