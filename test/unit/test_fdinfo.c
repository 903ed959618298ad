/* SPDX-License-Identifier: MIT */
/* PID/fdinfo: positions, flags, and what the kinds tell. */
#include "proc/fdinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "test/lib/unit.h"

static struct arena arena;

static struct fdinfo parse(const char *text)
{
	struct fdinfo info;

	memset(&info, 0xa5, sizeof(info));
	ck_assert_int_eq(parse_fdinfo((struct span){ text, strlen(text) }, &arena, &info), 0);
	return info;
}

START_TEST(test_common)
{
	struct fdinfo i = parse("pos:\t69\nflags:\t02100002\nmnt_id:\t27\nino:\t10952732\n"
				"lock:\t1: POSIX  ADVISORY  WRITE 2200 fe:00:10952732 0 EOF\n");

	ck_assert(i.has_pos && i.has_flags);
	ck_assert_uint_eq(i.pos, 69);
	ck_assert_uint_eq(i.flags, 02100002);
	ck_assert_uint_eq(i.mnt_id, 27);
	ck_assert(!i.anon.has_id);
	ck_assert_int_eq(i.anon.pid, 0);
	ck_assert_uint_eq(i.anon.ntfds, 0);
	ck_assert_ptr_null(i.anon.tfds);
}
END_TEST

START_TEST(test_positions)
{
	/* PID/mem counts its position without a sign, the kernel prints it with one. */
	ck_assert_uint_eq(parse("pos:\t-4096\n").pos, UINT64_C(0xfffffffffffff000));
	ck_assert_uint_eq(parse("pos:\t9223372036854775807\n").pos, INT64_MAX);
	ck_assert_uint_eq(parse("pos:\t-9223372036854775808\n").pos, UINT64_C(1) << 63);
	ck_assert(!parse("pos:\t9223372036854775808\n").has_pos);
	ck_assert(!parse("pos:\t-9223372036854775809\n").has_pos);
	ck_assert(!parse("pos:\t99999999999999999999999\n").has_pos);
	ck_assert(!parse("pos:\t12x\n").has_pos);
	ck_assert(!parse("pos:\t\n").has_pos);
	ck_assert(!parse(" pos:\t1\n").has_pos);
	ck_assert(!parse("flags:\t09\n").has_flags);
	ck_assert(!parse("flags:\t77777777777777\n").has_flags);
}
END_TEST

START_TEST(test_cut)
{
	struct fdinfo i = parse("pos:\t12\nflags:\t021");

	ck_assert(i.has_pos);
	ck_assert(!i.has_flags);
	ck_assert(!parse("pos:\t1").has_pos);
	ck_assert(!parse("").has_pos);
}
END_TEST

START_TEST(test_first_counts)
{
	struct fdinfo i = parse("pos:\t1\nflags:\t01\nmnt_id:\t3\nPid:\t7\nname:\tx\n"
				"pos:\t2\nflags:\t02\nmnt_id:\t4\nPid:\t8\n");

	ck_assert_uint_eq(i.pos, 1);
	ck_assert_uint_eq(i.flags, 1);
	ck_assert_uint_eq(i.mnt_id, 3);
	ck_assert_int_eq(i.anon.pid, 7);
	/* 0 was told, too. */
	ck_assert_int_eq(parse("Pid:\t0\nPid:\t8\n").anon.pid, 0);
}
END_TEST

START_TEST(test_eventfd)
{
	struct fdinfo i = parse("eventfd-count:                3\neventfd-id: 0\n");

	ck_assert(i.anon.has_id);
	ck_assert_uint_eq(i.anon.id, 0);
	ck_assert_uint_eq(parse("eventfd-id: 8589934592\n").anon.id, UINT64_C(8589934592));
	ck_assert(!parse("eventfd-id: -1\n").anon.has_id);
}
END_TEST

START_TEST(test_pidfd)
{
	ck_assert_int_eq(parse("Pid:\t1\nNSpid:\t1\n").anon.pid, 1);
	ck_assert_int_eq(parse("Pid:\t-1\nNSpid:\t-1\n").anon.pid, -1);
	ck_assert_int_eq(parse("Pid:\t-2\n").anon.pid, 0);
	ck_assert_int_eq(parse("Pid:\t4294967296\n").anon.pid, 0);
}
END_TEST

START_TEST(test_eventpoll)
{
	struct fdinfo i = parse(
		"tfd:       11 events:       1f data:                b  pos:0 ino:14be sdev:9\n"
		"tfd:        3 events:       1f data:                3  pos:0 ino:14b7 sdev:9\n"
		"tfd:       11 events:       1f data:                b  pos:0 ino:14bf sdev:9\n"
		"tfd:       -4 events:       1f\ntfd: 99999999999 events:\ntfd: x\n"
		"tfd:        1");

	ck_assert_uint_eq(i.anon.ntfds, 2);
	ck_assert_int_eq(i.anon.tfds[0], 3);
	ck_assert_int_eq(i.anon.tfds[1], 11);
}
END_TEST

START_TEST(test_large_eventpoll)
{
	struct buf b;
	struct fdinfo i;

	buf_init(&b);
	for (int n = 20000; n > 0; n--)
		buf_printf(&b, "tfd: %8d events:       1f\n", n);
	i = parse(buf_str(&b));
	ck_assert_uint_eq(i.anon.ntfds, 20000);
	for (int n = 0; n < 20000; n++)
		ck_assert_int_eq(i.anon.tfds[n], n + 1);
	buf_fini(&b);
}
END_TEST

START_TEST(test_no_memory)
{
	struct arena empty;
	struct fdinfo info;
	static const char text[] = "pos:\t5\ntfd: 3\n";

	arena_init(&empty);
	empty.failed = true;
	ck_assert_int_eq(parse_fdinfo((struct span){ text, strlen(text) }, &empty, &info), -ENOMEM);
	arena_fini(&empty);
}
END_TEST

START_TEST(test_tty)
{
	struct fdinfo i = parse("pos:\t0\nflags:\t0100002\nmnt_id:\t24\nino:\t91\ntty-index:\t3\n"
				"tty-index:\t4\n");

	ck_assert(i.has_tty);
	ck_assert_uint_eq(i.tty, 3);
	ck_assert(!parse("pos:\t0\ntty-index:\t-1\n").has_tty);
	ck_assert(!parse("pos:\t0\ntty-index:\t4294967296\n").has_tty);
	ck_assert(!parse("pos:\t0\ntty-index:\t3").has_tty);
}
END_TEST

UNIT_MAIN("fdinfo", test_tty, test_common, test_positions, test_cut, test_first_counts, test_eventfd,
	  test_pidfd, test_eventpoll, test_large_eventpoll, test_no_memory)
