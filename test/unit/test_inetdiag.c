/* SPDX-License-Identifier: MIT */
/* sock_diag of Internet sockets: what is asked, what an answer becomes, which ports pass. */
#include "net/inetdiag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <sys/socket.h>

#include "test/lib/diagmsg.h"
#include "test/lib/unit.h"

#define STATE_LISTEN 10
#define STATE_TIME_WAIT 6

static const struct sockdiag *diag_of(enum fdmap_sock_table table, int family)
{
	const struct sockdiag *d = families[table]->diags;

	while (d->family != family)
		d++;
	return d;
}

/* ---- answers ------------------------------------------------------------- */

static struct inet_diag_msg answer(uint8_t family, uint8_t state)
{
	struct inet_diag_msg m = {
		.idiag_family = family,
		.idiag_state = state,
		.idiag_rqueue = 3,
		.idiag_wqueue = 128,
		.idiag_uid = 1000,
		.idiag_inode = 4242,
	};

	m.id.idiag_sport = htons(8080);
	m.id.idiag_dport = htons(443);
	m.id.idiag_cookie[0] = 7;
	m.id.idiag_cookie[1] = 1;
	return m;
}

static int parse(enum fdmap_sock_table table, const struct inet_diag_msg *m, size_t n,
		 struct fdmap_sock *sock)
{
	return inetdiag_parse(diag_of(table, m->idiag_family), (struct span){ (const char *)m, n },
			      NULL, sock);
}

START_TEST(test_connection)
{
	struct inet_diag_msg m = answer(AF_INET, 1);
	struct fdmap_sock s;

	m.id.idiag_src[0] = htonl(0x7f000001);
	m.id.idiag_dst[0] = htonl(0x0a000002);
	ck_assert_int_eq(parse(FDMAP_TCP, &m, sizeof(m), &s), 0);
	ck_assert_uint_eq(s.table, FDMAP_TCP);
	ck_assert_uint_eq(s.family, AF_INET);
	ck_assert_uint_eq(s.type, SOCK_STREAM);
	ck_assert_uint_eq(s.proto, IPPROTO_TCP);
	ck_assert_uint_eq(s.state, 1);
	ck_assert_uint_eq(s.ino, 4242);
	ck_assert_uint_eq(s.lport, 8080);
	ck_assert_uint_eq(s.rport, 443);
	ck_assert_uint_eq(ntohl(s.laddr.v4.s_addr), 0x7f000001);
	ck_assert_uint_eq(ntohl(s.raddr.v4.s_addr), 0x0a000002);
	ck_assert_uint_eq(s.rq, 3);
	ck_assert_uint_eq(s.wq, 128);
	ck_assert_uint_eq(s.uid, 1000);
	ck_assert_uint_eq(s.cookie, UINT64_C(0x100000007));
	ck_assert_uint_eq(s.told, FDMAP_TOLD_UID | FDMAP_TOLD_COOKIE);
}
END_TEST

START_TEST(test_version_6)
{
	struct inet_diag_msg m = answer(AF_INET6, 7);
	struct fdmap_sock s;

	memset(m.id.idiag_src, 0xab, 16);
	memset(m.id.idiag_dst, 0xcd, 16);
	ck_assert_int_eq(parse(FDMAP_UDP, &m, sizeof(m), &s), 0);
	ck_assert_uint_eq(s.family, AF_INET6);
	ck_assert_uint_eq(s.type, SOCK_DGRAM);
	ck_assert_mem_eq(&s.laddr, m.id.idiag_src, 16);
	ck_assert_mem_eq(&s.raddr, m.id.idiag_dst, 16);
	/* A socket of the other version is none of the answer. */
	ck_assert_int_eq(inetdiag_parse(diag_of(FDMAP_UDP, AF_INET),
					(struct span){ (const char *)&m, sizeof(m) }, NULL, &s),
			 -EINVAL);
}
END_TEST

/* The text says of a listener that nothing is to be sent. */
START_TEST(test_listener)
{
	struct inet_diag_msg m = answer(AF_INET, STATE_LISTEN);
	struct fdmap_sock s;

	ck_assert_int_eq(parse(FDMAP_TCP, &m, sizeof(m), &s), 0);
	ck_assert_uint_eq(s.rq, 3);
	ck_assert_uint_eq(s.wq, 0);
	ck_assert_uint_eq(s.backlog, 128);
	ck_assert(s.told & FDMAP_TOLD_BACKLOG);
	/* UDP has no listeners. */
	ck_assert_int_eq(parse(FDMAP_UDP, &m, sizeof(m), &s), 0);
	ck_assert_uint_eq(s.wq, 128);
	ck_assert(!(s.told & FDMAP_TOLD_BACKLOG));
}
END_TEST

START_TEST(test_nobody)
{
	struct inet_diag_msg m = answer(AF_INET, STATE_TIME_WAIT);
	struct fdmap_sock s;

	m.idiag_inode = 0;
	m.idiag_uid = 0;
	ck_assert_int_eq(parse(FDMAP_TCP, &m, sizeof(m), &s), 0);
	ck_assert_uint_eq(s.ino, 0);
	ck_assert_uint_eq(s.told, FDMAP_TOLD_COOKIE);
}
END_TEST

/* The port of a raw socket is its protocol; the text has none at the other end. */
START_TEST(test_raw)
{
	struct inet_diag_msg m = answer(AF_INET, 7);
	struct fdmap_sock s;

	m.id.idiag_sport = htons(IPPROTO_ICMP);
	ck_assert_int_eq(parse(FDMAP_RAW, &m, sizeof(m), &s), 0);
	ck_assert_uint_eq(s.type, SOCK_RAW);
	ck_assert_uint_eq(s.lport, IPPROTO_ICMP);
	ck_assert_uint_eq(s.proto, IPPROTO_ICMP);
	ck_assert_uint_eq(s.rport, 0);
}
END_TEST

START_TEST(test_cut)
{
	struct inet_diag_msg m = answer(AF_INET, 1);
	struct fdmap_sock s;

	for (size_t n = 0; n < sizeof(m); n++)
		ck_assert_int_eq(parse(FDMAP_TCP, &m, n, &s), -EINVAL);
}
END_TEST

/* ---- questions ----------------------------------------------------------- */

static struct inet_diag_req_v2 head_of(const struct buf *req)
{
	struct inet_diag_req_v2 head;

	ck_assert(!req->failed);
	ck_assert_uint_ge(req->n, sizeof(head));
	ck_assert_uint_eq(req->n % 4, 0);
	memcpy(&head, req->p, sizeof(head));
	return head;
}

START_TEST(test_ask_all)
{
	const struct sockwish wish = { 0 };
	struct inet_diag_req_v2 head;
	struct buf req;

	buf_init(&req);
	inetdiag_ask(diag_of(FDMAP_UDPLITE, AF_INET6), &wish, &req);
	head = head_of(&req);
	ck_assert_uint_eq(req.n, sizeof(head));
	ck_assert_uint_eq(head.sdiag_family, AF_INET6);
	ck_assert_uint_eq(head.sdiag_protocol, IPPROTO_UDPLITE);
	/* Bound, and nothing else: in no text. */
	ck_assert_uint_eq(head.idiag_states, ~(1u << 13));
	ck_assert_uint_eq(head.idiag_ext, 0);
	buf_fini(&req);
}
END_TEST

/* 262 does not fit into the head. */
START_TEST(test_ask_mptcp)
{
	const struct sockwish wish = { 0 };
	struct span attrs, value;
	uint32_t proto;
	struct buf req;

	buf_init(&req);
	inetdiag_ask(diag_of(FDMAP_MPTCP, AF_INET), &wish, &req);
	attrs = (struct span){ req.p + sizeof(head_of(&req)), req.n - sizeof(head_of(&req)) };
	ck_assert_uint_eq(attrs.n, sizeof(struct nlattr) + 4);
	value = (struct span){ attrs.p + sizeof(struct nlattr), 4 };
	memcpy(&proto, value.p, 4);
	ck_assert_uint_eq(proto, 262);
	buf_fini(&req);
}
END_TEST

START_TEST(test_ask_states)
{
	struct sockfilter filter = { .nports = 0 };
	const struct sockwish wish = { .filter = &filter };
	struct buf req;

	filter.states[FDMAP_TCP] = 1u << STATE_LISTEN;
	filter.states[FDMAP_UDP] = ~0u;
	buf_init(&req);
	inetdiag_ask(diag_of(FDMAP_TCP, AF_INET), &wish, &req);
	ck_assert_uint_eq(head_of(&req).idiag_states, 1u << STATE_LISTEN);
	ck_assert_uint_eq(req.n, sizeof(struct inet_diag_req_v2));
	buf_reset(&req);
	inetdiag_ask(diag_of(FDMAP_UDP, AF_INET), &wish, &req);
	ck_assert_uint_eq(head_of(&req).idiag_states, ~(1u << 13));
	buf_fini(&req);
}
END_TEST

/* ---- ports --------------------------------------------------------------- */

static struct inet_diag_bc_op op_at(const struct buf *code, size_t at)
{
	struct inet_diag_bc_op op;

	ck_assert_uint_le(at + sizeof(op), code->n);
	memcpy(&op, code->p + at, sizeof(op));
	return op;
}

/* What inet_diag_bc_audit() of the kernel insists on. */
static bool reachable(const struct buf *code, size_t target)
{
	for (size_t at = 0; at < code->n; at += op_at(code, at).yes)
		if (at == target)
			return true;
	return false;
}

static void audit(const struct buf *code)
{
	size_t at = 0;

	while (at < code->n) {
		struct inet_diag_bc_op op = op_at(code, at);
		size_t left = code->n - at, min = op.code == INET_DIAG_BC_JMP ? 4 : 8;

		ck_assert(op.code == INET_DIAG_BC_JMP ||
			  (op.code >= INET_DIAG_BC_S_GE && op.code <= INET_DIAG_BC_D_LE));
		ck_assert_uint_ge(op.yes, min);
		ck_assert_uint_le(op.yes, left + 4);
		ck_assert_uint_eq(op.yes % 4, 0);
		ck_assert_uint_ge(op.no, min);
		ck_assert_uint_le(op.no, left + 4);
		ck_assert_uint_eq(op.no % 4, 0);
		ck_assert(op.no >= left || reachable(code, at + op.no));
		at += op.yes;
	}
	ck_assert_uint_eq(at, code->n);
}

/* What inet_diag_bc_run() of the kernel does. */
static bool run(const struct buf *code, uint16_t sport, uint16_t dport)
{
	size_t at = 0;

	while (at < code->n) {
		struct inet_diag_bc_op op = op_at(code, at), arg;
		bool yes = false;

		if (op.code != INET_DIAG_BC_JMP) {
			arg = op_at(code, at + 4);
			yes = op.code == INET_DIAG_BC_S_GE   ? sport >= arg.no
			      : op.code == INET_DIAG_BC_S_LE ? sport <= arg.no
			      : op.code == INET_DIAG_BC_D_GE ? dport >= arg.no
							     : dport <= arg.no;
		}
		at += yes ? op.yes : op.no;
	}
	return at == code->n;
}

static bool in_ranges(const struct sockports *ports, size_t n, uint16_t port)
{
	for (size_t i = 0; i < n; i++)
		if (port >= ports[i].lo && port <= ports[i].hi)
			return true;
	return false;
}

START_TEST(test_ports)
{
	static const struct sockports ports[] = {
		{ 80, 80 }, { 8000, 8010 }, { 0, 1 }, { 65535, 65535 },
		{ 5, 5 },   { 7, 9 },	    { 8, 20 }, { 1000, 2000 },
	};
	static const uint16_t tried[] = { 0,	1,    2,    4,	  5,	6,    7,     10,   20,
					  21,	79,   80,   81,	  999,	1000, 1500,  2000, 2001,
					  7999, 8000, 8005, 8010, 8011, 9000, 65534, 65535 };

	for (size_t n = 1; n <= ARRAY_LEN(ports); n++) {
		struct buf code;

		buf_init(&code);
		inetdiag_put_ports(ports, n, &code);
		ck_assert(!code.failed);
		audit(&code);
		for (size_t i = 0; i < ARRAY_LEN(tried); i++)
			for (size_t j = 0; j < ARRAY_LEN(tried); j++)
				ck_assert_msg(run(&code, tried[i], tried[j]) ==
						      (in_ranges(ports, n, tried[i]) ||
						       in_ranges(ports, n, tried[j])),
					      "%zu ranges: %u -> %u", n, tried[i], tried[j]);
		buf_fini(&code);
	}
}
END_TEST

/* Ports are asked of what has ports. */
START_TEST(test_ask_ports)
{
	static const struct sockports ports[] = { { 80, 80 } };
	struct sockfilter filter = { .ports = ports, .nports = 1 };
	const struct sockwish wish = { .filter = &filter };
	struct nlattr attr;
	struct buf req, code;

	memset(filter.states, 0xff, sizeof(filter.states));
	buf_init(&req);
	buf_init(&code);
	inetdiag_ask(diag_of(FDMAP_TCP, AF_INET), &wish, &req);
	inetdiag_put_ports(ports, 1, &code);
	ck_assert_uint_eq(req.n, sizeof(head_of(&req)) + sizeof(attr) + code.n);
	memcpy(&attr, req.p + sizeof(head_of(&req)), sizeof(attr));
	ck_assert_uint_eq(attr.nla_type, INET_DIAG_REQ_BYTECODE);
	ck_assert_uint_eq(attr.nla_len, sizeof(attr) + code.n);
	ck_assert_mem_eq(req.p + req.n - code.n, code.p, code.n);
	buf_reset(&req);
	inetdiag_ask(diag_of(FDMAP_RAW, AF_INET), &wish, &req);
	ck_assert_uint_eq(req.n, sizeof(head_of(&req)));
	buf_fini(&req);
	buf_fini(&code);
}
END_TEST

UNIT_MAIN("inetdiag", test_connection, test_version_6, test_listener, test_nobody, test_raw,
	  test_cut, test_ask_all, test_ask_mptcp, test_ask_states, test_ports, test_ask_ports)
