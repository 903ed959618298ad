/* SPDX-License-Identifier: MIT */
/* Raw and ping sockets. */
#include <errno.h>
#include <string.h>

#include "net/family.h"
#include "test/lib/unit.h"

#define ZEROES "00000000000000000000000000000000"

static int parse(enum fdmap_sock_table table, int version, const char *line,
		 struct fdmap_sock *sock)
{
	const struct socktext *text = &families[table]->texts[version == 6];

	return text->parse((struct span){ line, strlen(line) }, text, NULL, sock);
}

static struct fdmap_sock sock_of(enum fdmap_sock_table table, int version, const char *line)
{
	struct fdmap_sock sock;

	ck_assert_int_eq(parse(table, version, line, &sock), 0);
	ck_assert_uint_eq(sock.table, table);
	return sock;
}

/* All bits of `how` change nothing. */
static void check_name(const struct fdmap_sock *s, const char *want)
{
	static const unsigned how[] = { 0, FDMAP_NAME_STATE | FDMAP_NAME_QUEUES, FDMAP_NAME_INFO };

	for (size_t i = 0; i < ARRAY_LEN(how); i++) {
		struct buf out;

		buf_init(&out);
		families[s->table]->describe(s, NULL, how[i], &out);
		ck_assert_str_eq(buf_str(&out), want);
		buf_fini(&out);
	}
}

static void check_look(const struct fdmap_sock *s, const char *type, bool inode)
{
	struct fdmap_look look = { .has = FDMAP_HAS_OFFSET };

	families[s->table]->look(s, &look);
	ck_assert_str_eq(look.type, type);
	ck_assert_str_eq(look.device, "");
	ck_assert_str_eq(look.node, "");
	ck_assert_uint_eq(look.has, FDMAP_HAS_OFFSET | (inode ? FDMAP_HAS_INODE : 0));
	ck_assert_uint_eq(look.ino, inode ? s->ino : 0);
}

START_TEST(test_raw)
{
	struct fdmap_sock s = sock_of(
		FDMAP_RAW, 4,
		" 222: 0100007F:0001 0200007F:0000 07 00000000:00000000 00:00000000 00000000"
		"     0        0 5314 2 00000000984d5bf3 0");

	ck_assert_uint_eq(s.lport, 1);
	ck_assert_uint_eq(s.proto, 1);
	ck_assert_int_eq(s.type, SOCK_RAW);
	check_look(&s, "raw", true);
	check_name(&s, "0100007F:0001->0200007F:0000 st=07");
}
END_TEST

START_TEST(test_raw6)
{
	struct fdmap_sock s = sock_of(FDMAP_RAW, 6,
				      "  58: " ZEROES ":003A " ZEROES
				      ":0000 1A 00000000:00000000 00:00000000 00000000"
				      "     0        0 5000000000 2 0000000000000000 0");

	ck_assert_uint_eq(s.ino, UINT64_C(5000000000));
	ck_assert_uint_eq(s.proto, 58);
	check_look(&s, "raw6", true);
	check_name(&s, ZEROES ":003A->" ZEROES ":0000 st=1A");
}
END_TEST

START_TEST(test_icmp)
{
	struct fdmap_sock s = sock_of(
		FDMAP_ICMP, 4,
		"   44: 0100007F:ED16 0100007F:0000 01 00000000:00000000 00:00000000 00000000"
		"     0        0 5321 2 0000000009664e8a 0          ");

	ck_assert_int_eq(s.type, SOCK_DGRAM);
	ck_assert_int_eq(s.proto, IPPROTO_ICMP);
	check_look(&s, "icmp", true);
	check_name(&s, "0100007F:ED16->0100007F:0000");
}
END_TEST

START_TEST(test_icmp6_has_no_face)
{
	struct fdmap_sock s = sock_of(FDMAP_ICMP, 6,
				      "   45: " ZEROES ":ED17 " ZEROES
				      ":0000 07 00000000:00000000 00:00000000 00000000"
				      "     0        0 5322 2 00000000007a9e1e 0");

	ck_assert_uint_eq(s.ino, 5322);
	ck_assert_int_eq(s.proto, IPPROTO_ICMPV6);
	check_look(&s, "sock", false);
	check_name(&s, "protocol: PINGv6");
}
END_TEST

START_TEST(test_bad_rows)
{
	struct fdmap_sock s;

	ck_assert_int_eq(parse(FDMAP_RAW, 4, "", &s), -EINVAL);
	ck_assert_int_eq(parse(FDMAP_RAW, 4, "  sl  local_address rem_address   st", &s), -EINVAL);
	ck_assert_int_eq(parse(FDMAP_RAW, 6,
			       " 222: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 "
			       "00000000     0        0 5314 2 00000000984d5bf3 0",
			       &s),
			 -EINVAL);
	ck_assert_int_eq(
		parse(FDMAP_ICMP, 4,
		      "   44: 0100007F:ED16 0100007F:0000 01 00000000:00000000 00:00000000 "
		      "00000000     0        0 53",
		      &s),
		-EINVAL);
}
END_TEST

UNIT_MAIN("rawicmp", test_raw, test_raw6, test_icmp, test_icmp6_has_no_face, test_bad_rows)
