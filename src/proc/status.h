/* SPDX-License-Identifier: MIT */
/* PID/status: PIDs in inner namespaces, and capabilities. PID/ns: which namespaces. */
#ifndef PROC_STATUS_H
#define PROC_STATUS_H

#include "base/arena.h"
#include "base/cursor.h"
#include "proc/procdir.h"

#define STATUS_LEVELS 33 /* the first PID namespace and 32 within each other */

struct status {
	pid_t nspids[STATUS_LEVELS]; /* from the namespace of the reader inward */
	uint32_t nnspids;
	uint64_t caps; /* CapEff: 1 << CAP_* */
};

/* What is not told is 0. -EINVAL: it tells neither. Pure. */
MUST_CHECK int parse_status(struct span text, struct status *st);
/* scratch: memory to read into. 0 or -errno. */
MUST_CHECK int status_read(struct root *root, const struct procdir *pd, struct buf *scratch,
			   struct status *st);
/* The inode that "ns/pid", "ns/net" leads to; 0: that may not be known. 0 or -errno. */
MUST_CHECK int ns_read(struct root *root, const struct procdir *pd, const char *name,
		       uint64_t *ino);

#endif
