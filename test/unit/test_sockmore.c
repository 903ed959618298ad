/* SPDX-License-Identifier: MIT */
/* What sock_diag and the text tell of a socket beyond its row, when it is asked for. */
#include "net/inetdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "test/lib/diagmsg.h"
#include "test/lib/unit.h"

#define ALL (FDMAP_SOCKX | FDMAP_TCPINFO | FDMAP_SKMEM)

static struct arena arena;
static struct diagmsg msg;

static const struct sockdiag *diag_of(enum fdmap_sock_table table, int family)
{
	const struct sockdiag *d = families[table]->diags;

	while (d->family != family)
		d++;
	return d;
}

static void begin(enum fdmap_sock_table table, uint8_t family)
{
	struct inet_diag_msg m = { .idiag_family = family,
				   .idiag_state = 1,
				   .idiag_timer = 2,
				   .idiag_retrans = 3,
				   .idiag_expires = 7200000,
				   .idiag_inode = 5 };

	(void)table;
	m.id.idiag_if = 4;
	arena_init(&arena);
	msg.n = 0;
	diagmsg_put(&msg, &m, sizeof(m));
}

static const struct fdmap_sockx *extend(enum fdmap_sock_table table, int family, uint32_t more,
					struct fdmap_sock *s)
{
	const struct sockdiag *d = diag_of(table, family);

	ck_assert_int_eq(d->parse(d, diagmsg_span(&msg), &arena, s), 0);
	ck_assert_ptr_null(s->x);
	ck_assert_int_eq(d->extend(d, diagmsg_span(&msg), more, &arena, s), 0);
	ck_assert_ptr_nonnull(s->x);
	return s->x;
}

static void put_byte(uint16_t type, uint8_t v)
{
	diagmsg_attr(&msg, type, &v, sizeof(v));
}

static void put_word(uint16_t type, uint32_t v)
{
	diagmsg_attr(&msg, type, &v, sizeof(v));
}

static void put_ulp(const char *name)
{
	struct diagmsg nest = { .n = 0 };

	diagmsg_attr(&nest, INET_ULP_INFO_NAME, name, strlen(name) + 1);
	diagmsg_attr(&msg, NLA_F_NESTED | INET_DIAG_ULP_INFO, nest.bytes, nest.n);
}

static const uint32_t memory[FDMAP_SKMEM_VARS] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const unsigned char info[] = { 1, 0, 0, 0, 0, 7, 0x79, 0, 9, 9, 9, 9 };
static const uint64_t group = UINT64_C(0x100000002);
/* freebind, transparent, defer_connect */
static const unsigned char options[] = { 1u << 2 | 1u << 5, 1u << 2 };

static void put_all(bool backwards)
{
	for (int i = 0; i < 14; i++) {
		switch (backwards ? 13 - i : i) {
		case 0: put_byte(INET_DIAG_SHUTDOWN, 2); break;
		case 1: put_byte(INET_DIAG_TOS, 0x10); break;
		case 2: put_byte(INET_DIAG_TCLASS, 0x20); break;
		case 3: put_byte(INET_DIAG_SKV6ONLY, 1); break;
		case 4: put_word(INET_DIAG_MARK, 0xabc); break;
		case 5: put_word(INET_DIAG_CLASS_ID, 0x10001); break;
		case 6: diagmsg_attr(&msg, INET_DIAG_CGROUP_ID, &group, sizeof(group)); break;
		case 7: diagmsg_attr(&msg, INET_DIAG_SOCKOPT, options, sizeof(options)); break;
		case 8: diagmsg_attr(&msg, INET_DIAG_INFO, info, sizeof(info)); break;
		case 9: diagmsg_attr(&msg, INET_DIAG_CONG, "cubic", 6); break;
		case 10: diagmsg_attr(&msg, INET_DIAG_SKMEMINFO, memory, sizeof(memory)); break;
		case 11: diagmsg_attr(&msg, INET_DIAG_BBRINFO, info, sizeof(info)); break;
		case 12: put_ulp("tls"); break;
		default: put_word(200, 0); break;
		}
	}
}

static void check_all(const struct fdmap_sockx *x)
{
	ck_assert_uint_eq(x->told, FDMAP_X_TIMER | FDMAP_X_MARK | FDMAP_X_CGROUP | FDMAP_X_SHUTDOWN |
					   FDMAP_X_TOS | FDMAP_X_TCLASS | FDMAP_X_V6ONLY |
					   FDMAP_X_CLASS | FDMAP_X_OPTIONS | FDMAP_X_MEM |
					   FDMAP_X_IFACE | FDMAP_X_DROPS);
	ck_assert_uint_eq(x->timer, 2);
	ck_assert_uint_eq(x->retrans, 3);
	ck_assert_uint_eq(x->timer_ms, 7200000);
	ck_assert_uint_eq(x->ifindex, 4);
	ck_assert_uint_eq(x->shutdown, 2);
	ck_assert_uint_eq(x->tos, 0x10);
	ck_assert_uint_eq(x->tclass, 0x20);
	ck_assert(x->v6only);
	ck_assert_uint_eq(x->mark, 0xabc);
	ck_assert_uint_eq(x->class_id, 0x10001);
	ck_assert_uint_eq(x->cgroup, group);
	ck_assert_uint_eq(x->tcp_len, sizeof(info));
	ck_assert_mem_eq(x->tcp, info, sizeof(info));
	ck_assert_str_eq(x->cong, "cubic");
	ck_assert_str_eq(x->ulp, "tls");
	ck_assert_mem_eq(x->mem, memory, sizeof(memory));
	ck_assert_uint_eq(x->cc_type, INET_DIAG_BBRINFO);
	ck_assert_uint_eq(x->cc_len, sizeof(info));
	ck_assert_ptr_null(x->mptcp);
}

START_TEST(test_any_order)
{
	for (int backwards = 0; backwards < 2; backwards++) {
		struct fdmap_sock s;

		begin(FDMAP_TCP, AF_INET6);
		put_all(backwards);
		check_all(extend(FDMAP_TCP, AF_INET6, ALL, &s));
		arena_fini(&arena);
	}
}
END_TEST

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
START_TEST(test_option_bits)
{
	struct inet_diag_sockopt o = { .freebind = 1, .transparent = 1, .defer_connect = 1 };
	struct fdmap_sock s;

	begin(FDMAP_TCP, AF_INET);
	diagmsg_attr(&msg, INET_DIAG_SOCKOPT, &o, sizeof(o));
	ck_assert_uint_eq(extend(FDMAP_TCP, AF_INET, ALL, &s)->options, 1u << 2 | 1u << 5 | 1u << 10);
	arena_fini(&arena);
}
END_TEST
#endif

/* Only what was asked for is kept. */
START_TEST(test_each_alone)
{
	const struct fdmap_sockx *x;
	struct fdmap_sock s;

	begin(FDMAP_TCP, AF_INET);
	put_all(false);
	x = extend(FDMAP_TCP, AF_INET, FDMAP_SKMEM, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_MEM | FDMAP_X_DROPS);
	ck_assert_ptr_null(x->tcp);
	x = extend(FDMAP_TCP, AF_INET, FDMAP_TCPINFO, &s);
	ck_assert_uint_eq(x->told, 0);
	ck_assert_ptr_nonnull(x->tcp);
	x = extend(FDMAP_TCP, AF_INET, FDMAP_SOCKX, &s);
	ck_assert_uint_eq(x->told & FDMAP_X_MEM, 0);
	ck_assert_ptr_null(x->tcp);
	ck_assert_ptr_null(x->cong);
	arena_fini(&arena);
}
END_TEST

/* UDP has no timers and no such info; MPTCP has its own. */
START_TEST(test_others)
{
	const struct fdmap_sockx *x;
	struct fdmap_sock s;

	begin(FDMAP_UDP, AF_INET);
	put_all(false);
	x = extend(FDMAP_UDP, AF_INET, ALL, &s);
	ck_assert_uint_eq(x->told & FDMAP_X_TIMER, 0);
	ck_assert_ptr_null(x->tcp);
	x = extend(FDMAP_MPTCP, AF_INET, ALL, &s);
	ck_assert_ptr_null(x->tcp);
	ck_assert_uint_eq(x->mptcp_len, sizeof(info));
	ck_assert_mem_eq(x->mptcp, info, sizeof(info));
	x = extend(FDMAP_SCTP, AF_INET, ALL, &s);
	ck_assert_ptr_null(x->tcp);
	ck_assert_ptr_null(x->mptcp);
	arena_fini(&arena);
}
END_TEST

/* What is too short is not told; what is longer than we know stays whole. */
START_TEST(test_lengths)
{
	unsigned char longer[1024] = { 7 };
	const struct fdmap_sockx *x;
	struct fdmap_sock s;

	begin(FDMAP_TCP, AF_INET);
	diagmsg_attr(&msg, INET_DIAG_SKMEMINFO, memory, sizeof(memory) - 4);
	diagmsg_attr(&msg, INET_DIAG_CGROUP_ID, &group, 4);
	diagmsg_attr(&msg, INET_DIAG_SOCKOPT, options, 1);
	diagmsg_attr(&msg, INET_DIAG_SHUTDOWN, options, 0);
	diagmsg_attr(&msg, INET_DIAG_MARK, &group, 3);
	diagmsg_attr(&msg, INET_DIAG_INFO, longer, 0);
	diagmsg_attr(&msg, INET_DIAG_CONG, "", 1);
	x = extend(FDMAP_TCP, AF_INET, ALL, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_TIMER | FDMAP_X_IFACE);
	ck_assert_ptr_null(x->tcp);
	ck_assert_ptr_null(x->cong);
	arena_fini(&arena);
	begin(FDMAP_TCP, AF_INET);
	diagmsg_attr(&msg, INET_DIAG_INFO, longer, sizeof(longer));
	/* A text without its NUL. */
	diagmsg_attr(&msg, INET_DIAG_CONG, "bbrx", 3);
	x = extend(FDMAP_TCP, AF_INET, ALL, &s);
	ck_assert_uint_eq(x->tcp_len, sizeof(longer));
	ck_assert_str_eq(x->cong, "bbr");
	arena_fini(&arena);
}
END_TEST

/* Cut at every byte: less is told, and nothing behind it is read. */
START_TEST(test_cut)
{
	const struct sockdiag *d = diag_of(FDMAP_TCP, AF_INET);
	size_t whole;

	begin(FDMAP_TCP, AF_INET);
	put_all(false);
	whole = msg.n;
	for (size_t n = sizeof(struct inet_diag_msg); n < whole; n++) {
		char *copy = malloc(n);
		const struct span cut = { copy, n };
		struct fdmap_sock s;

		memcpy(copy, msg.bytes, n);
		ck_assert_int_eq(d->parse(d, cut, &arena, &s), 0);
		ck_assert_int_eq(d->extend(d, cut, ALL, &arena, &s), 0);
		ck_assert(s.x->tcp_len == 0 || s.x->tcp_len == sizeof(info));
		free(copy);
	}
	arena_fini(&arena);
}
END_TEST

/* ---- other families -------------------------------------------------------- */

START_TEST(test_families)
{
	const struct unix_diag_msg u = { .udiag_family = AF_UNIX, .udiag_ino = 5 };
	const struct netlink_diag_msg n = { .ndiag_family = AF_NETLINK, .ndiag_ino = 5 };
	const struct packet_diag_msg p = { .pdiag_family = AF_PACKET, .pdiag_ino = 5 };
	const struct packet_diag_info pinfo = { .pdi_index = 3 };
	const struct xdp_diag_msg d = { .xdiag_family = 44, .xdiag_ino = 5 };
	const struct vsock_diag_msg v = { .vdiag_family = AF_VSOCK, .vdiag_ino = 5,
					  .vdiag_shutdown = 3 };
	const struct fdmap_sockx *x;
	struct fdmap_sock s;

	arena_init(&arena);
	msg.n = 0;
	diagmsg_put(&msg, &u, sizeof(u));
	diagmsg_attr(&msg, UNIX_DIAG_MEMINFO, memory, sizeof(memory));
	put_byte(UNIX_DIAG_SHUTDOWN, 1);
	x = extend(FDMAP_UNIX, AF_UNIX, ALL, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_SHUTDOWN | FDMAP_X_MEM | FDMAP_X_DROPS);
	ck_assert_uint_eq(x->shutdown, 1);
	ck_assert_mem_eq(x->mem, memory, sizeof(memory));
	msg.n = 0;
	diagmsg_put(&msg, &n, sizeof(n));
	diagmsg_attr(&msg, NETLINK_DIAG_MEMINFO, memory, sizeof(memory));
	x = extend(FDMAP_NETLINK, AF_NETLINK, ALL, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_MEM | FDMAP_X_DROPS);
	ck_assert_uint_eq(x->mem[8], 9);
	msg.n = 0;
	diagmsg_put(&msg, &p, sizeof(p));
	diagmsg_attr(&msg, PACKET_DIAG_INFO, &pinfo, sizeof(pinfo));
	diagmsg_attr(&msg, PACKET_DIAG_MEMINFO, memory, sizeof(memory));
	x = extend(FDMAP_PACKET, AF_PACKET, ALL, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_IFACE | FDMAP_X_MEM | FDMAP_X_DROPS);
	ck_assert_uint_eq(x->ifindex, 3);
	msg.n = 0;
	diagmsg_put(&msg, &d, sizeof(d));
	diagmsg_attr(&msg, XDP_DIAG_MEMINFO, memory, sizeof(memory));
	x = extend(FDMAP_XDP, 44, ALL, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_IFACE | FDMAP_X_MEM | FDMAP_X_DROPS);
	msg.n = 0;
	diagmsg_put(&msg, &v, sizeof(v));
	x = extend(FDMAP_VSOCK, AF_VSOCK, ALL, &s);
	ck_assert_uint_eq(x->told, FDMAP_X_SHUTDOWN);
	ck_assert_uint_eq(x->shutdown, 3);
	arena_fini(&arena);
}
END_TEST

/* ---- questions ------------------------------------------------------------- */

static uint8_t ext_of(enum fdmap_sock_table table, uint32_t more)
{
	const struct sockwish wish = { .more = more };
	struct inet_diag_req_v2 head;
	struct buf req;

	buf_init(&req);
	inetdiag_ask(diag_of(table, AF_INET), &wish, &req);
	ck_assert_uint_ge(req.n, sizeof(head));
	memcpy(&head, req.p, sizeof(head));
	buf_fini(&req);
	return head.idiag_ext;
}

#define EXT(attr) (1u << (INET_DIAG_##attr - 1))

START_TEST(test_questions)
{
	ck_assert_uint_eq(ext_of(FDMAP_TCP, 0), 0);
	ck_assert_uint_eq(ext_of(FDMAP_TCP, FDMAP_SOCK | FDMAP_QUEUES), 0);
	ck_assert_uint_eq(ext_of(FDMAP_TCP, FDMAP_SOCKX), EXT(TOS) | EXT(TCLASS) | EXT(SHUTDOWN));
	ck_assert_uint_eq(ext_of(FDMAP_TCP, FDMAP_TCPINFO), EXT(INFO) | EXT(VEGASINFO) | EXT(CONG));
	ck_assert_uint_eq(ext_of(FDMAP_TCP, FDMAP_SKMEM), EXT(SKMEMINFO));
	ck_assert_uint_eq(ext_of(FDMAP_UDP, FDMAP_TCPINFO), 0);
	ck_assert_uint_eq(ext_of(FDMAP_UDP, FDMAP_SKMEM), EXT(SKMEMINFO));
	ck_assert_uint_eq(ext_of(FDMAP_MPTCP, FDMAP_TCPINFO), EXT(INFO));
	ck_assert_uint_eq(ext_of(FDMAP_SCTP, FDMAP_TCPINFO), 0);
}
END_TEST

/* A wish that asks for no more changes no byte of any question. */
START_TEST(test_same_bytes)
{
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++) {
		for (const struct sockdiag *d = families[i]->diags; d && d->ask; d++) {
			const struct sockwish none = { 0 }, all = { .more = ALL };
			struct buf a, b;

			buf_init(&a);
			buf_init(&b);
			d->ask(d, &none, &a);
			d->ask(d, &all, &b);
			ck_assert_uint_eq(a.n, b.n);
			switch (i) {
			/* Family, protocol, extensions. */
			case FDMAP_TCP: case FDMAP_UDP: case FDMAP_UDPLITE: case FDMAP_RAW:
			case FDMAP_MPTCP: case FDMAP_SCTP:
				ck_assert_uint_eq(a.p[2], 0);
				ck_assert_uint_ne(b.p[2], 0);
				break;
			case FDMAP_UNIX: case FDMAP_XDP:
				ck_assert_mem_ne(a.p, b.p, a.n);
				break;
			/* These are asked for their memory always: their queues stand there. */
			default:
				ck_assert_mem_eq(a.p, b.p, a.n);
				break;
			}
			buf_fini(&a);
			buf_fini(&b);
		}
	}
}
END_TEST

/* ---- text ------------------------------------------------------------------ */

#define HEAD "   0: 0100007F:46A0 00000000:0000 01 00000000:00000000 "

static void text_of(enum fdmap_sock_table table, uint32_t more, const char *line,
		    struct fdmap_sock *s)
{
	const struct socktext *text = families[table]->texts;
	const struct span span = { line, strlen(line) };

	arena_init(&arena);
	ck_assert_int_eq(text->parse(span, text, &arena, s), 0);
	ck_assert_int_eq(text->extend(span, more, &arena, s), 0);
	ck_assert_ptr_nonnull(s->x);
}

START_TEST(test_text_tcp)
{
	struct fdmap_sock s;

	text_of(FDMAP_TCP, ALL, HEAD "02:000002EB 00000003  1000        0 5303 2 0000000081493892 20", &s);
	ck_assert_uint_eq(s.x->told, FDMAP_X_TIMER);
	ck_assert_uint_eq(s.x->timer, 2);
	ck_assert_uint_eq(s.x->timer_ms, 7470);
	ck_assert_uint_eq(s.x->retrans, 3);
	ck_assert_uint_eq(s.uid, 1000);
	ck_assert(s.told & FDMAP_TOLD_UID);
	arena_fini(&arena);
	/* Ended: it is nobody's. */
	text_of(FDMAP_TCP, ALL, HEAD "03:FFFFFFFFFF 0 0 0 0 3 0000000081493892", &s);
	ck_assert_uint_eq(s.x->timer, 3);
	ck_assert_uint_eq(s.x->timer_ms, UINT32_MAX);
	ck_assert_uint_eq(s.told & FDMAP_TOLD_UID, 0);
	arena_fini(&arena);
	text_of(FDMAP_TCP, FDMAP_TCPINFO, HEAD "02:000002EB 00000003  1000 0 5303 2 00", &s);
	ck_assert_uint_eq(s.x->told, 0);
	ck_assert_uint_eq(s.told, 0);
	arena_fini(&arena);
}
END_TEST

START_TEST(test_text_udp)
{
	struct fdmap_sock s;

	text_of(FDMAP_UDP, ALL, HEAD "00:00000000 00000000  1000        0 5303 2 0000000081493892 77", &s);
	ck_assert_uint_eq(s.x->told, FDMAP_X_DROPS);
	ck_assert_uint_eq(s.x->mem[8], 77);
	ck_assert_uint_eq(s.uid, 1000);
	arena_fini(&arena);
	text_of(FDMAP_UDP, FDMAP_SOCKX, HEAD "00:00000000 00000000  1000        0 5303 2 00 77", &s);
	ck_assert_uint_eq(s.x->told, 0);
	arena_fini(&arena);
	/* Cut: no number of drops. */
	text_of(FDMAP_UDP, ALL, HEAD "00:00000000 00000000  1000        0 5303 2 00", &s);
	ck_assert_uint_eq(s.x->told, 0);
	arena_fini(&arena);
}
END_TEST

START_TEST(test_text_others)
{
	struct fdmap_sock s;

	text_of(FDMAP_NETLINK, ALL, "00000000569ca3b2 0   2200 00000000 0    0    0    2     6     5312", &s);
	ck_assert_uint_eq(s.x->told, FDMAP_X_DROPS);
	ck_assert_uint_eq(s.x->mem[8], 6);
	arena_fini(&arena);
	text_of(FDMAP_PACKET, ALL, "00000000fec12ca6 3      3    0003  2     1 0    33   5316", &s);
	ck_assert_uint_eq(s.x->told, FDMAP_X_IFACE);
	ck_assert_uint_eq(s.x->ifindex, 2);
	ck_assert_uint_eq(s.uid, 33);
	ck_assert(s.told & FDMAP_TOLD_UID);
	arena_fini(&arena);
}
END_TEST

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LITTLE test_option_bits,
#else
#define LITTLE
#endif
UNIT_MAIN("sockmore", test_any_order, LITTLE test_each_alone, test_others, test_lengths, test_cut,
	  test_families, test_questions, test_same_bytes, test_text_tcp, test_text_udp,
	  test_text_others)
