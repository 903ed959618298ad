/* SPDX-License-Identifier: MIT */
/* The numbers that are names in a directory of a recorded tree. */
#ifndef OS_TREELIST_H
#define OS_TREELIST_H

#include "base/util.h"
#include "os/root.h"

/* In ascending order, as procfs lists them. Takes dirfd. What `each` returned, or -errno. */
MUST_CHECK int treelist(int dirfd, root_each *each, void *arg);

#endif
