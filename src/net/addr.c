/* SPDX-License-Identifier: MIT */
/*
 * Addresses as /proc/net writes them, and as lsof writes them.
 *
 *	0100007F:1F90                          127.0.0.1, port 8080
 *	0000000000000000FFFF00000100007F:0016  ::ffff:127.0.0.1, port 22
 *	|       |       |       |        |
 *	each 8 digits are one __be32 printed with %08X as if it were a number of
 *	this machine, so on a little-endian one the bytes stand backwards; the
 *	port was turned to host order first (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c)
 */
#include "net/addr.h"

#include <arpa/inet.h>
#include <string.h>

#include "net/row.h"

bool addr_parse(struct cursor *c, int family, void *addr, uint16_t *port)
{
	size_t words = family == AF_INET6 ? 4 : 1;
	struct cursor t = *c;
	uint32_t w[4];
	uint64_t v;

	for (size_t i = 0; i < words; i++) {
		if (!row_hex(&t, 8, &v))
			return false;
		w[i] = (uint32_t)v;
	}
	if (!cursor_char(&t, ':') || !row_hex(&t, 4, &v))
		return false;
	memcpy(addr, w, words * sizeof(w[0]));
	*port = (uint16_t)v;
	*c = t;
	return true;
}

void addr_put_hex(int family, const void *addr, uint16_t port, struct buf *out)
{
	size_t words = family == AF_INET6 ? 4 : 1;
	uint32_t w[4];

	memcpy(w, addr, words * sizeof(w[0]));
	for (size_t i = 0; i < words; i++)
		buf_printf(out, "%08X", (unsigned)w[i]);
	buf_printf(out, ":%04X", (unsigned)port);
}

bool addr_is_any(int family, const void *addr)
{
	uint64_t v6[2];
	uint32_t v4;

	if (family != AF_INET6) {
		memcpy(&v4, addr, sizeof(v4));
		return !v4;
	}
	memcpy(v6, addr, sizeof(v6));
	return !(v6[0] | v6[1]);
}

bool addr_is_v4mapped(const struct in6_addr *a)
{
	return IN6_IS_ADDR_V4MAPPED(a);
}

static void put_v4(const unsigned char *addr, struct buf *out)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			buf_putc(out, '.');
		buf_put_u64(out, addr[i]);
	}
}

static void put_number(int family, const void *addr, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (family == AF_INET) {
		put_v4(addr, out);
		return;
	}
	if (!inet_ntop(family, addr, text, sizeof(text)))
		return;
	buf_putc(out, '[');
	buf_puts(out, text);
	buf_putc(out, ']');
}

static void put_host(int family, const void *addr, const struct namer *namer, struct buf *out)
{
	const char *name = NULL;

	if (addr_is_any(family, addr)) {
		buf_putc(out, '*');
		return;
	}
	if (namer && namer->host)
		name = namer->host(namer->ctx, family, addr);
	if (name)
		buf_puts(out, name);
	else
		put_number(family, addr, out);
}

static void put_port(uint16_t port, const char *proto, const struct namer *namer, struct buf *out)
{
	const char *name = NULL;

	if (!port) {
		buf_putc(out, '*');
		return;
	}
	if (proto && namer && namer->service)
		name = namer->service(namer->ctx, port, proto);
	if (name)
		buf_puts(out, name);
	else
		buf_put_u64(out, port);
}

void addr_put(int family, const void *addr, uint16_t port, const char *proto,
	      const struct namer *namer, struct buf *out)
{
	struct in6_addr v6;

	if (family == AF_INET6) {
		memcpy(&v6, addr, sizeof(v6));
		addr = &v6;
		if (addr_is_v4mapped(&v6)) {
			family = AF_INET;
			addr = &v6.s6_addr[12];
		}
	}
	put_host(family, addr, namer, out);
	buf_putc(out, ':');
	put_port(port, proto, namer, out);
}
