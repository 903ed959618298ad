/* SPDX-License-Identifier: MIT */
/* PID/attr/current: the security context of a process or thread. */
#ifndef PROC_CONTEXT_H
#define PROC_CONTEXT_H

#include "base/arena.h"
#include "base/cursor.h"
#include "proc/procdir.h"

/* What is left of the file's text when its end is cut: "system_u:system_r:sshd_t:s0". */
struct span parse_context(struct span text);
/* In the arena; scratch: memory to read into. 0, -ENOMEM, or why it can't be read. */
MUST_CHECK int context_read(struct root *root, const struct procdir *pd, struct arena *arena,
			    struct buf *scratch, const char **context);

#endif
