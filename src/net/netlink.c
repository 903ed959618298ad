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
#include <linux/netlink_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/family.h"
#include "net/msg.h"
#include "net/row.h"
#include "net/sockx.h"

static int netlink_parse(struct span line, const struct socktext *text, struct arena *arena,
			 struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);
	uint64_t proto, portid = 0, rmem, wmem;

	(void)arena;
	*sock = (struct fdmap_sock){
		.table = FDMAP_NETLINK,
		.family = (uint8_t)text->family,
		.type = SOCK_RAW,
	};
	if (!row_skip(&c, 1) || !row_number(&c, UINT16_MAX, &proto))
		return -EINVAL;
	if (row_number(&c, UINT32_MAX, &portid))
		sock->told = FDMAP_TOLD_PORTID;
	else if (!row_skip(&c, 1))
		return -EINVAL;
	if (!row_skip(&c, 1) ||
	    !row_number(&c, UINT32_MAX, &rmem) || !row_number(&c, UINT32_MAX, &wmem) ||
	    !row_skip(&c, 3) || !row_number(&c, UINT64_MAX, &sock->ino) || !row_done(&c))
		return -EINVAL;
	sock->proto = (uint16_t)proto;
	sock->lport32 = (uint32_t)portid;
	sock->rq = (uint32_t)rmem;
	sock->wq = (uint32_t)wmem;
	return 0;
}

static int netlink_extend(struct span line, uint32_t more, struct arena *arena,
			  struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);
	struct fdmap_sockx *x = sockx_of(sock, arena);
	uint64_t drops;

	if (!x)
		return -ENOMEM;
	if (more & FDMAP_SKMEM && row_skip(&c, 8) && row_number(&c, UINT64_MAX, &drops))
		sockx_take_drops(drops, x);
	return 0;
}

static void netlink_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	const struct netlink_diag_req head = {
		.sdiag_family = d->family,
		.sdiag_protocol = NDIAG_PROTO_ALL,
		.ndiag_show = NDIAG_SHOW_MEMINFO,
	};

	(void)wish;
	buf_put(req, &head, sizeof(head));
}

/* Filled by sk_diag_fill() in net/netlink/diag.c. */
static int netlink_parse_msg(const struct sockdiag *d, struct span msg, struct arena *arena,
			     struct fdmap_sock *sock)
{
	/* SK_MEMINFO_RMEM_ALLOC and _WMEM_ALLOC of include/uapi/linux/sock_diag.h */
	enum { RECEIVED = 0, SENT = 2 };
	struct netlink_diag_msg m;
	struct span attrs, value;
	uint32_t memory[SENT + 1];

	(void)arena;
	if (!msg_head(msg, &m, sizeof(m), &attrs) || m.ndiag_family != d->family)
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = m.ndiag_ino,
		.table = FDMAP_NETLINK,
		.family = m.ndiag_family,
		.type = m.ndiag_type,
		.proto = m.ndiag_protocol,
		.lport32 = m.ndiag_portid,
		.cookie = msg_cookie(m.ndiag_cookie),
		.told = FDMAP_TOLD_COOKIE | FDMAP_TOLD_PORTID,
	};
	if (msg_attr(attrs, NETLINK_DIAG_MEMINFO, sizeof(memory), &value)) {
		memcpy(memory, value.p, sizeof(memory));
		sock->rq = memory[RECEIVED];
		sock->wq = memory[SENT];
	}
	return 0;
}

static int netlink_extend_msg(const struct sockdiag *d, struct span msg, uint32_t more,
			      struct arena *arena, struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena);
	struct netlink_diag_msg m;
	struct span attrs;

	(void)d;
	if (!x)
		return -ENOMEM;
	if (more & FDMAP_SKMEM && msg_head(msg, &m, sizeof(m), &attrs))
		sockx_take_mem(attrs, NETLINK_DIAG_MEMINFO, x);
	return 0;
}

static void netlink_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	text_copy(look->type, sizeof(look->type), "netlink");
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
	{ "netlink", AF_NETLINK, netlink_parse, netlink_extend },
	{ 0 },
};

static const struct sockdiag netlink_diags[] = {
	{ AF_NETLINK, 0, FDMAP_NETLINK, netlink_ask, netlink_parse_msg, netlink_extend_msg },
	{ 0 },
};

const struct family netlink_family = {
	.name = "netlink",
	.table = FDMAP_NETLINK,
	.protonames = (const char *const[]){ "NETLINK", NULL },
	.texts = netlink_texts,
	.diags = netlink_diags,
	.look = netlink_look,
	.describe = netlink_describe,
};
