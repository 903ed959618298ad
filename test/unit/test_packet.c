/* SPDX-License-Identifier: MIT */
/* Packet sockets. */
#include <errno.h>
#include <string.h>

#include "net/family.h"
#include "test/lib/unit.h"

static int parse(const char *line, struct fdmap_sock *sock)
{
	const struct socktext *text = families[FDMAP_PACKET]->texts;

	return text->parse((struct span){ line, strlen(line) }, text, NULL, sock);
}

static void check_name(int type, const char *want)
{
	struct fdmap_sock s = { .table = FDMAP_PACKET, .type = (uint8_t)type };
	struct buf out;

	buf_init(&out);
	families[FDMAP_PACKET]->describe(&s, NULL, FDMAP_NAME_STATE | FDMAP_NAME_QUEUES, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

static void check_node(unsigned proto, const char *want)
{
	struct fdmap_sock s = { .table = FDMAP_PACKET, .proto = (uint16_t)proto };
	struct fdmap_look look = { 0 };

	families[FDMAP_PACKET]->look(&s, &look);
	ck_assert_str_eq(look.node, want);
}

START_TEST(test_row)
{
	struct fdmap_look look = { .has = FDMAP_HAS_OFFSET };
	struct fdmap_sock s;

	ck_assert_int_eq(parse("00000000c879ca4f 3      2    0800   4294967295 1 4096   0      "
			       "5317  ",
			       &s),
			 0);
	ck_assert_uint_eq(s.table, FDMAP_PACKET);
	ck_assert_int_eq(s.family, AF_PACKET);
	ck_assert_int_eq(s.type, SOCK_DGRAM);
	ck_assert_uint_eq(s.proto, 0x800);
	ck_assert_uint_eq(s.ifindex, UINT32_MAX);
	ck_assert_uint_eq(s.rq, 4096);
	ck_assert_uint_eq(s.ino, 5317);
	families[FDMAP_PACKET]->look(&s, &look);
	ck_assert_str_eq(look.type, "pack");
	ck_assert_str_eq(look.device, "5317");
	ck_assert_str_eq(look.node, "IP");
	ck_assert_uint_eq(look.has, FDMAP_HAS_OFFSET);
}
END_TEST

/* It was bound to an interface that is gone. */
START_TEST(test_gone)
{
	struct fdmap_sock s;

	ck_assert_int_eq(parse("0 2      3    0003   -1    0 0      0      281799056", &s), 0);
	ck_assert_uint_eq(s.ifindex, 0);
	ck_assert_uint_eq(s.ino, 281799056);
}
END_TEST

START_TEST(test_bad_rows)
{
	static const char *const bad[] = {
		"",
		"sk               RefCnt Type Proto  Iface R Rmem   User   Inode",
		"0 3 2 0800 0 1 0 0",
		"0 3 2 0800 0 1 0 0 ",
		"0 3 2 0800 0 1 0 0 12 13",
		"0 3 2 0800 0 1 0 0 1g",
		"0 3 256 0800 0 1 0 0 12",
		"0 3 2 800 0 1 0 0 12",
		"0 3 2 10800 0 1 0 0 12",
		"0 3 2 0800 4294967296 1 0 0 12",
		"0 3 2 0800 -2 1 0 0 12",
		"0 3 2 0800 -11 1 0 0 12",
		"0 3 2 0800 0 1 0 0 18446744073709551616",
	};
	struct fdmap_sock s;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(parse(bad[i], &s) == -EINVAL, "%s", bad[i]);
}
END_TEST

START_TEST(test_types)
{
	check_name(SOCK_RAW, "type=SOCK_RAW");
	check_name(SOCK_DGRAM, "type=SOCK_DGRAM");
	check_name(SOCK_PACKET, "type=SOCK_PACKET");
	check_name(SOCK_STREAM, "type=unknown");
}
END_TEST

START_TEST(test_ethertypes)
{
	check_node(0, "0");
	check_node(0x0003, "ALL");
	check_node(0x0008, "PPP MP");
	check_node(0x0a01, "I3EPUPA");
	check_node(0x0806, "ARP");
	check_node(0x86dd, "IPV6");
	check_node(0x88b5, "802_EX1");
	check_node(0x8917, "802.21");
	check_node(0xdadb, "DSAD1Q");
	check_node(0xfbfb, "AF_IUCV");
	check_node(0x1234, "4660");
	check_node(0xffff, "65535");
}
END_TEST

/* lsof's column holds seven characters. */
START_TEST(test_ethertypes_are_short)
{
	for (unsigned i = 0; i <= UINT16_MAX; i++) {
		struct fdmap_sock s = { .table = FDMAP_PACKET, .proto = (uint16_t)i };
		struct fdmap_look look = { 0 };

		families[FDMAP_PACKET]->look(&s, &look);
		ck_assert_msg(strlen(look.node) <= 7, "%s", look.node);
	}
}
END_TEST

UNIT_MAIN("packet", test_row, test_gone, test_bad_rows, test_types, test_ethertypes, test_ethertypes_are_short)
