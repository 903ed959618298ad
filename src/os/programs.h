/* SPDX-License-Identifier: MIT */
/*
 * Which RPC program is registered behind a port: what +M shows in brackets. The
 * portmapper may hang, and so may rpc(5): the one is talked to, the other asked,
 * by errands. Of the portmapper's answer all is known, or nothing; of the names
 * all, or numbers.
 */
#ifndef OS_PROGRAMS_H
#define OS_PROGRAMS_H

#include "base/arena.h"
#include "base/hash.h"
#include "os/errand.h"
#include "os/portmap.h"

/* The name of a program's number: 0, or -ENOENT. Called from a thread; must outlive it. */
typedef int programs_call(uint32_t program, struct buf *name);

extern programs_call programs_machine; /* getrpcbynumber_r */

struct program_names {
	struct arena arena;  /* names */
	struct buf names;    /* const char * of each */
	struct hash by_port; /* port * 2 + udp: index of names */
};

struct programs {
	struct program_names known;
	programs_call *call;
	struct errands *errands;
	struct registered *registered; /* what is being asked for; NULL: nothing */
	struct named *named;
	bool asked; /* once in a life, also when nobody answered */
	bool waited;
};

void programs_init(struct programs *p, programs_call *call);
void programs_fini(struct programs *p);

/* Takes a list as rpcinfo -p prints it instead of asking. */
void programs_list(struct programs *p, struct span text);
/*
 * Asks whoever listens at that port of the loopback address, who is listened to for
 * at most ms; later calls do nothing.
 */
void programs_begin(struct programs *p, uint16_t port, unsigned ms);
/* Waits for the answer for at most ms, once; later calls look whether it has come. */
void programs_end(struct programs *p, unsigned ms);

/* NULL: none is registered, or nobody was asked, or answered in time. */
const char *programs_find(const struct programs *p, uint16_t port, bool udp);

#endif
