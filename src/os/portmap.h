/* SPDX-License-Identifier: MIT */
/*
 * The portmapper of this machine, asked once for all it has registered: RPC
 * program 100000, version 2, procedure 4 (DUMP), over TCP to loopback. Asking
 * and waiting are two calls, so that other things can be done in between.
 */
#ifndef OS_PORTMAP_H
#define OS_PORTMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/util.h"

#define PORTMAP_PORT 111

/* One registration: TCP or UDP, others are left out. */
struct portmap_entry {
	uint32_t program;
	uint16_t port;
	bool udp;
};

struct portmap {
	int fd; /* -1: nobody is asked */
	uint32_t xid;
	struct buf call, reply;
	size_t sent;
};

/* 0, or -errno: nobody answers at that port of the loopback address. Does not wait. */
MUST_CHECK int portmap_begin(struct portmap *p, uint16_t port);
/*
 * Waits for at most ms, appends struct portmap_entry to entries, and ends the
 * conversation. 0, -ETIMEDOUT, -EINVAL (it does not speak RPC), -errno.
 */
MUST_CHECK int portmap_end(struct portmap *p, unsigned ms, struct buf *entries);
/* The same without an answer. */
void portmap_cancel(struct portmap *p);

/* ---- the pure parts --------------------------------------------------------- */

/* The question, as it goes over TCP. */
void portmap_put_call(uint32_t xid, struct buf *out);
/* Is this all of the reply, its last fragment included? -EINVAL: it never will be. */
int portmap_whole(struct span stream);
/* A whole reply to that xid: 0 and its entries, or -EINVAL; -ENOMEM. */
MUST_CHECK int portmap_parse(struct span stream, uint32_t xid, struct buf *entries);
/* The next registration of a list as rpcinfo -p prints it; false: no more. name may be empty. */
bool portmap_next(struct cursor *list, struct portmap_entry *entry, struct span *name);

#endif
