/* SPDX-License-Identifier: MIT */
/* What our own procfs says of ourselves. Takes no memory and no lock: also for a copy of us. */
#ifndef OS_ROOT_LIVE_H
#define OS_ROOT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/util.h"

/* The name that the kernel has of what a descriptor of ours leads to: bytes, without a NUL; -errno. */
ssize_t root_live_name(int fd, char *to, size_t len);
/* A link that says something else to each process that asks. */
bool root_live_is_self(const char *path);
/* A descriptor of our mountinfo, or -errno. */
MUST_CHECK int root_live_mounts(void);

#endif
