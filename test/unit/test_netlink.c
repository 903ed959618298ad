/* SPDX-License-Identifier: MIT */
/* Netlink sockets. */
#include <errno.h>
#include <string.h>

#include "net/family.h"
#include "test/lib/unit.h"

static int parse(const char *line, struct fdmap_sock *sock)
{
	const struct socktext *text = families[FDMAP_NETLINK]->texts;

	return text->parse((struct span){ line, strlen(line) }, text, NULL, sock);
}

static void check_name(unsigned proto, const char *want)
{
	struct fdmap_sock s = { .table = FDMAP_NETLINK, .proto = (uint16_t)proto };
	struct buf out;

	buf_init(&out);
	families[FDMAP_NETLINK]->describe(&s, NULL, FDMAP_NAME_STATE | FDMAP_NAME_QUEUES, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_row)
{
	struct fdmap_look look = { .has = FDMAP_HAS_OFFSET };
	struct fdmap_sock s;

	ck_assert_int_eq(parse("00000000569ca3b2 15  2200       00000440 12       7        0     "
			       "2        0        5000000001",
			       &s),
			 0);
	ck_assert_uint_eq(s.table, FDMAP_NETLINK);
	ck_assert_int_eq(s.family, AF_NETLINK);
	ck_assert_uint_eq(s.proto, 15);
	ck_assert_uint_eq(s.rq, 12);
	ck_assert_uint_eq(s.wq, 7);
	ck_assert_uint_eq(s.ino, UINT64_C(5000000001));
	families[FDMAP_NETLINK]->look(&s, &look);
	ck_assert_str_eq(look.type, "netlink");
	ck_assert_str_eq(look.device, "");
	ck_assert_str_eq(look.node, "");
	ck_assert_uint_eq(look.ino, UINT64_C(5000000001));
	ck_assert_uint_eq(look.has, FDMAP_HAS_OFFSET | FDMAP_HAS_INODE);
}
END_TEST

/* Before Linux 3.10 a port of the kernel's own was printed as -4097. */
START_TEST(test_port_below_zero)
{
	struct fdmap_sock s;

	ck_assert_int_eq(parse("ffff88003 0 -4097 00000000 0 0 (null) 2 0 77    ", &s), 0);
	ck_assert_uint_eq(s.ino, 77);
}
END_TEST

START_TEST(test_bad_rows)
{
	static const char *const bad[] = {
		"",
		"sk       Eth Pid        Groups   Rmem     Wmem   Dump  Locks  Drops  Inode",
		"0 0 0 0 0 0 0 2 0",
		"0 0 0 0 0 0 0 2 0 ",
		"0 0 0 0 0 0 0 2 0 12 13",
		"0 0 0 0 0 0 0 2 0 12x",
		"0 65536 0 0 0 0 0 2 0 12",
		"0 0 0 0 -1 0 0 2 0 12",
		"0 0 0 0 0 0 0 2 0 18446744073709551616",
	};
	struct fdmap_sock s;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(parse(bad[i], &s) == -EINVAL, "%s", bad[i]);
}
END_TEST

START_TEST(test_names)
{
	check_name(0, "ROUTE");
	check_name(4, "INET_DIAG");
	check_name(15, "KOBJECT_UEVENT");
	check_name(16, "GENERIC");
	check_name(17, "unknown protocol: 17");
	check_name(18, "SCSITRANSPORT");
	check_name(22, "SMC");
	check_name(23, "unknown protocol: 23");
}
END_TEST

UNIT_MAIN("netlink", test_row, test_port_below_zero, test_bad_rows, test_names)
