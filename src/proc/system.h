/* SPDX-License-Identifier: MIT */
/* What is asked of the system once, to understand facts of its processes. */
#ifndef PROC_SYSTEM_H
#define PROC_SYSTEM_H

#include "base/cursor.h"
#include "os/root.h"

struct system {
	/* For FDMAP_START. hz 0: not known. */
	uint64_t boot; /* ns since 1970 */
	uint64_t up;   /* ns since then */
	unsigned hz;   /* ticks a second, in PID/stat */
	/* For FDMAP_STATUS: every capability it has, 1 << CAP_*; 0: not known */
	uint64_t caps;
	/* For FDMAP_LIMITS: the size of PID/fd is the number of descriptors */
	bool fd_sizes;
};

/* "btime 1795215104" of stat, in seconds; "23520.53 27878.75" of uptime, in ns. Pure. 0, -EINVAL */
MUST_CHECK int parse_btime(struct span text, uint64_t *seconds);
MUST_CHECK int parse_uptime(struct span text, uint64_t *ns);
/* "40\n" of sys/kernel/cap_last_cap to the mask of all. Pure. 0, -EINVAL */
MUST_CHECK int parse_last_cap(struct span text, uint64_t *caps);

/*
 * What these facts (enum fdmap_fact) of processes need. source: what could not be read,
 * or NULL. 0, or -errno of `source`, or -ENOMEM and its like.
 */
MUST_CHECK int system_read(struct root *root, uint32_t facts, struct system *sys,
			   const char **source);

/* When a process was started, and how long ago; false: that is not known. */
bool system_start(const struct system *sys, uint64_t ticks, uint64_t *start, uint64_t *age);

#endif
