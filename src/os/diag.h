/* SPDX-License-Identifier: MIT */
/* Questions to the kernel's socket diagnosis, NETLINK_SOCK_DIAG: sockets as messages. */
#ifndef OS_DIAG_H
#define OS_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* What stands behind the header of one message, aligned to 4. < 0 ends it all, and is returned. */
typedef int diag_each(void *arg, const void *msg, size_t n);

/* How far an answer has come. */
struct diag_answer {
	uint32_t seq;     /* of the question: answers to others are left out */
	bool interrupted; /* what was told changed meanwhile */
};

/*
 * What the kernel sent at once. 0: more will come; 1: that was the end; -EINTR: the
 * end, but ask again, the sockets changed while they were told; what each() returned;
 * or the errno the kernel told.
 */
MUST_CHECK int diag_parse(struct diag_answer *a, const void *buf, size_t n, diag_each *each,
			  void *arg);

/* Asks in the network namespace of the thread that asks first; opened then. */
struct diag {
	void *nl, *buf;
	uint32_t seq;
};

void diag_init(struct diag *d);
void diag_fini(struct diag *d);

/*
 * Asks for all sockets; req: what stands behind the netlink header. 0, -EINTR as
 * above, what each() returned below 0, or why the kernel can't be asked. *bytes
 * grows by what was received.
 */
MUST_CHECK int diag_dump(struct diag *d, const void *req, size_t n, diag_each *each, void *arg,
			 uint64_t *bytes);

/*
 * Asks for one socket, which req tells exactly. 0: it was told, if each() was called; or as
 * above: -ENOENT: there is none.
 */
MUST_CHECK int diag_one(struct diag *d, const void *req, size_t n, diag_each *each, void *arg,
			uint64_t *bytes);

#endif
