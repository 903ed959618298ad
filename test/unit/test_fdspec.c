/* SPDX-License-Identifier: MIT */
/* Items of the lists of -d, -p and -g, and the shape of -c's regular expressions. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/set.h"
#include "test/lib/unit.h"

static const char *fd_shown(const char *text)
{
	static char line[600];
	struct fdmap_error err = { .text = "" };
	struct fdspec f;
	struct span item = { text, strlen(text) };
	int rc = parse_fdspec(item, &f, &err);

	if (rc == -ENOENT)
		return "unknown";
	if (rc < 0)
		snprintf(line, sizeof(line), "%s", err.text);
	else if (f.what == FDSPEC_RANGE)
		snprintf(line, sizeof(line), "%s%u-%u", f.exclude ? "^" : "", f.lo, f.hi);
	else if (f.what == FDSPEC_SLOT)
		snprintf(line, sizeof(line), "%sslot %d", f.exclude ? "^" : "", f.slot);
	else
		snprintf(line, sizeof(line), "%snothing", f.exclude ? "^" : "");
	return line;
}

START_TEST(test_fd_numbers)
{
	ck_assert_str_eq(fd_shown("0"), "0-0");
	ck_assert_str_eq(fd_shown("^17"), "^17-17");
	ck_assert_str_eq(fd_shown("3-9"), "3-9");
	ck_assert_str_eq(fd_shown("^3-9"), "^3-9");
	ck_assert_str_eq(fd_shown("fd"), "0-2147483647");
	ck_assert_str_eq(fd_shown("99999999999999999999999"), "2147483647-2147483647");
	ck_assert_str_eq(fd_shown("1-4294967296"), "1-2147483647");
}
END_TEST

START_TEST(test_fd_names)
{
	static const char *const nothing[] = { "err",  "unk", "pd",  "ltx", "fp",  "twd",
					       "ctty", "jd.", "v86", "m86", "mmap" };
	char want[32];
	static const struct {
		const char *name;
		int slot;
	} slots[] = { { "cwd", FDMAP_FD_CWD }, { "rtd", FDMAP_FD_RTD }, { "txt", FDMAP_FD_TXT },
		      { "mem", FDMAP_FD_MEM }, { "DEL", FDMAP_FD_DEL }, { "NOFD", FDMAP_FD_NOFD } };

	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		snprintf(want, sizeof(want), "slot %d", slots[i].slot);
		ck_assert_str_eq(fd_shown(slots[i].name), want);
	}
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		ck_assert_str_eq(fd_shown(nothing[i]), "nothing");
	ck_assert_str_eq(fd_shown("^cwd"), "^slot -1");
	ck_assert_str_eq(fd_shown("^mmap"), "^nothing");
	ck_assert_str_eq(fd_shown("CWD"), "unknown");
	ck_assert_str_eq(fd_shown("cwdx"), "unknown");
	ck_assert_str_eq(fd_shown("1x"), "unknown");
	ck_assert_str_eq(fd_shown("^"), "unknown");
	ck_assert_str_eq(fd_shown("^^1"), "unknown");
	ck_assert_str_eq(fd_shown(" 1"), "unknown");
}
END_TEST

START_TEST(test_fd_refused)
{
	char text[700], *shown;

	ck_assert_str_eq(fd_shown("-3"), "illegal FD range for -d: -3");
	ck_assert_str_eq(fd_shown("^-3"), "illegal FD range for -d: -3");
	ck_assert_str_eq(fd_shown("1-x"), "non-digit in -d FD range: 1-x");
	ck_assert_str_eq(fd_shown("1-2-3"), "non-digit in -d FD range: 1-2-3");
	ck_assert_str_eq(fd_shown("1-"), "-d FD range's low >= its high: 1-");
	ck_assert_str_eq(fd_shown("3-3"), "-d FD range's low >= its high: 3-3");
	ck_assert_str_eq(fd_shown("^3-1"), "-d FD range's low >= its high: 3-1");
	ck_assert_str_eq(fd_shown("99999999999-99999999999"),
			 "-d FD range's low >= its high: 99999999999-99999999999");
	memset(text, '-', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	shown = (char *)(uintptr_t)fd_shown(text);
	ck_assert_uint_lt(strlen(shown), sizeof(((struct fdmap_error *)0)->text));
}
END_TEST

START_TEST(test_ids)
{
	const char *list = "1,^22,,^,x,3x,2147483647,2147483648,99999999999999999999,-5,+6,7,";
	static const struct {
		bool exclude, bad;
		int32_t id;
	} want[] = { { 0, 0, 1 }, { 1, 0, 22 }, { 0, 0, 0 },	   { 1, 0, 0 },
		     { 0, 1, 0 }, { 0, 1, 0 },	{ 0, 0, INT_MAX }, { 0, 1, 0 },
		     { 0, 1, 0 }, { 0, 1, 0 },	{ 0, 1, 0 },	   { 0, 0, 7 } };
	struct cursor at = cursor_of(list, strlen(list));
	struct idspec id;

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		ck_assert_msg(parse_idspec(&at, &id), "item %zu", i);
		ck_assert_int_eq(id.exclude, want[i].exclude);
		ck_assert_int_eq(id.bad, want[i].bad);
		ck_assert_int_eq(id.id, want[i].id);
	}
	ck_assert(!parse_idspec(&at, &id));
	at = cursor_of("", 0);
	ck_assert(!parse_idspec(&at, &id));
}
END_TEST

static const char *re_shown(const char *text)
{
	static char line[600];
	struct fdmap_error err = { .text = "" };
	struct respec re;

	if (parse_respec(text, &re, &err) < 0)
		snprintf(line, sizeof(line), "%s", err.text);
	else
		snprintf(line, sizeof(line), "<%.*s>%s%s", (int)re.re.n, re.re.p,
			 re.how & FDMAP_BASIC_RE ? "b" : "", re.how & FDMAP_ICASE ? "i" : "");
	return line;
}

START_TEST(test_regexes)
{
	ck_assert_str_eq(re_shown("/^ssh/"), "<^ssh>");
	ck_assert_str_eq(re_shown("//"), "<>");
	ck_assert_str_eq(re_shown("/a/ib"), "<a>bi");
	ck_assert_str_eq(re_shown("/a/x"), "<a>");
	ck_assert_str_eq(re_shown("/"), "regexp doesn't end with '/': /");
	ck_assert_str_eq(re_shown("/x"), "regexp doesn't end with '/': /x");
	ck_assert_str_eq(re_shown("/x/q"), "invalid regexp modifier: q");
	ck_assert_str_eq(re_shown("/a/b/"), "invalid regexp modifier: /");
	ck_assert_str_eq(re_shown("/x/bx"), "b and x regexp modifiers conflict: /x/bx");
	ck_assert_str_eq(re_shown("/x/bb"), "b regexp modifier already used: /x/bb");
	ck_assert_str_eq(re_shown("/x/ibi"), "i regexp modifier already used: /x/ibi");
}
END_TEST

UNIT_MAIN("fdspec", test_fd_numbers, test_fd_names, test_fd_refused, test_ids, test_regexes)
