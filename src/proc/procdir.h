/* SPDX-License-Identifier: MIT */
/*
 * One process, or one thread of it, pinned by a directory descriptor: what is
 * read below it is never of the next owner of the PID.
 */
#ifndef PROC_PROCDIR_H
#define PROC_PROCDIR_H

#include "base/ids.h"
#include "os/root.h"

struct procdir {
	pid_t pid, tid; /* tid 0: the process */
	struct root_dir dir;
};

/* -ENOENT or -ESRCH: it has ended. */
MUST_CHECK int procdir_open(struct root *root, pid_t pid, struct procdir *pd);
/* A thread of an open process. */
MUST_CHECK int procdir_task(struct root *root, const struct procdir *leader, pid_t tid,
			    struct procdir *pd);
void procdir_close(struct procdir *pd);

/* Numbers below the root, or below a directory, ascending: a recorded tree has no order of its own. */
/* d NULL: the PIDs. Replaces what ids held. */
MUST_CHECK int ids_read(struct root *root, const struct root_dir *d, struct ids *ids);
/* The same of PID/fd, none that is smaller; only where root_seeks. */
MUST_CHECK int ids_read_from(struct root *root, const struct root_dir *d, uint32_t from,
			     struct ids *ids);

#endif
