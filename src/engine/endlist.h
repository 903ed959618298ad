/* SPDX-License-Identifier: MIT */
/* Descriptors that become rows after the walk: process by process, merged into a snapshot. */
#ifndef ENGINE_ENDLIST_H
#define ENGINE_ENDLIST_H

#include "engine/snapshot.h"

/* Descriptors of one process, and what became of them. */
struct endrows {
	pid_t pid;
	const int32_t *fds; /* ascending */
	size_t nfds;
	struct fdmap_process proc; /* nfiles 0: there are none any more */
};

struct endlist {
	struct endrows *v; /* by PID */
	size_t n;
	int32_t *fds;
};

static inline uint64_t endlist_key(pid_t pid, int32_t fd)
{
	return (uint64_t)(uint32_t)pid << 32 | (uint32_t)fd;
}

/* Sorts the keys, each of which comes once. 0 or -ENOMEM. */
MUST_CHECK int endlist_new(struct endlist *list, uint64_t *keys, size_t n);
void endlist_fini(struct endlist *list);

/* Adds the rows to those of their processes, and processes that are not there. 0 or -ENOMEM. */
MUST_CHECK int endlist_merge(const struct endlist *list, struct fdmap_snapshot *s);

#endif
