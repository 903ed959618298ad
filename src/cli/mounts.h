/* SPDX-License-Identifier: MIT */
/* The list of mounts that +m prints: "/dev/shm 0x1b". */
#ifndef CLI_MOUNTS_H
#define CLI_MOUNTS_H

#include "base/util.h"
#include "fdmap.h"

/* To stdout, each directory once, with the device of what is mounted there last. 0 or -errno. */
MUST_CHECK int mounts_print(struct fdmap *m);

#endif
