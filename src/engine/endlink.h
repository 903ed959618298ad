/* SPDX-License-Identifier: MIT */
/* Which socket leads to which: what a kernel tells of one side only, turned around. */
#ifndef ENGINE_ENDLINK_H
#define ENGINE_ENDLINK_H

#include "engine/endinet.h"

struct endlink {
	const struct fdmap_sock *from;
	struct endpeer to;
};

struct endlinks {
	struct endlink *v;
	size_t n, cap;
};

void endlinks_init(struct endlinks *l);
void endlinks_fini(struct endlinks *l);

/* UNIX sockets, of both tables. 0 or -ENOMEM. */
MUST_CHECK int endlinks_add_unix(struct endlinks *l, const struct fdmap_snapshot *s);
/* Servers that are not connected themselves, and who is connected to them. 0 or -ENOMEM. */
MUST_CHECK int endlinks_add_inet(struct endlinks *l, const struct endinet *inet);
/* Each link once; of two that differ, the one that lsof would tell. */
void endlinks_sort(struct endlinks *l);

/* Of sorted ones, those of a socket; NULL: none. */
const struct endlink *endlinks_of(const struct endlinks *l, const struct fdmap_sock *sock,
				  size_t *n);

#endif
