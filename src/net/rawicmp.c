/* SPDX-License-Identifier: MIT */
/*
 * Raw and ping sockets; their rows are laid out as inet.c shows.
 *
 *	 222: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000 ...
 *	               raw: the protocol; icmp: the identifier
 *
 * lsof shows the hexadecimal words as they stand in the table. It does not read
 * icmp6 (there since Linux 3.12): such a row keeps the face of a socket that is
 * in no table.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "net/addr.h"
#include "net/family.h"
#include "net/inet.h"
#include "net/inetdiag.h"

static int raw_parse(struct span line, const struct socktext *text, struct arena *arena,
		     struct fdmap_sock *sock)
{
	int err = inet_parse(line, text->family, sock);

	(void)arena;
	sock->table = FDMAP_RAW;
	sock->type = SOCK_RAW;
	sock->proto = sock->lport;
	return err;
}

static int icmp_parse(struct span line, const struct socktext *text, struct arena *arena,
		      struct fdmap_sock *sock)
{
	int err = inet_parse(line, text->family, sock);

	(void)arena;
	sock->table = FDMAP_ICMP;
	sock->type = SOCK_DGRAM;
	sock->proto = text->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	return err;
}

static void put_words(const struct fdmap_sock *sock, struct buf *out)
{
	addr_put_hex(sock->family, &sock->laddr, sock->lport, out);
	buf_puts(out, "->");
	addr_put_hex(sock->family, &sock->raddr, sock->rport, out);
}

static void raw_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	text_copy(look->type, sizeof(look->type), inet_by_version(sock, "raw", "raw6"));
	look->has |= FDMAP_HAS_INODE;
	look->ino = sock->ino;
}

static void raw_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			 struct buf *out)
{
	(void)namer;
	(void)how;
	put_words(sock, out);
	buf_printf(out, " st=%02X", (unsigned)sock->state);
}

/* lsof does not read net/icmp6. */
static bool icmp_faceless(const struct fdmap_sock *sock)
{
	return sock->family == AF_INET6;
}

static void icmp_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	text_copy(look->type, sizeof(look->type), inet_by_version(sock, "icmp", "sock"));
	if (sock->family == AF_INET6)
		return;
	look->has |= FDMAP_HAS_INODE;
	look->ino = sock->ino;
}

static void icmp_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			  struct buf *out)
{
	(void)namer;
	(void)how;
	if (sock->family == AF_INET6)
		buf_puts(out, "protocol: PINGv6");
	else
		put_words(sock, out);
}

static const struct socktext raw_texts[] = {
	{ "raw", AF_INET, raw_parse, inet_extend },
	{ "raw6", AF_INET6, raw_parse, inet_extend },
	{ 0 },
};
static const struct socktext icmp_texts[] = {
	{ "icmp", AF_INET, icmp_parse, inet_extend },
	{ "icmp6", AF_INET6, icmp_parse, inet_extend },
	{ 0 },
};

/* Of raw sockets nothing but the family is asked: the protocol is each socket's own. */
static const struct sockdiag raw_diags[] = {
	{ AF_INET, IPPROTO_RAW, FDMAP_RAW, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ AF_INET6, IPPROTO_RAW, FDMAP_RAW, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ 0 },
};

const struct family raw_family = {
	.name = "raw",
	.table = FDMAP_RAW,
	.protonames = (const char *const[]){ "RAW", "RAWv6", NULL },
	.texts = raw_texts,
	.diags = raw_diags,
	.look = raw_look,
	.describe = raw_describe,
};

const struct family icmp_family = {
	.name = "icmp",
	.table = FDMAP_ICMP,
	.protonames = (const char *const[]){ "PING", "PINGv6", NULL },
	.texts = icmp_texts,
	.faceless = icmp_faceless,
	.look = icmp_look,
	.describe = icmp_describe,
};
