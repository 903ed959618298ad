/* SPDX-License-Identifier: MIT */
/*
 * Questions for hosts to the name service of this machine, which may answer
 * late or never: errands, at most ASK_THREADS at once. An answer that comes
 * after the deadline is known at the next call; an address that was asked for
 * once is not asked or waited for again.
 */
#ifndef OS_ASK_H
#define OS_ASK_H

#include <stddef.h>

#include "base/util.h"
#include "os/resolve.h"

#define ASK_THREADS 32

/* Who answers: 0, or -ENOENT. Called from many threads; must outlive them. */
struct ask_calls {
	int (*name)(const struct resolve_addr *addr, char *name, size_t len);
	int (*address)(const char *host, int family, struct resolve_addr *addr);
};

extern const struct ask_calls ask_machine; /* getnameinfo and getaddrinfo */

struct ask;

MUST_CHECK int ask_new(struct ask **ask, const struct ask_calls *calls);
/* Returns at once; threads that still wait for an answer free the rest. */
void ask_free(struct ask *ask);

/* Asks for the names of n addresses, waits for at most ms. 0 or -ENOMEM. */
MUST_CHECK int ask_names(struct ask *ask, const struct resolve_addr *addrs, size_t n, unsigned ms);
/* NULL: none, or no answer when ask_names last returned. */
const char *ask_name(struct ask *ask, const struct resolve_addr *addr);

/* 0, -ENOENT (none, or no answer within ms), -ENOMEM */
MUST_CHECK int ask_address(struct ask *ask, const char *host, int family, unsigned ms,
			   struct resolve_addr *addr);

/* The address as it is asked for: IPv4 when it is v4-mapped, zeroes where unused. */
struct resolve_addr ask_plain(const struct resolve_addr *addr);

#endif
