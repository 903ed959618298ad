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
	uint64_t file_dev, file_ino; /* of its name; file_ino 0: not told */
};

typedef void unixdiag_each(void *arg, const struct unixdiag *sock);

/* UNIX_DIAG_VFS: the file that is its name, as stat tells it in most file systems. */
bool unixdiag_file(struct span attrs, uint64_t *dev, uint64_t *ino);

/* What stands behind the header of one answer. false: no socket. */
bool unixdiag_parse(struct span msg, struct unixdiag *sock);

/*
 * The same as text, for recorded systems, a socket a line: "INODE PEER" or
 * "INODE 0 PENDING...".
 */
void unixdiag_parse_text(struct span text, unixdiag_each *each, void *arg);

/*
 * What `sock` says, to the sockets of the table in that namespace: the first word
 * on a peer counts. Memory that runs out fails the table's arena.
 */
void unixdiag_join(struct socktab *t, uint32_t netns, const struct unixdiag *sock);

/*
 * Sets peer, mate and pending of the table's UNIX sockets in namespace from->netns, and
 * their files if from->files.
 * Where nobody can be asked there are none, and that is no error; running
 * out of memory or descriptors is.
 */
MUST_CHECK int unixdiag_load(struct socktab *t, const struct socksource *from);

#endif
