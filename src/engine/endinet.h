/* SPDX-License-Identifier: MIT */
/* Internet sockets by their two addresses: which is the other end of which. */
#ifndef ENGINE_ENDINET_H
#define ENGINE_ENDINET_H

#include "base/hash.h"
#include "engine/endkeys.h"
#include "engine/snapshot.h"

/* A socket at the other end. */
struct endpeer {
	const struct fdmap_sock *sock;
	bool pending; /* it has not accepted, or was not accepted, yet */
	bool beyond;  /* lsof would not tell it */
};

struct endinet {
	struct endkeys keys;
	struct hash local; /* addresses that are of a namespace: one of their rows */
};

/* All sockets of both tables that may be an end: pairs, servers, and those that wait. */
MUST_CHECK int endinet_init(struct endinet *e, const struct fdmap_snapshot *s);
void endinet_fini(struct endinet *e);

/* Is it connected to something? */
bool endinet_connected(const struct fdmap_sock *sock);
/* ... that can only be in its own namespace? */
bool endinet_is_loopback(const struct fdmap_sock *sock);
/* How many wait to be accepted by it? */
uint32_t endinet_waiting(const struct fdmap_sock *sock);

/* What it is connected to: false: not here, or it can't be told which. */
bool endinet_find(const struct endinet *e, const struct fdmap_sock *sock, struct endpeer *peer);

/* What is connected to nothing itself: the servers of what endinet_find finds. */
typedef int endinet_each(void *arg, const struct fdmap_sock *server,
			 const struct fdmap_sock *client, bool pending);
/* Each client of a server that is not connected to it; until each() returns != 0. */
MUST_CHECK int endinet_clients(const struct endinet *e, endinet_each *each, void *arg);

#endif
