/* SPDX-License-Identifier: MIT */
/* lsof's -i word: [4|6][proto][@host|@addr][:ports]. Looking up names is passed in. */
#ifndef ENGINE_INETSPEC_H
#define ENGINE_INETSPEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "os/resolve.h"

struct inetspec_lookup {
	void *ctx;
	/* 0 or -ENOENT */
	int (*port)(void *ctx, const char *service, const char *proto, uint16_t *port);
	int (*address)(void *ctx, const char *host, int family, struct resolve_addr *addr);
};

struct inetspec_ports {
	uint16_t lo, hi;
};

#define INETSPEC_MAX 100 /* lsof's limit of addresses */

struct inetspec {
	int version;  /* 0, 4, 6 */
	int proto;    /* 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE */
	unsigned naddrs, nports; /* naddrs 0: any; nports 0: any */
	struct resolve_addr addrs[2]; /* either matches */
	struct inetspec_ports ports[INETSPEC_MAX]; /* any matches */
};

/*
 * `version` is what an earlier plain -i4 or -i6 said, else 0. 0 or -EINVAL
 * with lsof's whole sentence in err: "unknown protocol name (foo) in: -i foo".
 * A spec of only a version, or none, is the caller's to see first.
 */
MUST_CHECK int parse_inetspec(const char *spec, int version, const struct inetspec_lookup *look,
			      struct inetspec *out, char *err, size_t errlen);

#endif
