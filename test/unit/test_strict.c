/* SPDX-License-Identifier: MIT */
/* What turns text around: it passes as in lsof, but not to a terminal by our own name. */
#include "test/lib/unit.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/warn.h"
#include "out/column.h"

#define TURNED "\u202egpj\x1b\n"
#define AS_LSOF "\u202egpj^[\\n"
#define STRICT "\\xe2\\x80\\xaegpj^[\\n"

static void check_quoted(const struct format *fmt, const char *want)
{
	struct buf out;

	buf_init(&out);
	column_quote(fmt, TURNED, strlen(TURNED), &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_columns)
{
	const struct format lsofs = { .terminal = true }, ours = { .strict = true };

	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	check_quoted(&lsofs, AS_LSOF);
	check_quoted(&ours, STRICT);
}
END_TEST

static void check_words(const char *program, int fd, const char *want)
{
	struct buf out;

	warn_begin(program);
	buf_init(&out);
	warn_quote(fd, TURNED, strlen(TURNED), &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_words)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	check_words("fdmap", ends[1], AS_LSOF);
	if (terminal >= 0) {
		check_words("fdmap", terminal, STRICT);
		check_words("/usr/bin/lsof", terminal, AS_LSOF);
		close(terminal);
	}
	close(ends[0]);
	close(ends[1]);
}
END_TEST

/* Whoever starts the program says what it is called. */
START_TEST(test_own_name)
{
	struct buf out;

	warn_begin("/bin/\x1b[2J\n");
	buf_init(&out);
	warn_put_name(&out);
	ck_assert_str_eq(buf_str(&out), "^[[2J\\n");
	buf_fini(&out);
}
END_TEST

static void check_marker(const char *format, bool strict, const char *want)
{
	const struct format fmt = { .strict = strict };
	char got[64] = "";
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(sink_marker(sink_find(format), &fmt, ends[1], "\x1b[2J\na\tb"), 0);
	ck_assert_int_gt(read(ends[0], got, sizeof(got) - 1), 0);
	ck_assert_str_eq(got, want);
	close(ends[0]);
	close(ends[1]);
}

/* A line break in a marker is meant; all else was typed by somebody who looks at it. */
START_TEST(test_marker)
{
	check_marker("table", false, "\x1b[2J\na\tb\n");
	check_marker("table", true, "^[[2J\na\\tb\n");
	check_marker("fields", true, "m^[[2J\na\\tb\n");
}
END_TEST

UNIT_MAIN("strict", test_columns, test_words, test_own_name, test_marker)
