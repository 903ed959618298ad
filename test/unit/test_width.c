/* SPDX-License-Identifier: MIT */
/* Columns of texts, and where they are cut. */
#include "out/width.h"

#include <locale.h>
#include <string.h>

#include "base/util.h"
#include "test/lib/unit.h"

#define WIDE "\xe6\x9d\xb1" /* two columns */
#define ACCENT "\xcc\x81"   /* none: over the one before it */
#define MARK "\xe2\x80\xa6"

static void check_cut(const char *text, size_t width, const char *want, size_t columns)
{
	struct buf out;

	buf_init(&out);
	ck_assert_uint_eq(width_put(text, strlen(text), width, &out), columns);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_ascii)
{
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C"));
	ck_assert_uint_eq(width_of("", 0), 0);
	ck_assert_uint_eq(width_of("abcdef", 3), 3);
	check_cut("abc", 3, "abc", 3);
	check_cut("abc", 4, "abc", 3);
	check_cut("abcd", 3, "ab>", 3);
	check_cut("abcd", 1, ">", 1);
	check_cut("abcd", 0, "", 0);
	check_cut("", 0, "", 0);
	/* No character of this locale: a column a byte. */
	ck_assert_uint_eq(width_of(WIDE, 3), 3);
}
END_TEST

START_TEST(test_utf8)
{
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	ck_assert_uint_eq(width_of(WIDE WIDE, 6), 4);
	ck_assert_uint_eq(width_of("e" ACCENT "x", 4), 2);
	ck_assert_uint_eq(width_of(WIDE, 2), 2); /* half a character: bytes */
	check_cut(WIDE WIDE, 4, WIDE WIDE, 4);
	check_cut(WIDE WIDE, 3, WIDE MARK, 3);
	check_cut(WIDE WIDE, 2, MARK, 1); /* both do not fit beside the mark */
	check_cut(WIDE, 1, MARK, 1);
	check_cut("e" ACCENT "xyz", 3, "e" ACCENT "x" MARK, 3);
	check_cut("abcd", 3, "ab" MARK, 3);
}
END_TEST

/* Never wider than asked for, never half a character, whatever the text. */
START_TEST(test_every_width)
{
	static const char *const texts[] = { "plain", WIDE "a" WIDE "b", "e" ACCENT "e" ACCENT,
					     ACCENT WIDE ACCENT, "\xff\xfe" };

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		for (size_t width = 0; width < 10; width++) {
			struct buf out;
			size_t columns;

			buf_init(&out);
			columns = width_put(texts[i], strlen(texts[i]), width, &out);
			ck_assert_uint_le(columns, width);
			ck_assert_uint_eq(width_of(buf_str(&out), out.n), columns);
			buf_fini(&out);
		}
	}
}
END_TEST

UNIT_MAIN("width", test_ascii, test_utf8, test_every_width)
