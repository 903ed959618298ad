/* SPDX-License-Identifier: MIT */
/* Addresses: the kernel's hex words in, text out. */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include "base/buf.h"
#include "base/cursor.h"
#include "fdmap.h"
#include "net/family.h"

/*
 * "0100007F:1F90" (8 or 32 hex digits, 32-bit words in host order, then the
 * port), as net/ipv4/tcp_ipv4.c and net/ipv6/tcp_ipv6.c print it. addr: 4 or
 * 16 bytes in network order. false when it is not that.
 */
bool addr_parse(struct cursor *c, int family, void *addr, uint16_t *port);

/* The same words back, for lsof's raw rows. */
void addr_put_hex(int family, const void *addr, uint16_t port, struct buf *out);

bool addr_is_any(int family, const void *addr);
bool addr_is_v4mapped(const struct in6_addr *a);

/* "127.0.0.1:http", "[::1]:80", "*:80"; v4-mapped as IPv4. proto NULL: no port names. */
void addr_put(int family, const void *addr, uint16_t port, const char *proto,
	      const struct namer *namer, struct buf *out);

#endif
