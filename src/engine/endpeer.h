/* SPDX-License-Identifier: MIT */
/* Sockets in pairs: which sockets of the snapshot's tables are other ends of which. */
#ifndef ENGINE_ENDPEER_H
#define ENGINE_ENDPEER_H

#include "base/buf.h"
#include "engine/endinet.h"
#include "engine/endlink.h"
#include "engine/scan.h"

struct endpeers {
	struct fdmap_snapshot *s;
	bool paired; /* the two are filled */
	struct endinet inet;
	struct endlinks links; /* all that inet does not tell */
};

/*
 * Reads what the rows need: the peers of UNIX sockets, if a row is one; the tables
 * of other network namespaces, if the other end of a row is not in the own ones.
 * 0 or -errno (memory, descriptors).
 */
MUST_CHECK int endpeers_init(struct endpeers *p, struct fdmap_snapshot *s, const struct scan *scan);
void endpeers_fini(struct endpeers *p);

/* Appends the sockets at the other end, each once, as struct endpeer. sock: of the tables. */
void endpeers_put(const struct endpeers *p, const struct fdmap_sock *sock, struct buf *out);
/* The socket with that inode, in any of the tables. */
const struct fdmap_sock *endpeer_find(const struct endpeers *p, uint64_t ino);

#endif
