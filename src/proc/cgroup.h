/* SPDX-License-Identifier: MIT */
/* PID/cgroup: which container and which unit of systemd a process is of. */
#ifndef PROC_CGROUP_H
#define PROC_CGROUP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "proc/procdir.h"

/* Each NULL when the paths do not tell it. */
struct cgroup {
	const char *runtime; /* one of our own words, see struct fdmap_process */
	const char *container, *pod, *unit; /* in the arena */
	const char *path; /* of version 2, or of systemd's own hierarchy */
};

/* Pure. 0 or -ENOMEM. */
MUST_CHECK int parse_cgroup(struct span text, struct arena *arena, struct cgroup *out);

/* What one path tells: the innermost container, its pod, the innermost unit. n 0: nothing. */
struct cgroup_path {
	const char *runtime;
	struct span container, pod, unit;
	bool escaped; /* `container` has systemd's \x2d */
};
/* Pure. */
void parse_cgroup_path(struct span path, struct cgroup_path *out);

/* The same of a process; `text` is scratch. 0 or -errno. */
MUST_CHECK int cgroup_read(struct root *root, const struct procdir *pd, struct arena *arena,
			   struct buf *text, struct cgroup *out);

#endif
