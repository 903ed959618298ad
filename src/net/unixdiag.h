/* SPDX-License-Identifier: MIT */
/* Which UNIX sockets are connected: the kernel tells it over netlink only. */
#ifndef NET_UNIXDIAG_H
#define NET_UNIXDIAG_H

#include "base/cursor.h"
#include "net/socktab.h"

/* What is told of one socket, to be kept by whoever gets it. */
struct unixdiag {
	uint64_t ino;
	uint64_t peer;       /* 0: none, or one that has not been accepted yet */
	const void *pending; /* npending inodes that wait to be accepted, 32 bits each, unaligned */
	size_t npending;
};

typedef void unixdiag_each(void *arg, const struct unixdiag *sock);

/*
 * One answer of the kernel. 0: more will come; 1: that was the end; -EINTR: the
 * sockets changed while they were told, ask again; or the errno it told.
 */
MUST_CHECK int unixdiag_parse(const void *buf, size_t n, unixdiag_each *each, void *arg);

/*
 * The same as text, for recorded systems, a socket a line: "INODE PEER" or
 * "INODE 0 PENDING...".
 */
void unixdiag_parse_text(struct span text, unixdiag_each *each, void *arg);

/* What `sock` says, to the sockets of the table: the first word on a peer counts. */
void unixdiag_join(struct socktab *t, const struct unixdiag *sock);

/*
 * Sets the peers of the table's UNIX sockets. Where nobody can be asked there
 * are none, and that is no error.
 */
void unixdiag_load(struct socktab *t, struct root *root);

#endif
