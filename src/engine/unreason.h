/* SPDX-License-Identifier: MIT */
/* Why nobody holds a socket, as far as the tables of sockets tell it. Pure. */
#ifndef ENGINE_UNREASON_H
#define ENGINE_UNREASON_H

#include "fdmap.h"
#include "net/socktab.h"

/* Of a socket without an inode: TIME_WAIT, SYN_RECV, ORPHAN, PENDING or KERNEL. */
enum fdmap_unowned unreason_of_state(const struct fdmap_sock *sock);

/* Can nobody hold it, whatever the walk has told? */
bool unreason_is_kernel(const struct fdmap_sock *sock);

/* Is it one that connections wait at? */
bool sock_listens(const struct fdmap_sock *sock);

/* The listeners of a table, by where they listen. */
struct listeners {
	const struct fdmap_sock **v;
	size_t n;
};
/* 0 or -ENOMEM. */
MUST_CHECK int listeners_init(struct listeners *l, const struct socktab *t);
void listeners_fini(struct listeners *l);
/*
 * Where a connection that nobody holds yet was made to, or NULL. Of several (they
 * may share an address) one at which somebody waits, then the oldest.
 */
const struct fdmap_sock *listeners_find(const struct listeners *l, const struct fdmap_sock *sock);

#endif
