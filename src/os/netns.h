/* SPDX-License-Identifier: MIT */
/*
 * Entering network namespaces. Only a thread made here does so: the program's own
 * threads stay where they are. Needs CAP_SYS_ADMIN, here and there.
 */
#ifndef OS_NETNS_H
#define OS_NETNS_H

#include <stdint.h>

#include "base/util.h"

/* Runs fn(arg) in a thread of its own, and waits for it. 0, or -errno: it could not be made. */
typedef void netns_fn(void *arg);
MUST_CHECK int netns_aside(netns_fn *fn, void *arg);

/* The calling thread, which netns_aside made, enters it. 0 or -errno. */
MUST_CHECK int netns_enter(int fd);

/* root_netns_open on an open /proc; proc -1: names of the observer only. */
MUST_CHECK int netns_open(int proc, const char *link, const char *path, uint64_t *ino);

#endif
