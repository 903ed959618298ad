/* SPDX-License-Identifier: MIT */
/* PID/stat: the name may hold anything. */
#include "proc/stat.h"

#include <errno.h>
#include <string.h>

#include "test/lib/unit.h"

static int parse(const char *text, struct stat_line *st)
{
	return parse_stat((struct span){ text, strlen(text) }, st);
}

static void expect_comm(const char *text, const char *comm)
{
	struct stat_line st;

	ck_assert_int_eq(parse(text, &st), 0);
	ck_assert_uint_eq(st.comm.n, strlen(comm));
	ck_assert_mem_eq(st.comm.p, comm, st.comm.n);
	ck_assert_uint_eq(st.pid, 5648);
	ck_assert_int_eq(st.state, 'S');
	ck_assert_int_eq(st.ppid, 12);
	ck_assert_int_eq(st.pgid, 34);
}

START_TEST(test_plain)
{
	expect_comm("5648 (sleep) S 12 34 2877 0 -1 4194368 18 0\n", "sleep");
	expect_comm("5648 (sleep) S 12 34\n", "sleep");
}
END_TEST

START_TEST(test_odd_comms)
{
	expect_comm("5648 () (x) S 12 34 0", ") (x");
	expect_comm("5648 () R 1 1 () S 12 34 0", ") R 1 1 (");
	expect_comm("5648 (a\nb) S 12 34 0", "a\nb");
	expect_comm("5648 () S 12 34 0", "");
	expect_comm("5648 ()) S 12 34 0", ")");
	expect_comm("5648 (() S 12 34 0", "(");
	expect_comm("5648 (\n) S 12 34 0", "\n");
	expect_comm("5648 (\xff\xfe) S 12 34 0", "\xff\xfe");
	/* Names of kernel workers are longer than 15 bytes. */
	expect_comm("5648 (kworker/u8:2-events_unbound) S 12 34 0", "kworker/u8:2-events_unbound");
}
END_TEST

START_TEST(test_numbers)
{
	struct stat_line st;

	ck_assert_int_eq(parse("4294967295 (x) Z 0 -1 -1 0", &st), 0);
	ck_assert_uint_eq(st.pid, UINT32_MAX);
	ck_assert_int_eq(st.state, 'Z');
	ck_assert_int_eq(st.ppid, 0);
	ck_assert_int_eq(st.pgid, -1);
	ck_assert_int_eq(parse("1 (x) S 2147483647 1 0", &st), 0);
	ck_assert_int_eq(st.ppid, INT32_MAX);
	ck_assert_int_eq(parse("4294967296 (x) S 1 1 0", &st), -EINVAL);
	ck_assert_int_eq(parse("1 (x) S 2147483648 1 0", &st), -EINVAL);
	ck_assert_int_eq(parse("1 (x) S 1 99999999999999999999999 0", &st), -EINVAL);
}
END_TEST

START_TEST(test_truncated)
{
	static const char text[] = "5648 (a) b) S 12 34 0";
	struct stat_line st;

	/* Whole up to the blank behind the group; "3" of "34" must not pass. */
	for (size_t n = 0; n < strlen("5648 (a) b) S 12 34 "); n++)
		ck_assert_int_eq(parse_stat((struct span){ text, n }, &st), -EINVAL);
	ck_assert_int_eq(parse_stat((struct span){ text, sizeof(text) - 1 }, &st), 0);
}
END_TEST

START_TEST(test_malformed)
{
	struct stat_line st;

	ck_assert_int_eq(parse("", &st), -EINVAL);
	ck_assert_int_eq(parse("x (x) S 1 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("-1 (x) S 1 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("1(x) S 1 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("1 x S 1 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("1 (x S 1 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("1 (x) SS 1 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("1 (x) S - 1 ", &st), -EINVAL);
	ck_assert_int_eq(parse("1 (x) S 1 1x ", &st), -EINVAL);
}
END_TEST

#define SIX_TO_21 " 0 -1 4194560 210 0 0 0 3 2 0 0 20 0 1 0 "

START_TEST(test_start)
{
	struct stat_line st;

	ck_assert_int_eq(parse("1 (a) 1 2) S 12 34 56" SIX_TO_21 "301 15437824\n", &st), 0);
	ck_assert_int_eq(st.sid, 56);
	ck_assert_uint_eq(st.start, 301);
	ck_assert_uint_eq(st.threads, 1);
	ck_assert_int_eq(parse("1 (x) S 12 34 -1" SIX_TO_21 "18446744073709551614\n", &st), 0);
	ck_assert_int_eq(st.sid, -1);
	ck_assert_uint_eq(st.start, UINT64_MAX - 1);
	/* What is cut, or no number, is not told; the rest is. */
	ck_assert_int_eq(parse("1 (x) S 12 34 56" SIX_TO_21 "301", &st), 0);
	ck_assert_int_eq(st.sid, 56);
	ck_assert_uint_eq(st.start, UINT64_MAX);
	ck_assert_int_eq(parse("1 (x) S 12 34 56" SIX_TO_21 "x 1\n", &st), 0);
	ck_assert_uint_eq(st.start, UINT64_MAX);
	ck_assert_int_eq(parse("1 (x) S 12 34 5", &st), 0);
	ck_assert_int_eq(st.sid, -1);
	ck_assert_uint_eq(st.start, UINT64_MAX);
	ck_assert_int_eq(parse("1 (x) S 12 34\n", &st), 0);
	ck_assert_int_eq(st.sid, -1);
}
END_TEST

#define TO_37 "301 15437824 211 18446744073709551615 1 2 3 0 0 0 16387 1 0 0 0 0 "

START_TEST(test_task)
{
	struct stat_line st;

	ck_assert_int_eq(parse("1 (a) S 12 34 56" SIX_TO_21 TO_37 "-1 2 0\n", &st), 0);
	ck_assert(st.is_task);
	ck_assert_uint_eq(st.start, 301);
	ck_assert_int_eq(parse("1 (a) S 12 34 56" SIX_TO_21 TO_37 "17 2 0\n", &st), 0);
	ck_assert(!st.is_task);
	/* A child that is waited for with __WCLONE. */
	ck_assert_int_eq(parse("1 (a) S 12 34 56" SIX_TO_21 TO_37 "0 2 0\n", &st), 0);
	ck_assert(!st.is_task);
	ck_assert_int_eq(parse("1 (a) S 12 34 56" SIX_TO_21 TO_37 "-1", &st), 0);
	ck_assert(!st.is_task);
	ck_assert_int_eq(parse("1 (a) S 12 34 56" SIX_TO_21 TO_37, &st), 0);
	ck_assert(!st.is_task);
}
END_TEST

UNIT_MAIN("stat", test_plain, test_start, test_task, test_odd_comms, test_numbers, test_truncated, test_malformed)
