/* SPDX-License-Identifier: MIT */
/* Sockets in pairs: which socket of the snapshot's tables is the other end of which. */
#ifndef ENGINE_ENDPEER_H
#define ENGINE_ENDPEER_H

#include "engine/snapshot.h"

struct endpeers {
	struct fdmap_snapshot *s;
	const struct fdmap_sock **v; /* connected Internet sockets, by what they are connected to */
	size_t n;
};

/*
 * Reads what the rows need: the peers of UNIX sockets, if a row is one; pairs of
 * Internet sockets, if a row is one that is connected. 0 or -ENOMEM.
 */
MUST_CHECK int endpeers_init(struct endpeers *p, struct fdmap_snapshot *s, struct root *root);
void endpeers_fini(struct endpeers *p);

/* The socket at the other end, or NULL: not known, not here. sock: of the snapshot's tables. */
const struct fdmap_sock *endpeer_of(const struct endpeers *p, const struct fdmap_sock *sock);
/* The socket with that inode, in any of the tables. */
const struct fdmap_sock *endpeer_find(const struct endpeers *p, uint64_t ino);

#endif
