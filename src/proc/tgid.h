/* SPDX-License-Identifier: MIT */
/* Is a directory below /proc that of a process, or of one of its threads? */
#ifndef PROC_TGID_H
#define PROC_TGID_H

#include "base/cursor.h"
#include "proc/procdir.h"

/* "Tgid:\t812" of PID/status (fs/proc/array.c, task_state); false: no such line. */
bool parse_tgid(struct span status, uint32_t *tgid);

/* scratch: memory to read into. True where status does not tell. */
bool read_is_leader(struct root *root, const struct procdir *pd, struct buf *scratch);

#endif
