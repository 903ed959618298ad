/* SPDX-License-Identifier: MIT */
/* Link texts of PID/fd. */
#include "proc/fdlink.h"

#include <string.h>

#include "test/lib/unit.h"

static struct fdlink parse(const char *text)
{
	struct fdlink link;

	memset(&link, 0xa5, sizeof(link));
	parse_fdlink((struct span){ text, strlen(text) }, &link);
	return link;
}

static void expect(const char *text, enum fdlink_what what, const char *name, uint64_t ino)
{
	struct fdlink link = parse(text);

	ck_assert_int_eq(link.what, what);
	ck_assert_uint_eq(link.ino, ino);
	ck_assert_uint_eq(link.name.n, strlen(name));
	ck_assert_mem_eq(link.name.p, name, link.name.n);
	ck_assert(!link.deleted);
}

START_TEST(test_numbered)
{
	expect("socket:[5303]", FDLINK_SOCKET, "socket", 5303);
	expect("pipe:[5325]", FDLINK_PIPE, "pipe", 5325);
	expect("net:[4026531833]", FDLINK_OTHER, "net", 4026531833);
	expect("pidfd:[8403]", FDLINK_OTHER, "pidfd", 8403);
	expect("socket:[18446744073709551615]", FDLINK_SOCKET, "socket", UINT64_MAX);
	expect("socket:[8589934592]", FDLINK_SOCKET, "socket", UINT64_C(8589934592));
}
END_TEST

START_TEST(test_anon)
{
	expect("anon_inode:[eventpoll]", FDLINK_ANON, "[eventpoll]", 0);
	expect("anon_inode:inotify", FDLINK_ANON, "inotify", 0);
	expect("anon_inode:", FDLINK_ANON, "", 0);
	expect("anon_inode:[a:[7]", FDLINK_ANON, "[a:[7]", 0);
}
END_TEST

START_TEST(test_paths)
{
	ck_assert_int_eq(parse("/").what, FDLINK_PATH);
	ck_assert_int_eq(parse("/a:[7]").what, FDLINK_PATH);
	ck_assert_uint_eq(parse("/a:[7]").ino, 0);
	ck_assert(!parse("/tmp/x").deleted);
	ck_assert(parse("/tmp/x (deleted)").deleted);
	ck_assert(parse("/memfd:hello (deleted)").deleted);
	ck_assert(parse("/a\nb (deleted) (deleted)").deleted);
	ck_assert(!parse("/tmp/x (deleted) ").deleted);
	ck_assert(!parse("/tmp/x(deleted)").deleted);
}
END_TEST

START_TEST(test_malformed)
{
	expect("", FDLINK_OTHER, "", 0);
	expect("socket", FDLINK_OTHER, "socket", 0);
	expect("socket:", FDLINK_OTHER, "socket", 0);
	expect("socket:[12", FDLINK_OTHER, "socket", 0);
	expect("socket:[]", FDLINK_OTHER, "socket", 0);
	expect("socket:[12]x", FDLINK_OTHER, "socket", 0);
	expect("socket:[-1]", FDLINK_OTHER, "socket", 0);
	expect("socket:[18446744073709551616]", FDLINK_OTHER, "socket", 0);
	expect(":[5]", FDLINK_OTHER, "", 5);
}
END_TEST

UNIT_MAIN("fdlink", test_numbered, test_anon, test_paths, test_malformed)
