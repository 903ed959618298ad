/* SPDX-License-Identifier: MIT */
/* PID/cmdline: the arguments of a process. */
#ifndef PROC_CMDLINE_H
#define PROC_CMDLINE_H

#include "base/arena.h"
#include "base/cursor.h"
#include "proc/procdir.h"

/* Arguments with a NUL between two of them; n 0: there are none. Pure. */
struct span parse_cmdline(struct span text);
/*
 * In the arena, each with a NUL behind; *args NULL: there are none. scratch: memory to
 * read into. 0 or -errno.
 */
MUST_CHECK int cmdline_read(struct root *root, const struct procdir *pd, struct arena *arena,
			    struct buf *scratch, const char **args, size_t *len);

#endif
