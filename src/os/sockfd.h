/* SPDX-License-Identifier: MIT */
/*
 * A copy of another process' descriptor, to ask the socket itself. It makes us a
 * holder for as long as the copy is open, so that a close by its owner is delayed:
 * for a few sockets that nothing else tells of. Since Linux 5.6, with the right to
 * trace the process; never of a recorded tree.
 */
#ifndef OS_SOCKFD_H
#define OS_SOCKFD_H

#include "os/root.h"

/* The copy, to be closed at once, or -errno. ino: the socket it must be (-ESTALE). */
MUST_CHECK int sockfd_get(struct root *root, pid_t pid, int fd, uint64_t ino);

/* Its network namespace: inode, and in *nsfd (unless NULL) a descriptor of it. 0 or -errno. */
MUST_CHECK int sockfd_netns(int sockfd, uint64_t *ino, int *nsfd);

/*
 * Does a table of its network namespace tell of it? Sockets that have no address yet are
 * in none, by most protocols. 1; 0: it is in none; -errno.
 */
MUST_CHECK int sockfd_told(int sockfd);

/* An Internet socket by its ends, as sock_diag has them; IPv4: the first of four words. */
struct sockends {
	uint8_t family;   /* AF_INET6, also where the addresses are IPv4-mapped */
	uint8_t proto;    /* IPPROTO_TCP */
	uint32_t iface;   /* that it is bound to, or 0 */
	uint32_t local[4], remote[4]; /* in network order, as are the ports */
	uint16_t lport, rport;
};

/* 0, or -errno: it is none, or does not tell. */
MUST_CHECK int sockfd_ends(int sockfd, struct sockends *ends);

#endif
