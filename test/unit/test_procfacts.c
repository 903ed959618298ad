/* SPDX-License-Identifier: MIT */
/* Files that tell of a process: arguments, status, limits; and of the system: clock, capabilities. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "proc/cmdline.h"
#include "proc/limits.h"
#include "proc/status.h"
#include "proc/system.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define NS 1000000000ull

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static void expect_args(const char *text, size_t n, size_t len)
{
	struct span got = parse_cmdline((struct span){ text, n });

	ck_assert_ptr_eq(got.p, text);
	ck_assert_uint_eq(got.n, len);
}

START_TEST(test_cmdline)
{
	expect_args("", 0, 0);
	expect_args("sshd\0-D\0", 8, 7);
	expect_args("sshd\0\0-D\0", 9, 8);
	/* written over */
	expect_args("nginx: worker\0\0\0\0", 17, 13);
	expect_args("postgres: a b", 13, 13);
	expect_args("\0", 1, 0);
	expect_args("\0\0x\0", 4, 3);
}
END_TEST

START_TEST(test_status)
{
	struct status st;

	ck_assert_int_eq(parse_status(span_of("Name:\tsshd\nTgid:\t812\nNStgid:\t812\t7\t1\n"
					      "NSpid:\t815\t8\t2\nCapPrm:\t01\n"
					      "CapEff:\t000001fffeffffff\nCapBnd:\t02\n"), &st), 0);
	ck_assert_uint_eq(st.nnspids, 3);
	ck_assert_int_eq(st.nspids[0], 812);
	ck_assert_int_eq(st.nspids[1], 7);
	ck_assert_int_eq(st.nspids[2], 1);
	ck_assert_uint_eq(st.caps, 0x1fffeffffff);
	/* A kernel without PID namespaces. */
	ck_assert_int_eq(parse_status(span_of("CapEff:\t0000000000000000\n"), &st), 0);
	ck_assert_uint_eq(st.nnspids, 0);
	ck_assert_uint_eq(st.caps, 0);
	ck_assert_int_eq(parse_status(span_of(""), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("Name:\tNStgid:\\t1\n"), &st), -EINVAL);
	/* Half a line may be half a number. */
	ck_assert_int_eq(parse_status(span_of("NStgid:\t812"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("CapEff:\t0000"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("NStgid:\t812\nCapEff:\t00"), &st), 0);
	ck_assert_uint_eq(st.nnspids, 1);
}
END_TEST

START_TEST(test_status_odd)
{
	char text[1024] = "NStgid:";
	struct status st;

	ck_assert_int_eq(parse_status(span_of("NStgid:\t812 x\n"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("NStgid:\t-1\n"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("NStgid:\t2147483648\n"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("NStgid:\n"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("CapEff:\t1x\n"), &st), -EINVAL);
	ck_assert_int_eq(parse_status(span_of("CapEff:\t10000000000000000\n"), &st), -EINVAL);
	for (int i = 0; i < STATUS_LEVELS; i++)
		strcat(text, "\t1");
	strcat(text, "\n");
	ck_assert_int_eq(parse_status(span_of(text), &st), 0);
	ck_assert_uint_eq(st.nnspids, STATUS_LEVELS);
	text[strlen(text) - 1] = '\0';
	strcat(text, "\t1\n");
	ck_assert_int_eq(parse_status(span_of(text), &st), -EINVAL);
}
END_TEST

static void expect_nofile(const char *text, int err, uint64_t want)
{
	uint64_t n = 77;

	ck_assert_int_eq(parse_nofile(span_of(text), &n), err);
	if (err == 0)
		ck_assert_uint_eq(n, want);
}

START_TEST(test_limits)
{
	expect_nofile("Limit                     Soft Limit           Hard Limit           Units\n"
		      "Max core file size        0                    unlimited            bytes\n"
		      "Max open files            1024                 524288               files\n"
		      "Max locked memory         8388608              8388608              bytes\n",
		      0, 1024);
	expect_nofile("Max open files            0                    0                    files\n",
		      0, 0);
	expect_nofile("Max open files            unlimited            unlimited            files\n",
		      0, UINT64_MAX);
	expect_nofile("Max open files 18446744073709551614 1 files\n", 0, UINT64_MAX - 1);
	expect_nofile("", -EINVAL, 0);
	expect_nofile("Max open files            10", -EINVAL, 0);
	expect_nofile("Max open files\n", -EINVAL, 0);
	expect_nofile("Max open files            1x 1 files\n", -EINVAL, 0);
	expect_nofile("Max open files            -1 1 files\n", -EINVAL, 0);
	expect_nofile("Max open filesystems      10 10 files\n", -EINVAL, 0);
}
END_TEST

START_TEST(test_clock)
{
	uint64_t v;

	ck_assert_int_eq(parse_btime(span_of("cpu  1 2\nintr 7\nbtime 1795215104\nprocesses 9\n"),
				     &v), 0);
	ck_assert_uint_eq(v, 1795215104);
	ck_assert_int_eq(parse_btime(span_of("cpu  1 2\n"), &v), -EINVAL);
	ck_assert_int_eq(parse_btime(span_of("btime 17952"), &v), -EINVAL);
	ck_assert_int_eq(parse_btime(span_of("btime -1\n"), &v), -EINVAL);
	ck_assert_int_eq(parse_btime(span_of("btime 99999999999\n"), &v), -EINVAL);
	ck_assert_int_eq(parse_uptime(span_of("23520.53 27878.75\n"), &v), 0);
	ck_assert_uint_eq(v, 23520530000000);
	ck_assert_int_eq(parse_uptime(span_of("0.05 0.00\n"), &v), 0);
	ck_assert_uint_eq(v, 50000000);
	ck_assert_int_eq(parse_uptime(span_of(""), &v), -EINVAL);
	ck_assert_int_eq(parse_uptime(span_of("23520.5"), &v), -EINVAL);
	ck_assert_int_eq(parse_uptime(span_of("23520.53"), &v), -EINVAL);
	ck_assert_int_eq(parse_uptime(span_of("23520.531 1.0\n"), &v), -EINVAL);
	ck_assert_int_eq(parse_uptime(span_of("99999999999.00 1.0\n"), &v), -EINVAL);
}
END_TEST

START_TEST(test_last_cap)
{
	uint64_t v;

	ck_assert_int_eq(parse_last_cap(span_of("40\n"), &v), 0);
	ck_assert_uint_eq(v, 0x1ffffffffff);
	ck_assert_int_eq(parse_last_cap(span_of("0\n"), &v), 0);
	ck_assert_uint_eq(v, 1);
	ck_assert_int_eq(parse_last_cap(span_of("63\n"), &v), 0);
	ck_assert_uint_eq(v, UINT64_MAX);
	ck_assert_int_eq(parse_last_cap(span_of("64\n"), &v), -EINVAL);
	ck_assert_int_eq(parse_last_cap(span_of("4"), &v), -EINVAL);
	ck_assert_int_eq(parse_last_cap(span_of("\n"), &v), -EINVAL);
}
END_TEST

START_TEST(test_start)
{
	struct system sys = { .boot = 1700000000 * NS, .up = 100 * NS, .hz = 100 };
	uint64_t start, age;

	ck_assert(system_start(&sys, 250, &start, &age));
	ck_assert_uint_eq(start, 1700000002 * NS + NS / 2);
	ck_assert_uint_eq(age, 97 * NS + NS / 2);
	/* after the clock was read */
	ck_assert(system_start(&sys, 10001, &start, &age));
	ck_assert_uint_eq(start, 1700000100 * NS + NS / 100);
	ck_assert_uint_eq(age, 0);
	sys.hz = 1024;
	ck_assert(system_start(&sys, 1536, &start, &age));
	ck_assert_uint_eq(start, 1700000001 * NS + NS / 2);
	ck_assert(!system_start(&sys, UINT64_MAX, &start, &age));
	sys.hz = 0;
	ck_assert(!system_start(&sys, 1, &start, &age));
}
END_TEST

/* Ourselves, as the kernel tells of us. */
START_TEST(test_live)
{
	const uint32_t facts = FDMAP_START | FDMAP_STATUS | FDMAP_LIMITS;
	uint64_t nofile, pidns, none;
	uint32_t before, after;
	const char *source;
	struct system sys;
	struct status st;
	struct procdir pd;
	struct root *root;
	struct buf text;
	int fds[2];

	buf_init(&text);
	ck_assert_int_eq(root_open(&root, NULL), 0);
	ck_assert_int_eq(system_read(root, facts, &sys, &source), 0);
	ck_assert_uint_ge(sys.hz, 1);
	ck_assert_uint_gt(sys.boot, NS);
	ck_assert_uint_gt(sys.up, 0);
	ck_assert_int_eq(prctl(PR_CAPBSET_READ, __builtin_popcountll(sys.caps) - 1) < 0, 0);
	ck_assert_int_lt(prctl(PR_CAPBSET_READ, __builtin_popcountll(sys.caps)), 0);
	ck_assert_int_eq(procdir_open(root, getpid(), &pd), 0);
	ck_assert_int_eq(status_read(root, &pd, &text, &st), 0);
	ck_assert_int_eq(st.nspids[0], getpid());
	ck_assert_int_eq(ns_read(root, &pd, "ns/pid", &pidns), 0);
	ck_assert_uint_ne(pidns, 0);
	ck_assert_int_eq(ns_read(root, &pd, "ns/none", &none), -ENOENT);
	ck_assert_int_eq(nofile_read(root, &pd, &text, &nofile), 0);
	/* Valgrind keeps some for itself. */
	if (!getenv("UNIT_TOOL"))
		ck_assert_uint_eq(nofile, (uint64_t)sysconf(_SC_OPEN_MAX));
	/* By size where the kernel has it, or counted. */
	ck_assert_int_eq(nfds_read(root, &pd, sys.fd_sizes, &before), 0);
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(nfds_read(root, &pd, sys.fd_sizes, &after), 0);
	ck_assert_uint_eq(after, before + 2);
	close(fds[0]);
	close(fds[1]);
	procdir_close(&pd);
	root_close(root);
	buf_fini(&text);
}
END_TEST

START_TEST(test_missing)
{
	char *dir = tree_unpack("dir 7\nfile 7/cmdline | x\ndeny 7/cmdline read EACCES\n"
				"part 7/status | Name:\n"
				"file stat | btime 17\n"
				"part uptime | 1\n");
	struct system sys;
	struct status st;
	struct procdir pd;
	struct arena arena;
	struct root *root;
	struct buf text;
	const char *source, *args;
	uint64_t n;
	uint32_t fds;
	size_t len;

	arena_init(&arena);
	buf_init(&text);
	ck_assert_int_eq(root_open(&root, dir), 0);
	ck_assert_int_eq(procdir_open(root, 7, &pd), 0);
	ck_assert_int_eq(cmdline_read(root, &pd, &arena, &text, &args, &len), -EACCES);
	ck_assert_ptr_null(args);
	ck_assert_int_eq(status_read(root, &pd, &text, &st), -EINVAL);
	ck_assert_int_eq(nofile_read(root, &pd, &text, &n), -ENOENT);
	ck_assert_int_eq(nfds_read(root, &pd, true, &fds), -ENOENT);
	/* Only the clock is missed. */
	ck_assert_int_eq(system_read(root, FDMAP_STATUS | FDMAP_LIMITS, &sys, &source), 0);
	ck_assert_uint_eq(sys.caps, 0);
	ck_assert(!sys.fd_sizes);
	ck_assert_int_eq(system_read(root, FDMAP_START, &sys, &source), -EINVAL);
	ck_assert_str_eq(source, "uptime");
	ck_assert_uint_eq(sys.hz, 0);
	procdir_close(&pd);
	root_close(root);
	tree_remove(dir);
	buf_fini(&text);
	arena_fini(&arena);
}
END_TEST

UNIT_MAIN("procfacts", test_cmdline, test_status, test_status_odd, test_limits, test_clock,
	  test_last_cap, test_start, test_live, test_missing)
