/* SPDX-License-Identifier: MIT */
/* Which RPC program is registered behind a port: what +M shows in brackets. */
#ifndef OS_PROGRAMS_H
#define OS_PROGRAMS_H

#include "base/arena.h"
#include "base/hash.h"
#include "os/portmap.h"

struct programs {
	struct arena arena;  /* names */
	struct buf names;    /* const char * of each */
	struct hash by_port; /* port * 2 + udp: index of names */
	struct portmap call;
	bool asked; /* once in a life, also when nobody answered */
	bool waiting;
};

void programs_init(struct programs *p);
void programs_fini(struct programs *p);

/* Takes a list as rpcinfo -p prints it instead of asking. */
void programs_list(struct programs *p, struct span text);
/* Asks whoever listens at that port of the loopback address; later calls do nothing. */
void programs_begin(struct programs *p, uint16_t port);
/* Waits for the answer for at most ms. */
void programs_end(struct programs *p, unsigned ms);

/* NULL: none is registered, or nobody was asked, or answered in time. */
const char *programs_find(const struct programs *p, uint16_t port, bool udp);

#endif
