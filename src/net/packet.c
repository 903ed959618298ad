/* SPDX-License-Identifier: MIT */
/*
 * Packet sockets.
 *
 *	00000000fec12ca6 3      3    0003  0     1 0    0    5316
 *	pointer          RefCnt Type Proto Iface R Rmem User Inode
 *
 * Printed by packet_seq_show() in net/packet/af_packet.c; Proto is the ethertype
 * in hexadecimal and host order, Iface the number of the interface, 0 for any, or -1
 * when the one that it was bound to is gone (packet_notifier() there).
 */
#include <errno.h>
#include <linux/packet_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/family.h"
#include "net/msg.h"
#include "net/row.h"
#include "net/sockx.h"

/* What is gone has no number. */
#define NO_INTERFACE UINT32_MAX

static bool parse_interface(struct cursor *c, uint64_t *number)
{
	struct cursor gone = *c;

	cursor_blanks(&gone);
	if (!cursor_lit(&gone, "-1 "))
		return row_number(c, UINT32_MAX, number);
	*c = gone;
	*number = 0;
	return true;
}

static int packet_parse(struct span line, const struct socktext *text, struct arena *arena,
			struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);
	uint64_t type, proto, iface, rmem;

	(void)arena;
	*sock = (struct fdmap_sock){ .table = FDMAP_PACKET, .family = (uint8_t)text->family };
	if (!row_skip(&c, 2) || !row_number(&c, UINT8_MAX, &type))
		return -EINVAL;
	cursor_blanks(&c);
	if (!row_hex(&c, 4, &proto) || !cursor_char(&c, ' ') ||
	    !parse_interface(&c, &iface) || !row_skip(&c, 1) ||
	    !row_number(&c, UINT32_MAX, &rmem) || !row_skip(&c, 1) ||
	    !row_number(&c, UINT64_MAX, &sock->ino) || !row_done(&c))
		return -EINVAL;
	sock->type = (uint8_t)type;
	sock->proto = (uint16_t)proto;
	sock->ifindex = (uint32_t)iface;
	sock->rq = (uint32_t)rmem;
	return 0;
}

static int packet_extend(struct span line, uint32_t more, struct arena *arena,
			 struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);
	struct fdmap_sockx *x = sockx_of(sock, arena);
	uint64_t uid;

	if (!x)
		return -ENOMEM;
	if (!(more & FDMAP_SOCKX))
		return 0;
	sockx_take_interface(sock->ifindex, x);
	if (row_skip(&c, 7) && row_number(&c, UINT32_MAX, &uid)) {
		sock->uid = (uid_t)uid;
		sock->told |= FDMAP_TOLD_UID;
	}
	return 0;
}

static void packet_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	const struct packet_diag_req head = {
		.sdiag_family = d->family,
		.pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO,
	};

	(void)wish;
	buf_put(req, &head, sizeof(head));
}

/* Filled by sk_diag_fill() in net/packet/diag.c; the user comes with the info. */
static int packet_parse_msg(const struct sockdiag *d, struct span msg, struct arena *arena,
			    struct fdmap_sock *sock)
{
	struct packet_diag_msg m;
	struct packet_diag_info info;
	struct span attrs, value;
	uint32_t uid;

	(void)arena;
	if (!msg_head(msg, &m, sizeof(m), &attrs) || m.pdiag_family != d->family)
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = m.pdiag_ino,
		.table = FDMAP_PACKET,
		.family = m.pdiag_family,
		.type = m.pdiag_type,
		.proto = m.pdiag_num,
		.cookie = msg_cookie(m.pdiag_cookie),
		.told = FDMAP_TOLD_COOKIE,
	};
	if (msg_attr(attrs, PACKET_DIAG_INFO, sizeof(info), &value)) {
		memcpy(&info, value.p, sizeof(info));
		sock->ifindex = info.pdi_index == NO_INTERFACE ? 0 : info.pdi_index;
	}
	/* The first word is SK_MEMINFO_RMEM_ALLOC. */
	if (!msg_u32(attrs, PACKET_DIAG_MEMINFO, &sock->rq))
		sock->rq = 0;
	if (msg_u32(attrs, PACKET_DIAG_UID, &uid)) {
		sock->uid = uid;
		sock->told |= FDMAP_TOLD_UID;
	}
	return 0;
}

static int packet_extend_msg(const struct sockdiag *d, struct span msg, uint32_t more,
			     struct arena *arena, struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena);
	struct packet_diag_msg m;
	struct span attrs;

	(void)d;
	if (!x)
		return -ENOMEM;
	if (more & FDMAP_SOCKX)
		sockx_take_interface(sock->ifindex, x);
	if (more & FDMAP_SKMEM && msg_head(msg, &m, sizeof(m), &attrs))
		sockx_take_mem(attrs, PACKET_DIAG_MEMINFO, x);
	return 0;
}

/*
 * Ethertypes of include/uapi/linux/if_ether.h as lsof calls them, at most seven
 * characters. Numbers, since the header of the build machine may be older.
 */
static const struct name_row ether_names[] = {
	{ 0x0001, "802.3" },   { 0x0002, "AX25" },    { 0x0003, "ALL" },     { 0x0004, "802.2" },
	{ 0x0005, "SNAP" },    { 0x0006, "DDCMP" },   { 0x0007, "WAN_PPP" }, { 0x0008, "PPP MP" },
	{ 0x0009, "LCLTALK" }, { 0x000c, "CAN" },     { 0x000d, "CANFD" },   { 0x0010, "PPPTALK" },
	{ 0x0015, "MOBITEX" }, { 0x0016, "CONTROL" }, { 0x0017, "IRDA" },    { 0x0018, "ECONET" },
	{ 0x0019, "HDLC" },    { 0x001a, "ARCNET" },  { 0x001b, "DSA" },     { 0x001c, "TRAILER" },
	{ 0x0060, "LOOP" },    { 0x00f5, "PHONET" },  { 0x00f6, "802154" },  { 0x00f7, "CAIF" },
	{ 0x00f8, "XDSA" },    { 0x00f9, "MAP" },     { 0x0200, "PUP" },     { 0x0201, "PUPAT" },
	{ 0x0800, "IP" },      { 0x0805, "X25" },     { 0x0806, "ARP" },     { 0x08ff, "BPQ" },
	{ 0x0a00, "I3EPUP" },  { 0x0a01, "I3EPUPA" }, { 0x22eb, "ERSPAN2" }, { 0x22f0, "TSN" },
	{ 0x4305, "BATMAN" },  { 0x6000, "DEC" },     { 0x6001, "DNA_DL" },  { 0x6002, "DNA_RC" },
	{ 0x6003, "DNA_RT" },  { 0x6004, "LAT" },     { 0x6005, "DIAG" },    { 0x6006, "CUST" },
	{ 0x6007, "SCA" },     { 0x6558, "TEB" },     { 0x8035, "RARP" },    { 0x809b, "ATALK" },
	{ 0x80f3, "AARP" },    { 0x8100, "8021Q" },   { 0x8137, "IPX" },     { 0x86dd, "IPV6" },
	{ 0x8808, "PAUSE" },   { 0x8809, "SLOW" },    { 0x883e, "WCCP" },    { 0x8847, "MPLS_UC" },
	{ 0x8848, "MPLS_MC" }, { 0x884c, "ATMMPOA" }, { 0x8863, "PPP_DIS" }, { 0x8864, "PPP_SES" },
	{ 0x886c, "LINKCTL" }, { 0x8884, "ATMFATE" }, { 0x888e, "PAE" },     { 0x88a2, "AOE" },
	{ 0x88a8, "8021AD" },  { 0x88b5, "802_EX1" }, { 0x88be, "ERSPAN" },  { 0x88c7, "PREAUTH" },
	{ 0x88ca, "TIPC" },    { 0x88cc, "LLDP" },    { 0x88e3, "MRP" },     { 0x88e5, "MACSEC" },
	{ 0x88e7, "8021AH" },  { 0x88f5, "MVRP" },    { 0x88f7, "1588" },    { 0x88f8, "NCSI" },
	{ 0x88fb, "PRP" },     { 0x8906, "FCOE" },    { 0x890d, "TDLS" },    { 0x8914, "FIP" },
	{ 0x8915, "IBOE" },    { 0x8917, "802.21" },  { 0x892f, "HSR" },     { 0x894f, "NSH" },
	{ 0x9000, "LOOPBAC" }, { 0x9100, "QINQ1" },   { 0x9200, "QINQ2" },   { 0x9300, "QINQ3" },
	{ 0xdada, "EDSA" },    { 0xdadb, "DSAD1Q" },  { 0xed3e, "IFE" },     { 0xfbfb, "AF_IUCV" },
};

static void packet_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	const char *name = names_find(ether_names, ARRAY_LEN(ether_names), sock->proto);

	text_copy(look->type, sizeof(look->type), "pack");
	text_u64(look->device, sizeof(look->device), sock->ino);
	if (name)
		text_copy(look->node, sizeof(look->node), name);
	else
		text_u64(look->node, sizeof(look->node), sock->proto);
}

static const struct name_row type_names[] = {
	{ SOCK_RAW, "SOCK_RAW" },
	{ SOCK_DGRAM, "SOCK_DGRAM" },
	{ SOCK_PACKET, "SOCK_PACKET" },
};

static void packet_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			    struct buf *out)
{
	const char *type = names_find(type_names, ARRAY_LEN(type_names), sock->type);

	(void)namer;
	(void)how;
	buf_puts(out, "type=");
	buf_puts(out, type ? type : "unknown");
}

static const struct socktext packet_texts[] = {
	{ "packet", AF_PACKET, packet_parse, packet_extend },
	{ 0 },
};

static const struct sockdiag packet_diags[] = {
	{ AF_PACKET, 0, FDMAP_PACKET, packet_ask, packet_parse_msg, packet_extend_msg },
	{ 0 },
};

const struct family packet_family = {
	.name = "packet",
	.table = FDMAP_PACKET,
	.protonames = (const char *const[]){ "PACKET", NULL },
	.texts = packet_texts,
	.diags = packet_diags,
	.look = packet_look,
	.describe = packet_describe,
};
