/* SPDX-License-Identifier: MIT */
/*
 * One socket, from an exact question to sock_diag: the message is that of a dump, and
 * no other socket need be told. Of our own network namespace only.
 */
#ifndef NET_SOCKONE_H
#define NET_SOCKONE_H

#include "net/socktab.h"
#include "os/sockfd.h"

/* Which socket is meant. */
struct sockone {
	enum fdmap_sock_table table; /* TCP, UDP, UDPLITE, UNIX */
	uint64_t ino;
	struct sockends ends; /* not of UNIX */
};

/*
 * pure: the question, appended to req. The second try is another way to ask for the same
 * socket. false: there is none.
 */
bool sockone_ask(const struct sockone *one, unsigned try, struct buf *req);

/*
 * Adds it to t. 1: it is there; 0: another socket has answered (many may share an address),
 * or none; -ENOMEM, -EMFILE, -ENFILE.
 */
MUST_CHECK int sockone_load(struct socktab *t, struct root *root, struct diag *diag,
			    const struct sockone *one);

#endif
