/* SPDX-License-Identifier: MIT */
/* PID/fdinfo/N: "pos:", "flags:", then what the kind prints (fs/proc/fd.c). */
#ifndef PROC_FDINFO_H
#define PROC_FDINFO_H

#include "base/arena.h"
#include "base/cursor.h"
#include "fdmap.h"

struct fdinfo {
	bool has_pos, has_flags, has_tty;
	uint64_t pos;
	uint32_t flags, mnt_id;
	uint32_t tty; /* tty-index of a pty's master: the number of its slave */
	struct fdmap_anon anon; /* has_id, pid, tfds as told */
};

/* Unknown keys are skipped. tfds (at most 1,000,000) go to the arena. 0 or -ENOMEM. */
int parse_fdinfo(struct span text, struct arena *arena, struct fdinfo *info);

#endif
