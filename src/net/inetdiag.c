/* SPDX-License-Identifier: MIT */
/*
 * Internet sockets as messages.
 *
 *	0a 0a 00 00 1f 90 00 00		family, state (10: LISTEN), timer, port, other port
 *	00 ... 00 (32 bytes)		address, other address; IPv4: the first four of 16 each
 *	00 00 00 00 2b 10 00 00 00 00 00 00	interface, cookie
 *	00 00 00 00 00 00 00 00 80 00 00 00	expires, rqueue, wqueue: listeners: waiting, backlog
 *	e8 03 00 00 8d e2 04 00		uid, inode; attributes follow: inetmore.c
 *
 * Filled by inet_sk_diag_fill(), inet_twsk_diag_fill() and inet_req_diag_fill() in
 * net/ipv4/inet_diag.c, by sctp_diag.c for SCTP. Numbers are the machine's, ports and
 * addresses the network's. Without an inode: TIME_WAIT, SYN_RECV, orphans.
 */
#include "net/inetdiag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "net/msg.h"

#define STATE_LISTEN 10u
/* A port was bound and nothing else: no text tells of such a socket, so neither do we. */
#define STATE_BOUND_INACTIVE 13u

/*
 * An operation has two ways out, forward, in bytes: `yes`, which leads to the next, and
 * `no`. Who lands exactly on the end has passed; who jumps behind it has not. The port of
 * a comparison is in the `no` of a second operation.
 */
enum {
	OP_SIZE = sizeof(struct inet_diag_bc_op),
	COMPARISON_SIZE = 2 * OP_SIZE,
	/* at least, at most, and away over what is left */
	RANGE_SIZE = 2 * COMPARISON_SIZE + OP_SIZE,
};

static void put_op(unsigned char code, unsigned char yes, size_t no, struct buf *out)
{
	const struct inet_diag_bc_op op = { .code = code, .yes = yes, .no = (unsigned short)no };

	buf_put(out, &op, sizeof(op));
}

static void put_comparison(unsigned char code, uint16_t port, size_t no, struct buf *out)
{
	put_op(code, COMPARISON_SIZE, no, out);
	put_op(INET_DIAG_BC_NOP, OP_SIZE, port, out);
}

/* left: bytes of program behind this range. */
static void put_range(unsigned char ge, unsigned char le, const struct sockports *range, size_t left,
		      struct buf *out)
{
	put_comparison(ge, range->lo, RANGE_SIZE, out);
	put_comparison(le, range->hi, RANGE_SIZE - COMPARISON_SIZE, out);
	/* The last one falls off the end, to which the others jump. */
	if (left)
		put_op(INET_DIAG_BC_JMP, OP_SIZE, OP_SIZE + left, out);
}

void inetdiag_put_ports(const struct sockports *ports, size_t n, struct buf *out)
{
	size_t left = 2 * n * RANGE_SIZE - OP_SIZE;

	for (size_t i = 0; i < n; i++) {
		left -= RANGE_SIZE;
		put_range(INET_DIAG_BC_S_GE, INET_DIAG_BC_S_LE, &ports[i], left, out);
		left -= i + 1 < n ? RANGE_SIZE : RANGE_SIZE - OP_SIZE;
		put_range(INET_DIAG_BC_D_GE, INET_DIAG_BC_D_LE, &ports[i], left, out);
	}
}

static void put_attr(uint16_t type, const void *p, size_t n, struct buf *req)
{
	const struct nlattr head = {
		.nla_type = type,
		.nla_len = (uint16_t)(sizeof(head) + n),
	};

	buf_put(req, &head, sizeof(head));
	buf_put(req, p, n);
	buf_pad(req, 0, NLA_ALIGN(n) - n);
}

static void put_filter(const struct sockfilter *filter, struct buf *req)
{
	struct buf ports;

	buf_init(&ports);
	inetdiag_put_ports(filter->ports, filter->nports, &ports);
	put_attr(INET_DIAG_REQ_BYTECODE, buf_str(&ports), ports.n, req);
	req->failed |= ports.failed;
	buf_fini(&ports);
}

void inetdiag_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	const struct sockfilter *filter = wish->filter;
	const uint32_t proto = d->proto;
	struct inet_diag_req_v2 head = {
		.sdiag_family = d->family,
		.sdiag_protocol = (uint8_t)(proto > UINT8_MAX ? 0 : proto),
		.idiag_ext = inetdiag_extensions(d->table, wish->more),
		.idiag_states = ~(1u << STATE_BOUND_INACTIVE),
	};

	if (filter)
		head.idiag_states &= filter->states[d->table];
	buf_put(req, &head, sizeof(head));
	if (proto > UINT8_MAX)
		put_attr(INET_DIAG_REQ_PROTOCOL, &proto, sizeof(proto), req);
	if (filter && filter->nports && FAMILY_BIT(d->table) & FAMILY_INET)
		put_filter(filter, req);
}

static uint8_t type_of(enum fdmap_sock_table table)
{
	if (table == FDMAP_RAW)
		return SOCK_RAW;
	return table == FDMAP_UDP || table == FDMAP_UDPLITE ? SOCK_DGRAM : SOCK_STREAM;
}

static void take_addresses(const struct inet_diag_sockid *id, struct fdmap_sock *sock)
{
	const size_t n = sock->family == AF_INET6 ? sizeof(sock->laddr.v6) : sizeof(sock->laddr.v4);

	memcpy(&sock->laddr, id->idiag_src, n);
	memcpy(&sock->raddr, id->idiag_dst, n);
	sock->lport = ntohs(id->idiag_sport);
	sock->rport = ntohs(id->idiag_dport);
	sock->cookie = msg_cookie(id->idiag_cookie);
}

/* What the text puts elsewhere, or not at all. */
static void take_as_text(struct fdmap_sock *sock)
{
	if (sock->table == FDMAP_RAW) {
		sock->proto = sock->lport;
		sock->rport = 0;
	} else if (sock->type == SOCK_STREAM && sock->state == STATE_LISTEN) {
		sock->backlog = sock->wq;
		sock->wq = 0;
		sock->told |= FDMAP_TOLD_BACKLOG;
	}
}

int inetdiag_parse(const struct sockdiag *d, struct span msg, struct arena *arena,
		   struct fdmap_sock *sock)
{
	struct inet_diag_msg m;
	struct span attrs;

	(void)arena;
	if (!msg_head(msg, &m, sizeof(m), &attrs) || m.idiag_family != d->family)
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = m.idiag_inode,
		.table = (uint8_t)d->table,
		.family = m.idiag_family,
		.type = type_of(d->table),
		.state = m.idiag_state,
		.proto = d->proto,
		.rq = m.idiag_rqueue,
		.wq = m.idiag_wqueue,
		.uid = m.idiag_uid,
		/* What has ended belongs to nobody, not to user 0. */
		.told = FDMAP_TOLD_COOKIE | (m.idiag_inode ? FDMAP_TOLD_UID : 0),
	};
	take_addresses(&m.id, sock);
	take_as_text(sock);
	return 0;
}
