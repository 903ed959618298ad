/* SPDX-License-Identifier: MIT */
/*
 * What need not be walked again to find who holds a socket: what the first walk has
 * noted, since it is no row, and what a pass tells.
 */
#ifndef ENGINE_ENDSEEN_H
#define ENGINE_ENDSEEN_H

#include "engine/endlist.h"
#include "engine/endset.h"
#include "engine/scan.h"

/* A socket that is no row; fd -1: of this process no other socket is none. */
struct seen {
	pid_t pid;
	int32_t fd;
	uint64_t ino;
};

/* The first walk: this socket, all of this process. 0 or -ENOMEM. */
MUST_CHECK int endseen_note(struct worker *w, const struct target *t, int fd, uint64_t ino);
MUST_CHECK int endseen_whole(struct worker *w, const struct target *t);

/* Processes whose sockets are known, and those of their descriptors that are looked for. */
struct endseen {
	struct hash pids; /* 0, or one more than the place in the list */
	struct endlist list;
};

void endseen_init(struct endseen *e);
void endseen_fini(struct endseen *e);
/* All descriptors of that process are rows. 0 or -ENOMEM. */
MUST_CHECK int endseen_add(struct endseen *e, pid_t pid);
/* What was noted, as far as the set looks for it and nothing else. 0 or -ENOMEM. */
MUST_CHECK int endseen_use(struct endseen *e, const struct buf *notes, const struct endset *set);

/* Is the process known? *rows: what of it is to be looked at, or NULL. */
bool endseen_knows(const struct endseen *e, pid_t pid, const struct endrows **rows);
/* Does a pass tell that it holds nothing that is looked for, but for what are rows? */
bool endseen_told(const struct scan *scan, const struct fdmap_snapshot *s, const struct endset *set,
		  pid_t pid);

#endif
