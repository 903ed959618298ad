/* SPDX-License-Identifier: MIT */
/* /proc/locks: who holds what, of hand-made text and of locks of our own. */
#include "proc/locks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "test/lib/unit.h"

#define DEV makedev(0xfe, 0x1f)

static struct locks locks;

static void parse(const char *text)
{
	locks_init(&locks);
	ck_assert_int_eq(parse_locks((struct span){ text, strlen(text) }, &locks), 0);
}

static char line_letter(const char *text)
{
	struct lock lock;

	ck_assert_int_eq(parse_lock_line((struct span){ text, strlen(text) }, &lock), 0);
	ck_assert_int_eq(lock.pid, 2200);
	ck_assert_uint_eq(lock.dev, DEV);
	ck_assert_uint_eq(lock.ino, 7);
	ck_assert(!lock.waits);
	return lock.letter;
}

START_TEST(test_letters)
{
	ck_assert_int_eq(line_letter("1: POSIX  ADVISORY  WRITE 2200 fe:1f:7 0 EOF"), 'W');
	ck_assert_int_eq(line_letter("1: POSIX  ADVISORY  READ 2200 fe:1f:7 0 EOF"), 'R');
	ck_assert_int_eq(line_letter("1: POSIX  ADVISORY  WRITE 2200 fe:1f:7 0 9"), 'w');
	ck_assert_int_eq(line_letter("1: POSIX  ADVISORY  READ 2200 fe:1f:7 1 EOF"), 'r');
	ck_assert_int_eq(line_letter("1: FLOCK  ADVISORY  WRITE 2200 fe:1f:7 0 EOF"), 'W');
	ck_assert_int_eq(line_letter("9: LEASE  ACTIVE    READ  2200 fe:1f:7 0 EOF"), 'R');
	ck_assert_int_eq(line_letter("9: DELEG  BREAKING  WRITE 2200 fe:1f:7 0 EOF"), 'W');
}
END_TEST

static int line_error(const char *text)
{
	struct lock lock;

	return parse_lock_line((struct span){ text, strlen(text) }, &lock);
}

START_TEST(test_malformed)
{
	static const char line[] = "1: POSIX  ADVISORY  WRITE 2200 fe:1f:7 0 ";
	struct lock lock;

	for (size_t n = 0; n < sizeof(line); n++)
		ck_assert_int_eq(parse_lock_line((struct span){ line, n }, &lock), -EINVAL);
	ck_assert_int_eq(line_error("1: POSIX  ADVISORY  UNLCK 2200 fe:1f:7 0 EOF"), -EINVAL);
	ck_assert_int_eq(line_error("1: POSIX  ADVISORY  WRITE 2200 <none>:0 0 EOF"), -EINVAL);
	ck_assert_int_eq(line_error("1: POSIX  ADVISORY  WRITE 22x fe:1f:7 0 EOF"), -EINVAL);
	ck_assert_int_eq(line_error("1: POSIX  ADVISORY  WRITE 4294967296 fe:1f:7 0 EOF"), -EINVAL);
	ck_assert_int_eq(line_error("1: POSIX  ADVISORY  WRITE 2200 fe:1f:7x 0 EOF"), -EINVAL);
	ck_assert_int_eq(line_error("1: POSIX  ADVISORY  WRITE 2200 100000000:1f:7 0 EOF"),
			 -EINVAL);
	ck_assert_int_eq(line_error("1: -> POSIX  ADVISORY  UNLCK 2200 fe:1f:7 0 EOF"), -EINVAL);
	ck_assert_int_eq(line_error("1: ->"), -EINVAL);
}
END_TEST

START_TEST(test_waiter)
{
	struct lock lock;
	static const char line[] = "1:  -> POSIX  ADVISORY  READ 2201 fe:1f:7 128 191";

	ck_assert_int_eq(parse_lock_line((struct span){ line, strlen(line) }, &lock), 0);
	ck_assert(lock.waits);
	ck_assert_int_eq(lock.letter, 'r');
	ck_assert_int_eq(lock.pid, 2201);

	parse("1: POSIX  ADVISORY  WRITE 2200 fe:1f:7 0 EOF\n"
	      "1: -> POSIX  ADVISORY  READ 2201 fe:1f:7 128 191\n"
	      "1: -> POSIX  ADVISORY  READ 2200 fe:1f:7 128 191\n");
	ck_assert_uint_eq(locks.n, 3);
	ck_assert_int_eq(locks_find(&locks, 2200, DEV, 7), 'W');
	ck_assert_int_eq(locks_find(&locks, 2201, DEV, 7), ' ');
	locks_fini(&locks);
}
END_TEST

START_TEST(test_fdinfo)
{
	/* What the kind has written behind them is not believed; nor is half a line. */
	static const char info[] = "pos:\t0\nflags:\t02\nmnt_id:\t29\nino:\t7\n"
				   "lock:\t1: FLOCK  ADVISORY  WRITE 2200 fe:1f:7 0 EOF\n"
				   "lock:\t2: POSIX  ADVISORY  READ 2201 fe:1f:7 0 9\n"
				   "name:\tx\nlock:\t3: FLOCK  ADVISORY  WRITE 1 fe:1f:7 0 EOF\n";
	struct buf text;

	buf_init(&text);
	parse_fdinfo_locks((struct span){ info, sizeof(info) - 1 }, &text);
	ck_assert_str_eq(buf_str(&text), "1: FLOCK  ADVISORY  WRITE 2200 fe:1f:7 0 EOF\n"
					 "2: POSIX  ADVISORY  READ 2201 fe:1f:7 0 9\n");
	buf_reset(&text);
	parse_fdinfo_locks((struct span){ info, strcspn(info, "W") }, &text);
	ck_assert_uint_eq(text.n, 0);
	buf_fini(&text);
}
END_TEST

START_TEST(test_find)
{
	parse("1: POSIX  ADVISORY  WRITE 2200 fe:1f:7 0 10\n"
	      "2: OFDLCK ADVISORY  READ -1 fe:1f:8 0 EOF\n"
	      "3: FLOCK  ADVISORY  READ 2200 fe:1f:7 0 EOF\n"
	      "4: FLOCK  ADVISORY  READ 2200 fe:1e:7 3 EOF\n"
	      "garbage\n"
	      "5: FLOCK  ADVISORY  WRITE 99 fe:1f:7 3 EOF\n"
	      "6: FLOCK  ADVISORY  WRITE 2200 fe:1f:18446744073709551615 0 EOF\n"
	      "7: FLOCK  ADVISORY  WRITE 2200 fe:1f:9 0 EO");
	ck_assert_int_eq(locks_find(&locks, 2200, DEV, 7), 'R');
	ck_assert_int_eq(locks_find(&locks, 2200, makedev(0xfe, 0x1e), 7), 'r');
	ck_assert_int_eq(locks_find(&locks, 99, DEV, 7), 'w');
	ck_assert_int_eq(locks_find(&locks, 2200, DEV, UINT64_MAX), 'W');
	ck_assert_int_eq(locks_find(&locks, 2200, DEV, 8), ' ');
	ck_assert_int_eq(locks_find(&locks, -1, DEV, 8), ' ');
	ck_assert_int_eq(locks_find(&locks, 2200, DEV, 9), ' ');
	ck_assert_int_eq(locks_find(&locks, 1, DEV, 7), ' ');
	locks_fini(&locks);
	locks_init(&locks);
	ck_assert_int_eq(locks_find(&locks, 2200, DEV, 7), ' ');
}
END_TEST

START_TEST(test_last_line_wins_among_many)
{
	struct buf b;

	buf_init(&b);
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d: POSIX  ADVISORY  %s 2200 fe:1f:%d 0 %s\n", i,
			   i % 2 ? "READ" : "WRITE", i % 10, i < 990 ? "EOF" : "5");
	parse(buf_str(&b));
	for (uint64_t i = 0; i < 10; i++)
		ck_assert_int_eq(locks_find(&locks, 2200, DEV, i), i % 2 ? 'r' : 'w');
	buf_fini(&b);
	locks_fini(&locks);
}
END_TEST

static void check_on(uint64_t ino, size_t n, size_t from)
{
	size_t at;

	ck_assert_uint_eq(locks_on(&locks, DEV, ino, &at), n);
	if (n)
		ck_assert_uint_eq(at, from);
}

START_TEST(test_all_of_a_file)
{
	parse("1: POSIX  ADVISORY  WRITE 2200 fe:1f:7 0 10\n"
	      "2: OFDLCK ADVISORY  READ -1 fe:1f:8 0 EOF\n"
	      "2: -> OFDLCK ADVISORY  WRITE -1 fe:1f:8 0 EOF\n"
	      "3: FLOCK  ADVISORY  READ 99 fe:1f:7 0 EOF\n"
	      "3: -> FLOCK  ADVISORY  WRITE 2201 fe:1f:7 0 EOF\n"
	      "4: FLOCK  ADVISORY  READ 2147483647 fe:1f:9 3 EOF\n"
	      "5: FLOCK  ADVISORY  READ 1 fe:1e:9 3 EOF\n");
	check_on(7, 3, 0);
	ck_assert_int_eq(locks.v[0].pid, 99);
	ck_assert(locks.v[2].waits);
	check_on(8, 2, 3);
	check_on(9, 1, 6);
	check_on(6, 0, 0);
	check_on(10, 0, 0);
	locks_fini(&locks);
	locks_init(&locks);
	check_on(7, 0, 0);
}
END_TEST

/* What the kernel says of locks of our own. */
static char live_letter(struct root *root, const struct stat *st)
{
	char letter;

	locks_init(&locks);
	ck_assert_int_eq(locks_read(root, &locks), 0);
	letter = locks_find(&locks, getpid(), st->st_dev, st->st_ino);
	locks_fini(&locks);
	return letter;
}

START_TEST(test_live)
{
	char name[] = "/tmp/fdmap-locks-XXXXXX";
	int fd = mkstemp(name);
	struct flock fl = { .l_type = F_WRLCK, .l_len = 10 };
	struct root *root;
	struct stat st;

	ck_assert_int_ge(fd, 0);
	unlink(name);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(root_open(&root, NULL), 0);
	ck_assert_int_eq(live_letter(root, &st), ' ');
	ck_assert_int_eq(fcntl(fd, F_SETLK, &fl), 0);
	ck_assert_int_eq(live_letter(root, &st), 'w');
	fl.l_type = F_UNLCK;
	ck_assert_int_eq(fcntl(fd, F_SETLK, &fl), 0);
	ck_assert_int_eq(flock(fd, LOCK_SH), 0);
	ck_assert_int_eq(live_letter(root, &st), 'R');
	ck_assert_int_eq(flock(fd, LOCK_UN), 0);
	fl.l_type = F_RDLCK;
	ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &fl), 0);
	ck_assert_int_eq(live_letter(root, &st), ' ');
	fl.l_type = F_UNLCK;
	ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &fl), 0);
	ck_assert_int_eq(fcntl(fd, F_SETLEASE, F_WRLCK), 0);
	ck_assert_int_eq(live_letter(root, &st), 'W');
	close(fd);
	root_close(root);
}
END_TEST

UNIT_MAIN("locks", test_letters, test_malformed, test_waiter, test_find,
	  test_last_line_wins_among_many, test_all_of_a_file, test_fdinfo, test_live)
