/* SPDX-License-Identifier: MIT */
/* Processes with sockets of every family, that wait until they are ended. */
#ifndef TEST_LIB_BPFZOO_H
#define TEST_LIB_BPFZOO_H

#include <stdbool.h>
#include <sys/types.h>

/* Sockets of all families in many states; netns: in a network namespace of their own. Or -1. */
pid_t bpfzoo_sockets(bool netns);
/* One socket, which a thread has in a table of its own. */
pid_t bpfzoo_thread(void);
/* One socket that three threads share, whose leader has ended. */
pid_t bpfzoo_leaderless(void);
void bpfzoo_end(pid_t pid);

#endif
