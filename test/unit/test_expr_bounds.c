/* SPDX-License-Identifier: MIT */
/*
 * Expressions and rows by chance: what passes lies within the bounds; what is said of a
 * row of which only a part is known is never taken back; who could not reject does not.
 */
#include "test/lib/unit.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "field/expr.h"

static uint32_t seed;

/* The same numbers each time. */
static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static const char *const leaves[] = {
	"tcp", "udp", "udplite", "raw", "unix", "netlink", "packet", "sctp", "vsock", "inet", "ipv4",
	"ipv6", "socket", "file", "dir", "pipe", "device", "deleted", "unowned", "listening",
	"established", "connected", "bucket", "unconnected", "state listen state close",
	"exclude time-wait", "exclude all", "state = established", "state != LISTEN",
	"state in (listen, cookie_wait)", "state =~ E", "state < M", "state", "lport = 80",
	"lport != 80", "lport < 81", "lport > 80", "lport >= 443", "lport in (80, 443, 8000-8100)",
	"rport = 5432", "rport not in (80)", "dport <= 80", "rport > 65535", "rport", "sport = 70000",
	"rport in (1,2,3,4,5,6,7,8,9,80,443)", "rport < 1", "src 10.0.0.0/8",
	"src 10.0.0.0/8:80", "dst *:443", "dst != 10.0.0.1:80", "src != 10.0.0.1", "src /run/*",
	"src in (/run/*, *:80)", "src vsock:*:80", "dst [::]/0:5432", "laddr = 10.0.0.0/8",
	"raddr != ::1", "autobound", "dev = 2", "dev != 2", "fwmark = 1/1", "pid = 1", "pid = 2",
	"pid in (1, 3)", "pid in (1-3)", "pid != 2", "pid < 3", "pid = 99999999999",
	"pid in (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)", "comm = a", "comm =~ .", "uid = 0",
	"proto = tcp", "proto in (UDP, unix)", "proto != tcp", "proto =~ p", "family = inet",
	"socktype = stream", "recvq > 0", "sendq >= 0", "rtt > 0", "rtt != 1", "cong = cubic",
	"cong", "ulp", "unix_path", "peer_ino", "backlog_max", "sock_uid = 0", "fd > 3", "fd = cwd",
	"ino", "size", "mode = r", "user = 0",
};

/* Each column there is, without and with an operator. */
static void put_column(struct buf *b)
{
	const struct fdmap_field *f;
	size_t n = 0;

	while (fdmap_field_at(n))
		n++;
	f = fdmap_field_at(chance((uint32_t)n));
	buf_printf(b, "(not not %s)", f->key);
	if (f->type == FDMAP_VALUE_U64 && f->unit == FDMAP_UNIT_NONE)
		buf_printf(b, " or %s %s %u", f->key, chance(2) ? "!=" : "<=", chance(3));
}

static void put_expr(struct buf *b, unsigned depth)
{
	uint32_t what = chance(10);

	if (depth == 0 || what < 2) {
		buf_puts(b, leaves[chance(ARRAY_LEN(leaves))]);
	} else if (what == 2) {
		put_column(b);
	} else if (what < 5) {
		buf_puts(b, chance(2) ? "not (" : "!(");
		put_expr(b, depth - 1);
		buf_putc(b, ')');
	} else {
		buf_putc(b, '(');
		put_expr(b, depth - 1);
		buf_puts(b, what < 8 ? chance(2) ? ") (" : ") and (" : ") or (");
		put_expr(b, depth - 1);
		buf_putc(b, ')');
	}
}

struct sample {
	struct fdmap_process proc;
	struct fdmap_file file;
	struct fdmap_sock sock;
	struct fdmap_sockx x;
	struct fdmap_stat st;
	struct tcp_info tcp;
	struct mptcp_info mptcp;
	union tcp_cc_info cc;
};

static uint16_t a_port(void)
{
	static const uint16_t ports[] = { 0, 1, 80, 443, 5432, 8050, 40000, 65535 };

	return ports[chance(ARRAY_LEN(ports))];
}

/* As sock_diag tells them: what is TCP's of TCP and MPTCP alone. */
static void a_sockx(struct sample *r, bool tcp)
{
	r->x = (struct fdmap_sockx){ .told = chance(2) ? ~0u : 0,
				     .timer = (uint8_t)chance(5),
				     .mark = chance(2),
				     .ifindex = chance(3) };
	if (!tcp)
		return;
	r->x.cong = chance(2) ? "cubic" : NULL;
	r->x.ulp = chance(2) ? "tls" : NULL;
	r->x.tcp = chance(2) ? &r->tcp : NULL;
	r->x.tcp_len = sizeof(r->tcp);
	r->x.mptcp = chance(2) ? &r->mptcp : NULL;
	r->x.mptcp_len = sizeof(r->mptcp);
	r->x.cc = chance(2) ? &r->cc : NULL;
	r->x.cc_len = sizeof(r->cc);
	r->x.cc_type = INET_DIAG_VEGASINFO;
}

/* What only sockets of its table have. */
static void a_sock_of_table(struct fdmap_sock *s)
{
	static const uint32_t v4[] = { 0, 0x0a000001, 0x7f000001, 0xc0a80001 };

	if (s->table == FDMAP_UNIX) {
		s->peer = chance(2);
		s->mate = chance(2);
		if (chance(2))
			s->path = chance(2) ? "/run/x" : "@0001a";
	} else if (s->table == FDMAP_NETLINK || s->table == FDMAP_VSOCK || s->table == FDMAP_XDP ||
		   s->table == FDMAP_TIPC) {
		s->lport32 = chance(2) ? 80 : 70000;
		s->rport32 = chance(2) ? 443 : UINT32_MAX;
		s->lcid = chance(4);
	} else {
		s->laddr.v4.s_addr = htonl(v4[chance(ARRAY_LEN(v4))]);
		s->raddr.v4.s_addr = htonl(v4[chance(ARRAY_LEN(v4))]);
	}
}

static void a_sock(struct sample *r)
{
	struct fdmap_sock *s = &r->sock;

	*s = (struct fdmap_sock){ .ino = chance(3),
				  .table = (uint8_t)chance(FDMAP_SOCK_TABLES),
				  .type = (uint8_t)(1 + chance(5)),
				  .state = (uint8_t)chance(16),
				  .flags = chance(2) ? 0x10000 : 0,
				  .proto = (uint16_t)chance(20),
				  .lport = a_port(),
				  .rport = a_port(),
				  .told = chance(2) ? ~0u : 0,
				  .rq = chance(2),
				  .wq = chance(2),
				  .uid = chance(2),
				  .backlog = chance(9),
				  .ifindex = chance(3),
				  .x = chance(3) ? &r->x : NULL };
	s->family = s->table == FDMAP_UNIX    ? AF_UNIX
		    : s->table == FDMAP_VSOCK ? AF_VSOCK
		    : chance(2)		      ? AF_INET
					      : AF_INET6;
	a_sock_of_table(s);
	a_sockx(r, s->table == FDMAP_TCP || s->table == FDMAP_MPTCP);
}

static void a_sample(struct sample *r)
{
	static const uint32_t modes[] = { S_IFREG, S_IFDIR, S_IFIFO, S_IFCHR, S_IFSOCK };
	static const char *const comms[] = { "a", "nginx", "", "java" };

	memset(r, 0, sizeof(*r));
	memset(&r->tcp, (int)chance(3), sizeof(r->tcp));
	r->proc = (struct fdmap_process){ .pid = (pid_t)(1 + chance(4)),
					  .uid = chance(2),
					  .have = ~0u,
					  .comm = comms[chance(4)],
					  .nobody = chance(8) == 0 };
	r->st = (struct fdmap_stat){ .ino = chance(3), .mode = modes[chance(5)], .dev = 0x801 };
	r->file = (struct fdmap_file){ .fd = (int32_t)chance(12) - 6,
				       .kind = (uint8_t)chance(FDMAP_KIND_EXEMPT + 1),
				       .access = "ruw "[chance(4)],
				       .lock = ' ',
				       .have = ~0u,
				       .ino = chance(3),
				       .path = "/tmp/x",
				       .deleted = chance(2),
				       .stat = &r->st };
	if (chance(3) || r->proc.nobody) {
		r->file.kind = FDMAP_KIND_SOCKET;
		a_sock(r);
		r->file.sock = chance(8) || r->proc.nobody ? &r->sock : NULL;
	}
}

static bool port_within(const struct expr_bounds *b, uint16_t port)
{
	for (unsigned i = 0; i < b->nports; i++)
		if (port >= b->ports[i].lo && port <= b->ports[i].hi)
			return true;
	return false;
}

static bool within(const struct expr_bounds *b, const struct sample *r)
{
	const struct fdmap_sock *s = r->file.sock;
	bool pid = !b->pids;

	for (unsigned i = 0; i < b->npids; i++)
		pid |= b->pid[i] == (uint32_t)r->proc.pid;
	if (!pid || (b->sockets && r->file.kind != FDMAP_KIND_SOCKET))
		return false;
	if (b->tables != UINT32_MAX && (!s || !(b->tables >> s->table & 1)))
		return false;
	if (s && b->sockets && !(b->states[s->table] >> s->state & 1))
		return false;
	return !b->nports || (s && (port_within(b, s->lport) || port_within(b, s->rport)));
}

static enum truth ask(const struct expr *e, const struct expr_row *row, struct fdmap_value *v)
{
	int r = expr_eval(e, row, v);

	ck_assert_int_ge(r, 0);
	return (enum truth)r;
}

/* What is said of a part holds of the whole; late columns are not known here. */
static void check_parts(const struct expr *e, const char *text, const struct sample *r,
			enum truth whole, struct fdmap_value *v)
{
	uint32_t known = chance(2) ? FDMAP_LINK | 1u << chance(32) : seed ^ seed << 7;
	struct expr_row row = { .row = { NULL, &r->proc, NULL }, .known = known };
	enum truth t = ask(e, &row, v);

	ck_assert_msg(t == TRUTH_UNKNOWN || whole == TRUTH_UNKNOWN || t == whole, "%s", text);
	ck_assert_msg(t != TRUTH_NO || expr_can_reject(e, known, false), "%s", text);
	row.row.file = &r->file;
	t = ask(e, &row, v);
	ck_assert_msg(t == TRUTH_UNKNOWN || whole == TRUTH_UNKNOWN || t == whole, "%s", text);
	ck_assert_msg(t != TRUTH_NO || expr_can_reject(e, known, true), "%s", text);
	if (!r->file.sock)
		return;
	row.only_sock = true;
	row.row.proc = NULL;
	t = ask(e, &row, v);
	ck_assert_msg(t == TRUTH_UNKNOWN || whole == TRUTH_UNKNOWN || t == whole, "%s", text);
}

START_TEST(hold)
{
	unsigned passed = 0, bounded = 0;
	struct fdmap_value v;
	struct buf b;

	fdmap_value_init(&v, NULL);
	buf_init(&b);
	for (uint32_t i = 0; i < 4000; i++) {
		struct expr_bounds bounds;
		struct expr_error err;
		struct expr *e;

		seed = i;
		buf_reset(&b);
		put_expr(&b, chance(5));
		ck_assert_msg(expr_parse(&e, buf_str(&b), NULL, &err) == 0, "%s: %s", buf_str(&b),
			      err.text);
		expr_bounds(e, &bounds);
		bounded += bounds.sockets || bounds.pids;
		for (int n = 0; n < 20; n++) {
			struct sample r;
			struct expr_row row;
			enum truth t;

			a_sample(&r);
			row = (struct expr_row){ .row = { NULL, &r.proc, &r.file }, .known = ~0u };
			t = ask(e, &row, &v);
			check_parts(e, buf_str(&b), &r, t, &v);
			if (t != TRUTH_YES)
				continue;
			passed++;
			ck_assert_msg(within(&bounds, &r), "%u: %s: table %u state %u", i,
				      buf_str(&b), r.file.sock ? r.sock.table : 99,
				      r.sock.state);
		}
		expr_free(e);
	}
	/* Else nothing was tried. */
	ck_assert_uint_gt(passed, 10000);
	ck_assert_uint_gt(bounded, 1600);
	buf_fini(&b);
	fdmap_value_fini(&v);
}
END_TEST

#define BIT(t) (1u << FDMAP_##t)
#define PORTED (BIT(TCP) | BIT(UDP) | BIT(UDPLITE) | BIT(MPTCP) | BIT(SCTP))

START_TEST(are_tight)
{
	static const struct {
		const char *text;
		bool sockets;
		uint32_t tables, tcp, udp;
		unsigned nports;
		int npids; /* -1: any */
	} cases[] = {
		{ "tcp", true, BIT(TCP), ~0u, 0, 0, -1 },
		{ "tcp and rport = 5432", true, BIT(TCP), ~0u, 0, 1, -1 },
		{ "dport = 1 or sport in (2,3-4)", true, PORTED, ~0u, ~0u, 3, -1 },
		{ "dport = 1 or unix", true, PORTED | BIT(UNIX), ~0u, ~0u, 0, -1 },
		{ "dport = 1 or file", false, ~0u, ~0u, ~0u, 0, -1 },
		{ "dport = 1 and sport > 1023", true, PORTED, ~0u, ~0u, 1, -1 },
		{ "dport > 0", true, PORTED, ~0u, ~0u, 0, -1 },
		{ "listening", true, ~0u, 1u << 10, 1u << 10, 0, -1 },
		{ "tcp and listening", true, BIT(TCP), 1u << 10, 0, 0, -1 },
		{ "tcp listening or udp", true, BIT(TCP) | BIT(UDP), 1u << 10, ~0u, 0, -1 },
		{ "state = ESTABLISHED", true, ~0u, 2, 2, 0, -1 },
		{ "state != ESTABLISHED", true, ~0u, ~2u, ~2u, 0, -1 },
		{ "not listening", false, ~0u, ~0u, ~0u, 0, -1 },
		{ "not not listening", true, ~0u, 1u << 10, 1u << 10, 0, -1 },
		{ "not (file or not tcp)", true, BIT(TCP), ~0u, 0, 0, -1 },
		{ "not tcp", false, ~0u, ~0u, ~0u, 0, -1 },
		{ "socket", true, ~0u, ~0u, ~0u, 0, -1 },
		{ "rtt > 1ms", true, BIT(TCP) | BIT(MPTCP), ~0u, 0, 0, -1 },
		{ "proto = TCP", true, BIT(TCP), ~0u, 0, 0, -1 },
		{ "src 10.0.0.0/8:80", true, PORTED, ~0u, ~0u, 1, -1 },
		{ "src /run/*", true, BIT(UNIX), 0, 0, 0, -1 },
		{ "pid = 7", false, ~0u, ~0u, ~0u, 0, 1 },
		{ "pid in (7,8) and pid in (8,9)", false, ~0u, ~0u, ~0u, 0, 1 },
		{ "pid = 7 and pid = 8", false, ~0u, ~0u, ~0u, 0, 0 },
		{ "pid = 7 or pid = 8", false, ~0u, ~0u, ~0u, 0, 2 },
		{ "pid = 7 or tcp", false, ~0u, ~0u, ~0u, 0, -1 },
		{ "not pid = 7", false, ~0u, ~0u, ~0u, 0, -1 },
		{ "pid in (1-3)", false, ~0u, ~0u, ~0u, 0, -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct expr_bounds b;
		struct expr_error err;
		struct expr *e;

		ck_assert_int_eq(expr_parse(&e, cases[i].text, NULL, &err), 0);
		expr_bounds(e, &b);
		ck_assert_msg(b.sockets == cases[i].sockets && b.tables == cases[i].tables &&
				      b.states[FDMAP_TCP] == cases[i].tcp &&
				      b.states[FDMAP_UDP] == cases[i].udp &&
				      b.nports == cases[i].nports && b.pids == (cases[i].npids >= 0) &&
				      (!b.pids || (int)b.npids == cases[i].npids),
			      "%s: %d %x %x %x %u %d %u", cases[i].text, b.sockets, b.tables,
			      b.states[FDMAP_TCP], b.states[FDMAP_UDP], b.nports, b.pids, b.npids);
		expr_free(e);
	}
}
END_TEST

UNIT_MAIN("expr_bounds", hold, are_tight)
