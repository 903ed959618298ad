/* SPDX-License-Identifier: MIT */
/*
 * Netlink sockets. One that is not bound is in no table.
 *
 *	00000000569ca3b2 0   2200 00000000 0    0    0    2     0     5312
 *	pointer          Eth Pid  Groups   Rmem Wmem Dump Locks Drops Inode
 *
 * Printed by netlink_native_seq_show() in net/netlink/af_netlink.c; Eth is the
 * protocol. Before Linux 2.6.31 the inode was missing: such rows are refused.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/family.h"
#include "net/row.h"

static int netlink_parse(struct span line, const struct socktext *text, struct arena *arena,
			 struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);
	uint64_t proto, rmem, wmem;

	(void)arena;
	*sock = (struct fdmap_sock){
		.table = FDMAP_NETLINK,
		.family = (uint8_t)text->family,
		.type = SOCK_RAW,
	};
	if (!row_skip(&c, 1) || !row_number(&c, UINT16_MAX, &proto) || !row_skip(&c, 2) ||
	    !row_number(&c, UINT32_MAX, &rmem) || !row_number(&c, UINT32_MAX, &wmem) ||
	    !row_skip(&c, 3) || !row_number(&c, UINT64_MAX, &sock->ino) || !row_done(&c))
		return -EINVAL;
	sock->proto = (uint16_t)proto;
	sock->rq = (uint32_t)rmem;
	sock->wq = (uint32_t)wmem;
	return 0;
}

static void netlink_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	(void)snprintf(look->type, sizeof(look->type), "netlink");
	look->has |= FDMAP_HAS_INODE;
	look->ino = sock->ino;
}

/* include/uapi/linux/netlink.h, as far as lsof has names for them (17, DM, it has not). */
static const struct name_row proto_names[] = {
	{ 0, "ROUTE" },	      { 1, "UNUSED" },
	{ 2, "USERSOCK" },    { 3, "FIREWALL" },
	{ 4, "INET_DIAG" },   { 5, "NFLOG" },
	{ 6, "XFRM" },	      { 7, "SELINUX" },
	{ 8, "ISCSI" },	      { 9, "AUDIT" },
	{ 10, "FIB_LOOKUP" }, { 11, "CONNECTOR" },
	{ 12, "NETFILTER" },  { 13, "IP6_FW" },
	{ 14, "DNRTMSG" },    { 15, "KOBJECT_UEVENT" },
	{ 16, "GENERIC" },    { 18, "SCSITRANSPORT" },
	{ 19, "ECRYPTFS" },   { 20, "RDMA" },
	{ 21, "CRYPTO" },     { 22, "SMC" },
};

static void netlink_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			     struct buf *out)
{
	const char *name = names_find(proto_names, ARRAY_LEN(proto_names), sock->proto);

	(void)namer;
	(void)how;
	if (name)
		buf_puts(out, name);
	else
		buf_printf(out, "unknown protocol: %u", (unsigned)sock->proto);
}

static const struct socktext netlink_texts[] = {
	{ "netlink", AF_NETLINK, netlink_parse },
	{ 0 },
};

const struct family netlink_family = {
	.name = "netlink",
	.table = FDMAP_NETLINK,
	.protonames = (const char *const[]){ "NETLINK", NULL },
	.texts = netlink_texts,
	.look = netlink_look,
	.describe = netlink_describe,
};
