/* SPDX-License-Identifier: MIT */
/* UNIX sockets: paths of every kind, states, and what must not become a row. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/family.h"
#include "test/lib/unit.h"

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static int parse(const char *line, struct fdmap_sock *sock)
{
	const struct socktext *text = families[FDMAP_UNIX]->texts;

	return text->parse((struct span){ line, strlen(line) }, text, &arena, sock);
}

static struct fdmap_sock sock_of(const char *line)
{
	struct fdmap_sock s;

	setup();
	ck_assert_msg(parse(line, &s) == 0, "%s", line);
	ck_assert_uint_eq(s.table, FDMAP_UNIX);
	ck_assert_int_eq(s.family, AF_UNIX);
	return s;
}

static void check_name(const struct fdmap_sock *s, unsigned how, const char *want)
{
	struct buf out;

	buf_init(&out);
	families[FDMAP_UNIX]->describe(s, NULL, how, &out);
	families[FDMAP_UNIX]->info(s, how, 0, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_listener)
{
	struct fdmap_sock s =
		sock_of("0000000030e2d501: 00000002 00000000 00010000 0001 01  5306 /tmp/zz");
	struct fdmap_look look = { .has = FDMAP_HAS_OFFSET };

	ck_assert_uint_eq(s.pointer, 0x30e2d501);
	ck_assert_uint_eq(s.flags, 0x10000);
	ck_assert_int_eq(s.type, SOCK_STREAM);
	ck_assert_uint_eq(s.state, 1);
	ck_assert_uint_eq(s.ino, 5306);
	ck_assert_str_eq(s.path, "/tmp/zz");
	check_name(&s, FDMAP_NAME_STATE, "/tmp/zz type=STREAM (LISTEN)");
	check_name(&s, 0, "/tmp/zz type=STREAM");
	check_name(&s, FDMAP_NAME_QUEUES, "/tmp/zz type=STREAM ");
	check_name(&s, FDMAP_NAME_INFO, "/tmp/zz type=STREAM ");
	check_name(&s, FDMAP_NAME_STATE | FDMAP_NAME_QUEUES, "/tmp/zz type=STREAM (LISTEN)");
	families[FDMAP_UNIX]->look(&s, &look);
	ck_assert_str_eq(look.type, "unix");
	ck_assert_str_eq(look.device, "0x0000000030e2d501");
	ck_assert_str_eq(look.node, "");
	ck_assert_uint_eq(look.ino, 5306);
	ck_assert_uint_eq(look.has, FDMAP_HAS_OFFSET | FDMAP_HAS_INODE);
	arena_fini(&arena);
}
END_TEST

START_TEST(test_paths_are_whole)
{
	static const char *const paths[] = {
		"/tmp/zz sock", "/a:b",	   "@abs name",		  "@", " leading", "trailing ",
		"  ",		"@@00001", "/x: 00000002 0001 01"
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		char line[256];
		struct fdmap_sock s;

		(void)snprintf(line, sizeof(line),
			       "ffff888100000000: 00000002 00000000 00000000 0002 01  5306 %s",
			       paths[i]);
		s = sock_of(line);
		ck_assert_str_eq(s.path, paths[i]);
		(void)snprintf(line, sizeof(line), "%s type=DGRAM (UNCONNECTED)", paths[i]);
		check_name(&s, FDMAP_NAME_STATE, line);
		arena_fini(&arena);
	}
}
END_TEST

START_TEST(test_no_path)
{
	struct fdmap_sock s =
		sock_of("0000000000000000: 00000003 00000000 00000000 0005 03 99999999999");
	struct fdmap_look look = { 0 };

	ck_assert_ptr_null(s.path);
	ck_assert_uint_eq(s.ino, UINT64_C(99999999999));
	check_name(&s, FDMAP_NAME_STATE, "type=SEQPACKET (CONNECTED)");
	families[FDMAP_UNIX]->look(&s, &look);
	ck_assert_str_eq(look.device, "0x0000000000000000");
	s = sock_of("0000000000000000: 00000003 00000000 00000000 0005 03 9 ");
	ck_assert_ptr_null(s.path);
	s = sock_of("(____ptrval____): 00000003 00000000 00000000 0005 03 9 @x");
	ck_assert_uint_eq(s.pointer, 0);
	ck_assert_uint_eq(s.ino, 9);
	arena_fini(&arena);
}
END_TEST

START_TEST(test_states_and_types)
{
	static const char *const states[] = { "UNKNOWN",   "UNCONNECTED",   "CONNECTING",
					      "CONNECTED", "DISCONNECTING", "UNKNOWN" };
	static const char *const types[] = { "unknown", "STREAM",    "DGRAM", "RAW",
					     "RDM",	"SEQPACKET", "DCCP",  "unknown" };
	struct fdmap_sock s = { .table = FDMAP_UNIX, .type = SOCK_STREAM };

	for (uint8_t i = 0; i < ARRAY_LEN(states); i++) {
		s.state = i;
		ck_assert_str_eq(families[FDMAP_UNIX]->state(&s), states[i]);
	}
	/* Listening is told only when its flag stands alone. */
	s.flags = 0x10000;
	ck_assert_str_eq(families[FDMAP_UNIX]->state(&s), "LISTEN");
	s.flags = 0x10001;
	ck_assert_str_eq(families[FDMAP_UNIX]->state(&s), "UNKNOWN");
	for (uint8_t i = 0; i < ARRAY_LEN(types); i++) {
		char want[32];

		s.type = i;
		(void)snprintf(want, sizeof(want), "type=%s", types[i]);
		check_name(&s, 0, want);
	}
	s.type = SOCK_PACKET;
	check_name(&s, 0, "type=PACKET");
}
END_TEST

START_TEST(test_bad_rows)
{
	static const char *const bad[] = {
		"",
		"Num       RefCount Protocol Flags    Type St Inode Path",
		"rest of a path",
		": 00000002 00000000 00010000 0001 01 5306",
		"30e2d501 00000002 00000000 00010000 0001 01 5306",
		"30e2d501:00000002 00000000 00010000 0001 01 5306",
		"30e2d501: 0000002 00000000 00010000 0001 01 5306",
		"30e2d501: 00000002 00000000 00010000 001 01 5306",
		"30e2d501: 00000002 00000000 00010000 0101 01 5306",
		"30e2d501: 00000002 00000000 00010000 0001 1 5306",
		"30e2d501: 00000002 00000000 00010000 0001 01",
		"30e2d501: 00000002 00000000 00010000 0001 01 ",
		"30e2d501: 00000002 00000000 00010000 0001 01 x",
		"30e2d501: 00000002 00000000 00010000 0001 01 -1 /x",
		"30e2d501: 00000002 00000000 00010000 0001 01 5306/x",
		"30e2d501: 00000002 00000000 00010000 0001 01 18446744073709551616 /x",
		"10000000030e2d501: 00000002 00000000 00010000 0001 01 5306 /x",
		"(____ptrval____: 00000002 00000000 00010000 0001 01 5306 /x",
	};
	struct fdmap_sock s;

	setup();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(parse(bad[i], &s) == -EINVAL, "%s", bad[i]);
	arena_fini(&arena);
}
END_TEST

START_TEST(test_no_memory)
{
	struct fdmap_sock s;

	setup();
	arena.failed = true;
	ck_assert_int_eq(parse("0: 00000002 00000000 00010000 0001 01 5306 /x", &s), -ENOMEM);
	arena_fini(&arena);
}
END_TEST

UNIT_MAIN("unix", test_listener, test_paths_are_whole, test_no_path, test_states_and_types,
	  test_bad_rows, test_no_memory)
