/* SPDX-License-Identifier: MIT */
/* PID/limits and PID/fd: how many descriptors a process may have, and has. */
#ifndef PROC_LIMITS_H
#define PROC_LIMITS_H

#include "base/cursor.h"
#include "proc/procdir.h"

/* The soft limit of descriptors, UINT64_MAX: none. 0 or -EINVAL. Pure. */
MUST_CHECK int parse_nofile(struct span text, uint64_t *nofile);
/* scratch: memory to read into. 0 or -errno. */
MUST_CHECK int nofile_read(struct root *root, const struct procdir *pd, struct buf *scratch,
			   uint64_t *nofile);
/* How many are open. sizes: a size of 0 is none. 0 or -errno. */
MUST_CHECK int nfds_read(struct root *root, const struct procdir *pd, bool sizes, uint32_t *nfds);

#endif
