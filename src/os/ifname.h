/* SPDX-License-Identifier: MIT */
/* Names of network interfaces, in our own namespace. Never of a recorded tree (-ENOSYS). */
#ifndef OS_IFNAME_H
#define OS_IFNAME_H

#include "os/root.h"

#define IFNAME_MAX 16 /* with its NUL */

/* 0; -ENXIO: there is none of that number; or -errno. */
MUST_CHECK int ifname_find(struct root *root, uint32_t index, char name[IFNAME_MAX]);

/* The number of the one by that name: 0; -ENODEV: there is none; or -errno. */
MUST_CHECK int ifname_number(struct root *root, const char *name, uint32_t *index);

#endif
