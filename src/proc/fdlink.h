/* SPDX-License-Identifier: MIT */
/* The text of PID/fd/N: a path, or what kind of thing without one. */
#ifndef PROC_FDLINK_H
#define PROC_FDLINK_H

#include "base/cursor.h"

enum fdlink_what {
	FDLINK_PATH,   /* /..., "(deleted)" may follow */
	FDLINK_SOCKET, /* socket:[ino] */
	FDLINK_PIPE,   /* pipe:[ino] */
	FDLINK_ANON,   /* anon_inode:[eventfd], anon_inode:inotify, anon_inode:/memfd... */
	FDLINK_OTHER,  /* net:[ino], pidfd:[ino], mqueue paths without '/' ... */
};

struct fdlink {
	enum fdlink_what what;
	struct span name; /* ANON: after the colon; OTHER: before it */
	uint64_t ino;     /* of SOCKET, PIPE, OTHER with [number]; else 0 */
	bool deleted;     /* PATH: ends in " (deleted)" */
};

/* Never fails: what it does not know is OTHER. */
void parse_fdlink(struct span text, struct fdlink *link);

#endif
