/* SPDX-License-Identifier: MIT */
/* Which mount a name leads to, as far as the kernel knows it by heart. */
#ifndef OS_MOUNTID_H
#define OS_MOUNTID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

/* The number that mountinfo has, or 0. */
uint64_t mountid_of(int fd);
/*
 * Of the longest part of the path that need not be looked up anywhere, or 0: it is not known.
 */
uint64_t mountid_above(const char *path);

/*
 * Does that mount lie on this machine alone, on a disk or in memory? Asked of mountinfo, by
 * the type of file system: what is not known to do so is not.
 */
bool mountid_is_local(uint64_t mount);

#endif
