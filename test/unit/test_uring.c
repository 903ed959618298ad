/* SPDX-License-Identifier: MIT */
/* fdinfo of a ring: what is registered in it, and whether the kernel told it. */
#include "proc/uring.h"

#include <string.h>

#include "test/lib/unit.h"

#define HEAD "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t29386317\nSqMask:\t0x3\nSqThread:\t-1\n"
#define TAIL "UserBufs:\t1\n    0: 0x7f0000000000/4096\nPollList:\nCqOverflowList:\nNAPI:\tdisabled\n"

static struct uring ring;
static struct uring_file file;

static bool parse(const char *text)
{
	memset(&ring, 0xa5, sizeof(ring));
	return parse_uring((struct span){ text, strlen(text) }, &ring);
}

static void next_is(uint32_t slot, const char *name)
{
	memset(&file, 0xa5, sizeof(file));
	ck_assert(uring_next(&ring, &file));
	ck_assert_uint_eq(file.slot, slot);
	ck_assert_uint_eq(file.name.n, strlen(name));
	ck_assert_mem_eq(file.name.p, name, strlen(name));
}

/* Linux 6.18 */
START_TEST(test_paths)
{
	ck_assert(parse(HEAD "UserFiles:\t11\n"
			"    0: /etc/passwd\n"
			"    1: socket:[29387910]\n"
			"    4: anon_inode:[eventfd]\n"
			"    5: /tmp/a\\040b\\011c\\134d\\012\\040e\n"
			"    8: /tmp/gone\\040(deleted)\n"
			"   10: /memfd:foo\\040(deleted)\n" TAIL));
	ck_assert_uint_eq(ring.slots, 11);
	next_is(0, "/etc/passwd");
	next_is(1, "socket:[29387910]");
	next_is(4, "anon_inode:[eventfd]");
	next_is(5, "/tmp/a\\040b\\011c\\134d\\012\\040e");
	next_is(8, "/tmp/gone\\040(deleted)");
	next_is(10, "/memfd:foo\\040(deleted)");
	/* Buffers have numbers before them, too. */
	ck_assert(!uring_next(&ring, &file));
	ck_assert(!uring_next(&ring, &file));
}
END_TEST

/* Linux 5.10: the last part of a name, every slot. */
START_TEST(test_names)
{
	ck_assert(parse(HEAD "UserFiles:\t4\n"
			"    0: passwd\n"
			"    1: <none>\n"
			"    2: \n"
			"    3: a \\040 b: c\n" TAIL));
	next_is(0, "passwd");
	next_is(3, "a \\040 b: c");
	ck_assert(!uring_next(&ring, &file));
}
END_TEST

START_TEST(test_none)
{
	ck_assert(parse(HEAD "UserFiles:\t0\n" TAIL));
	ck_assert(!uring_next(&ring, &file));
	/* A table with room, and nothing in it. */
	ck_assert(parse(HEAD "UserFiles:\t64\n" TAIL));
	ck_assert(!uring_next(&ring, &file));
}
END_TEST

/* The lock was held: all is left out, or everything behind the counts. */
START_TEST(test_busy)
{
	ck_assert(!parse(HEAD));
	ck_assert(!parse(""));
	ck_assert(!parse(HEAD "UserFiles:\t3"));
	ck_assert(!parse(HEAD "UserFiles:\t3\n"));
	ck_assert(!parse(HEAD "UserFiles:\tx\n" TAIL));
	ck_assert(!parse(HEAD "UserFiles:\t99999999999\n" TAIL));
}
END_TEST

/* A line that was cut is none; a slot beyond the table is made up. */
START_TEST(test_odd)
{
	ck_assert(parse(HEAD "UserFiles:\t2\n    0: /a\n    7: /b\n    1: /c\n    1: /cu"));
	next_is(0, "/a");
	next_is(1, "/c");
	ck_assert(!uring_next(&ring, &file));
	ck_assert(parse(HEAD "UserFiles:\t2\n    0: /a\n    x: /b\n    1: /c\n"));
	next_is(0, "/a");
	ck_assert(!uring_next(&ring, &file));
	ck_assert(parse(HEAD "UserFiles:\t2\n    0:/a\n"));
	ck_assert(!uring_next(&ring, &file));
	ck_assert(parse(HEAD "UserFiles:\t2\n0: /a\n"));
	ck_assert(!uring_next(&ring, &file));
}
END_TEST

UNIT_MAIN("uring", test_paths, test_names, test_none, test_busy, test_odd)
