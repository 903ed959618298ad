/* SPDX-License-Identifier: MIT */
/* TCP, UDP, UDP-Lite: rows of the kernel, and lsof's columns of them. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/addr.h"
#include "net/family.h"
#include "net/inet.h"
#include "test/lib/unit.h"

#define INFO_STATE FDMAP_NAME_STATE
#define INFO_BOTH (FDMAP_NAME_STATE | FDMAP_NAME_QUEUES)

static const char LISTENER[] =
	"   1: 0100007F:46A0 00000000:0000 0A 00000005:00000003 00:00000000 00000000     0"
	"        0 5303 1 0000000081493892 100 0 0 10 0                      ";

static int parse(enum fdmap_sock_table table, int version, const char *line, size_t n,
		 struct fdmap_sock *sock)
{
	const struct socktext *text = &families[table]->texts[version == 6];
	struct arena arena;
	int err;

	arena_init(&arena);
	err = text->parse((struct span){ line, n }, text, &arena, sock);
	arena_fini(&arena);
	return err;
}

static struct fdmap_sock sock_of(enum fdmap_sock_table table, int version, const char *line)
{
	struct fdmap_sock sock;

	ck_assert_int_eq(parse(table, version, line, strlen(line), &sock), 0);
	ck_assert_uint_eq(sock.table, table);
	ck_assert_int_eq(sock.family, version == 6 ? AF_INET6 : AF_INET);
	return sock;
}

/* A socket by hand, ends in text; NULL: none. */
static struct fdmap_sock made(enum fdmap_sock_table table, const char *local, uint16_t lport,
			      const char *remote, uint16_t rport, uint8_t state)
{
	struct fdmap_sock s = { .table = (uint8_t)table, .family = AF_INET, .state = state };

	s.lport = lport;
	s.rport = rport;
	s.ino = UINT64_C(6000000000);
	if ((local && strchr(local, ':')) || (remote && strchr(remote, ':')))
		s.family = AF_INET6;
	if (local)
		ck_assert_int_eq(inet_pton(s.family, local, &s.laddr), 1);
	if (remote)
		ck_assert_int_eq(inet_pton(s.family, remote, &s.raddr), 1);
	return s;
}

static void check_name(const struct fdmap_sock *s, unsigned how, const char *want)
{
	struct buf out;

	buf_init(&out);
	families[s->table]->describe(s, NULL, how, &out);
	families[s->table]->info(s, how, 0, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

static void check_look(const struct fdmap_sock *s, const char *type, const char *device,
		       const char *node)
{
	struct fdmap_look look = { .has = FDMAP_HAS_OFFSET };

	families[s->table]->look(s, &look);
	ck_assert_str_eq(look.type, type);
	ck_assert_str_eq(look.device, device);
	ck_assert_str_eq(look.node, node);
	ck_assert_uint_eq(look.has, FDMAP_HAS_OFFSET);
}

START_TEST(test_tcp_row)
{
	struct fdmap_sock s = sock_of(FDMAP_TCP, 4, LISTENER);

	ck_assert_uint_eq(s.ino, 5303);
	ck_assert_uint_eq(s.lport, 18080);
	ck_assert_uint_eq(s.rport, 0);
	ck_assert_uint_eq(s.state, 10);
	ck_assert_uint_eq(s.wq, 5);
	ck_assert_uint_eq(s.rq, 3);
	ck_assert_int_eq(s.type, SOCK_STREAM);
	ck_assert_int_eq(s.proto, IPPROTO_TCP);
	ck_assert(addr_is_any(AF_INET, &s.raddr));
	check_look(&s, "IPv4", "5303", "TCP");
}
END_TEST

START_TEST(test_udp_rows)
{
	struct fdmap_sock s = sock_of(
		FDMAP_UDP, 6,
		"12345: 00000000000000000000000001000000:D3D9 "
		"00000000000000000000000001000000:46A2 01 00000000:00000000 00:00000000 00000000"
		"     0        0 5311 2 0000000000000000 0");

	ck_assert_uint_eq(s.lport, 54233);
	ck_assert_uint_eq(s.rport, 18082);
	ck_assert_uint_eq(s.ino, 5311);
	ck_assert_int_eq(s.type, SOCK_DGRAM);
	check_look(&s, "IPv6", "5311", "UDP");
	s = sock_of(FDMAP_UDPLITE, 4,
		    "14263: 0100007F:1E61 00000000:0000 07 00000000:00000000 00:00000000 00000000"
		    "     0        0 18446744073709551615 2 00000000810104aa 0          ");
	ck_assert_uint_eq(s.ino, UINT64_MAX);
	ck_assert_int_eq(s.proto, IPPROTO_UDPLITE);
	check_look(&s, "IPv4", "18446744073709551615", "UDPLITE");
}
END_TEST

START_TEST(test_rows_of_no_process)
{
	/* TIME_WAIT: inode 0, a timer of more digits, a timeout below zero. */
	struct fdmap_sock s = sock_of(
		FDMAP_TCP, 4,
		"  12: 0100007F:46A0 0100007F:9C40 06 00000000:00000000 03:100000176F 00000000"
		"     0       -1 0 3 00000000c8f11d9e");

	ck_assert_uint_eq(s.ino, 0);
	ck_assert_uint_eq(s.state, 6);
}
END_TEST

/* Every beginning of a row is refused until its pointer has begun. */
START_TEST(test_half_rows)
{
	size_t whole = (size_t)(strstr(LISTENER, " 1 0000000081493892") - LISTENER) + 3;
	struct fdmap_sock s;

	for (size_t n = 0; n <= whole; n++)
		ck_assert_int_eq(parse(FDMAP_TCP, 4, LISTENER, n, &s), -EINVAL);
	for (size_t n = whole + 1; n < sizeof(LISTENER); n++) {
		ck_assert_int_eq(parse(FDMAP_TCP, 4, LISTENER, n, &s), 0);
		ck_assert_uint_eq(s.ino, 5303);
	}
}
END_TEST

static int parse_inode(const char *ino)
{
	struct fdmap_sock s;
	char line[200];

	(void)snprintf(line, sizeof(line),
		       "1: 0100007F:46A0 00000000:0000 0A 00000000:00000000 0 0 0 0 %s 1 0", ino);
	return parse(FDMAP_TCP, 4, line, strlen(line), &s);
}

START_TEST(test_bad_rows)
{
	static const char *const bad[] = {
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
		"   x: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:0 0 0 0 5303 1 0",
		"   1: 0100007F:46A0 00000000:0000 0AA 00000000:00000000 00:0 0 0 0 5303 1 0",
		"   1: 0100007F:46A0 00000000:0000 0A 000000000:00000000 00:0 0 0 0 5303 1 0",
		"   1: 0100007F:46A00 00000000:0000 0A 00000000:00000000 00:0 0 0 0 5303 1 0",
		"   1: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:0 0 0 0 -5 1 0",
		"   1: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:0 0 0 0 53x 1 0",
		"   1: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:0 0 0 0 5303 x 0",
	};
	struct fdmap_sock s;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(parse(FDMAP_TCP, 4, bad[i], strlen(bad[i]), &s) == -EINVAL, "%zu", i);
	/* An inode beyond 64 bits; one less is the largest. */
	ck_assert_int_eq(parse_inode("18446744073709551616"), -EINVAL);
	ck_assert_int_eq(parse_inode("18446744073709551615"), 0);
	/* A row of the other version is none. */
	ck_assert_int_eq(parse(FDMAP_TCP, 6, LISTENER, strlen(LISTENER), &s), -EINVAL);
}
END_TEST

START_TEST(test_tcp_names)
{
	struct fdmap_sock s = made(FDMAP_TCP, "127.0.0.1", 49652, "127.0.0.1", 18080, 1);

	s.rq = 7;
	s.wq = UINT32_MAX;
	check_name(&s, 0, "127.0.0.1:49652->127.0.0.1:18080");
	check_name(&s, INFO_STATE, "127.0.0.1:49652->127.0.0.1:18080 (ESTABLISHED)");
	check_name(&s, INFO_BOTH,
		   "127.0.0.1:49652->127.0.0.1:18080 (ESTABLISHED QR=7 QS=4294967295)");
	check_name(&s, FDMAP_NAME_QUEUES, "127.0.0.1:49652->127.0.0.1:18080 (QR=7 QS=4294967295)");
	check_name(&s, FDMAP_NAME_INFO, "127.0.0.1:49652->127.0.0.1:18080 ");
	s = made(FDMAP_TCP, "::", 80, NULL, 0, 10);
	check_name(&s, INFO_STATE, "*:80 (LISTEN)");
	s = made(FDMAP_TCP, "::ffff:10.0.0.1", 80, "::ffff:10.0.0.2", 5000, 8);
	check_name(&s, INFO_STATE, "10.0.0.1:80->10.0.0.2:5000 (CLOSE_WAIT)");
	check_look(&s, "IPv6", "6000000000", "TCP");
	s = made(FDMAP_TCP, NULL, 0, "::1", 9, 12);
	check_name(&s, INFO_STATE, "->[::1]:9 (UNKNOWN_TCP_STATE_12)");
	/* No blank is put before the state when there is no name before it. */
	s = made(FDMAP_TCP, NULL, 0, NULL, 0, 7);
	check_name(&s, INFO_STATE, "(CLOSE)");
}
END_TEST

/* What was in the buffer before is not the name. */
START_TEST(test_name_is_appended)
{
	struct fdmap_sock s = made(FDMAP_TCP, NULL, 0, NULL, 0, 7);
	struct buf out;

	buf_init(&out);
	buf_puts(&out, "n");
	families[FDMAP_TCP]->describe(&s, NULL, INFO_STATE, &out);
	families[FDMAP_TCP]->info(&s, INFO_STATE, 1, &out);
	ck_assert_str_eq(buf_str(&out), "n(CLOSE)");
	buf_fini(&out);
}
END_TEST

START_TEST(test_udp_names)
{
	struct fdmap_sock s = made(FDMAP_UDP, NULL, 18082, NULL, 0, 7);

	check_name(&s, 0, "*:18082");
	check_name(&s, INFO_STATE, "*:18082 ");
	check_name(&s, INFO_BOTH, "*:18082 (QR=0 QS=0)");
	s.state = 1;
	check_name(&s, INFO_STATE, "*:18082 (ESTABLISHED)");
	check_name(&s, FDMAP_NAME_QUEUES, "*:18082 (QR=0 QS=0)");
	s = made(FDMAP_UDPLITE, "127.0.0.1", 7777, "127.0.0.1", 8, 1);
	check_name(&s, INFO_STATE, "127.0.0.1:7777->127.0.0.1:8 ");
	check_name(&s, INFO_BOTH, "127.0.0.1:7777->127.0.0.1:8 (QR=0 QS=0)");
}
END_TEST

static const char *any_service(void *ctx, uint16_t port, const char *proto)
{
	(void)ctx;
	(void)port;
	return proto;
}

START_TEST(test_port_names)
{
	static const enum fdmap_sock_table tables[] = { FDMAP_TCP, FDMAP_UDP, FDMAP_UDPLITE };
	static const char *const want[] = { "*:tcp", "*:udp", "*:7" };
	const struct namer namer = { .service = any_service };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		struct fdmap_sock s = made(tables[i], NULL, 7, NULL, 0, 7);
		struct buf out;

		buf_init(&out);
		families[tables[i]]->describe(&s, &namer, 0, &out);
		ck_assert_str_eq(buf_str(&out), want[i]);
		buf_fini(&out);
	}
}
END_TEST

START_TEST(test_states)
{
	static const char *const names[] = {
		"CLOSED",
		"ESTABLISHED",
		"SYN_SENT",
		"SYN_RECV",
		"FIN_WAIT1",
		"FIN_WAIT2",
		"TIME_WAIT",
		"CLOSE",
		"CLOSE_WAIT",
		"LAST_ACK",
		"LISTEN",
		"CLOSING",
		"UNKNOWN_TCP_STATE_12",
		"UNKNOWN_TCP_STATE_13",
		"UNKNOWN_TCP_STATE_14",
		"UNKNOWN_TCP_STATE_15",
	};

	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		struct fdmap_sock s = made(FDMAP_TCP, NULL, 1, NULL, 0, (uint8_t)i);

		ck_assert_str_eq(families[FDMAP_TCP]->state(&s), names[i]);
		s.table = FDMAP_UDP;
		if (i == 1)
			ck_assert_str_eq(families[FDMAP_UDP]->state(&s), names[i]);
		else
			ck_assert_ptr_null(families[FDMAP_UDP]->state(&s));
	}
	ck_assert_str_eq(inet_state_name(255), "UNKNOWN_TCP_STATE");
	ck_assert_ptr_null(families[FDMAP_UDPLITE]->state);
}
END_TEST

UNIT_MAIN("inet", test_tcp_row, test_udp_rows, test_rows_of_no_process, test_half_rows,
	  test_bad_rows, test_tcp_names, test_name_is_appended, test_udp_names, test_port_names,
	  test_states)
