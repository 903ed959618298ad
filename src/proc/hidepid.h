/* SPDX-License-Identifier: MIT */
/* The options of a process file system that keep processes of others from us. */
#ifndef PROC_HIDEPID_H
#define PROC_HIDEPID_H

#include "base/cursor.h"
#include "os/root.h"

enum {
	HIDEPID_OFF = 0,
	HIDEPID_NOACCESS = 1,   /* they are listed, but their directories are closed */
	HIDEPID_INVISIBLE = 2,  /* they are not even listed */
	HIDEPID_PTRACEABLE = 4, /* the same, for everybody: `gid` does not count (Linux 5.8) */
};

struct hidepid {
	unsigned how;
	gid_t gid; /* who is in this group sees them all the same */
};

/* dev: of that file system, as makedev(3); 0: the last process file system there is. Pure. */
void parse_hidepid(struct span mountinfo, uint64_t dev, struct hidepid *h);
/* 0 or -ENOMEM; what can't be read is HIDEPID_OFF. */
MUST_CHECK int hidepid_read(struct root *root, struct hidepid *h);

#endif
