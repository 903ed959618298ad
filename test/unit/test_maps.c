/* SPDX-License-Identifier: MIT */
/* Lines of PID/maps. */
#include "proc/maps.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "test/lib/unit.h"

static int parse(const char *text, struct map_line *map)
{
	return parse_map_line((struct span){ text, strlen(text) }, map);
}

START_TEST(test_file)
{
	struct map_line m;

	ck_assert_int_eq(parse("55dd51bbf000-55dd51bc0000 r--p 00002000 fe:1f 18624"
			       "                      /usr/bin/python3.11",
			       &m),
			 0);
	ck_assert_uint_eq(m.start, 0x55dd51bbf000);
	ck_assert_uint_eq(m.end, 0x55dd51bc0000);
	ck_assert_uint_eq(m.dev, makedev(0xfe, 0x1f));
	ck_assert_uint_eq(m.ino, 18624);
	ck_assert(span_eq(m.path, "/usr/bin/python3.11"));
}
END_TEST

START_TEST(test_anonymous)
{
	struct map_line m;

	ck_assert_int_eq(parse("7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ", &m), 0);
	ck_assert_uint_eq(m.path.n, 0);
	ck_assert_uint_eq(m.dev, 0);
	ck_assert_uint_eq(m.ino, 0);
	ck_assert_int_eq(parse("7f0000000000-7f0000001000 rw-p 00000000 00:00 0", &m), 0);
	ck_assert_uint_eq(m.path.n, 0);
	ck_assert_int_eq(parse("0-1 rw-p 00000000 00:00 0          [heap]", &m), 0);
	ck_assert(span_eq(m.path, "[heap]"));
}
END_TEST

START_TEST(test_odd_paths)
{
	struct map_line m;

	ck_assert_int_eq(parse("0-1 r--s 00000000 00:01 1046    /a b  (deleted)  ", &m), 0);
	ck_assert(span_eq(m.path, "/a b  (deleted)  "));
	ck_assert_int_eq(parse("0-1 r--s 00000000 00:01 1046    /a\\012b", &m), 0);
	ck_assert(span_eq(m.path, "/a\\012b"));
	ck_assert_int_eq(
		parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]", &m), 0);
	ck_assert_uint_eq(m.end, UINT64_C(0xffffffffff601000));
}
END_TEST

START_TEST(test_large_numbers)
{
	struct map_line m;

	ck_assert_int_eq(parse("0-1 r--s 0 fffff:fffff 18446744073709551615 /x", &m), 0);
	ck_assert_uint_eq(m.ino, UINT64_MAX);
	ck_assert_uint_eq(m.dev, makedev(0xfffff, 0xfffff));
	ck_assert_int_eq(parse("0-1 r--s 0 00:00 18446744073709551616 /x", &m), -EINVAL);
	ck_assert_int_eq(parse("0-1 r--s 0 100000000:00 1 /x", &m), -EINVAL);
	ck_assert_int_eq(parse("0-1 r--s 0 00:100000000 1 /x", &m), -EINVAL);
	ck_assert_int_eq(parse("0-10000000000000000 r--s 0 00:00 1 /x", &m), -EINVAL);
}
END_TEST

START_TEST(test_malformed)
{
	static const char line[] = "0-1 r--s 00000000 00:01 1";
	struct map_line m;

	for (size_t n = 0; n < sizeof(line) - 1; n++)
		ck_assert_int_eq(parse_map_line((struct span){ line, n }, &m), -EINVAL);
	ck_assert_int_eq(parse("0-1 r--s 00000000 00:01 1x /x", &m), -EINVAL);
	ck_assert_int_eq(parse("0+1 r--s 00000000 00:01 1 /x", &m), -EINVAL);
	ck_assert_int_eq(parse("0-1 r--s 00000000 00.01 1 /x", &m), -EINVAL);
}
END_TEST

UNIT_MAIN("maps", test_file, test_anonymous, test_odd_paths, test_large_numbers, test_malformed)
