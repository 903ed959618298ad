/* SPDX-License-Identifier: MIT */
/*
 * Who reads maps, map_files or cmdline of a process takes the lock of its memory (mmap_lock), and
 * waits for whoever holds it: for ever, where a thread of the process holds it to map a file of
 * a server that does not answer (mm/util.c, vm_mmap_pgoff; kernels before 6.17 take it for maps,
 * too). ps(1) hangs there. So where such a file may be mapped, the lock is tried first, by
 * a thread that can be left behind.
 */
#ifndef ENGINE_MAPLOCK_H
#define ENGINE_MAPLOCK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/buf.h"
#include "proc/procdir.h"

struct scan;
struct worker;

/* What the workers share. */
struct maplock {
	bool remote;        /* a file system of a server is mounted here */
	char self_ns[64];   /* our mount namespace; "": not known */
	atomic_int left_ms; /* so long all of them together may wait */
	atomic_bool texts;  /* maps takes the lock as well here: it is not tried again */
};

/* scan->maplock is l where it has to be asked at all. 0 or -ENOMEM. */
MUST_CHECK int maplock_init(struct maplock *l, struct scan *scan);

/* Is it held? Said once of a process. waits: it is in a sleep that nothing interrupts. */
bool maplock_held(struct worker *w, const struct procdir *leader, bool waits);
/*
 * The text of maps all the same, where the kernel has it without the lock: 0, -ETIMEDOUT, or
 * -errno. It is appended.
 */
MUST_CHECK int maplock_read(struct worker *w, const struct procdir *leader, struct buf *text);

#endif
