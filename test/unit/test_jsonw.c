/* SPDX-License-Identifier: MIT */
/* The JSON writer, byte by byte: commas, escapes, what is UTF-8, base64. */
#include "test/lib/unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "out/jsonw.h"

static struct buf out;
static struct jsonw w;

static void begin(void)
{
	buf_init(&out);
	jsonw_init(&w, &out);
}

static void ends_as(const char *want)
{
	ck_assert(!out.failed);
	ck_assert_str_eq(buf_str(&out), want);
	jsonw_fini(&w);
	buf_fini(&out);
}

START_TEST(test_commas)
{
	begin();
	jsonw_object(&w);
	jsonw_key(&w, "a");
	jsonw_i64(&w, -1);
	jsonw_key(&w, "b");
	jsonw_array(&w);
	jsonw_array_end(&w);
	jsonw_key(&w, "c");
	jsonw_array(&w);
	jsonw_object(&w);
	jsonw_object_end(&w);
	jsonw_object(&w);
	jsonw_key(&w, "d");
	jsonw_bool(&w, true);
	jsonw_key(&w, "e");
	jsonw_bool(&w, false);
	jsonw_object_end(&w);
	jsonw_u64(&w, UINT64_MAX);
	jsonw_string(&w, "x", 1);
	jsonw_array_end(&w);
	jsonw_number_text(&w, "f", UINT64_MAX);
	jsonw_object_end(&w);
	ends_as("{\"a\":-1,\"b\":[],\"c\":[{},{\"d\":true,\"e\":false},18446744073709551615,\"x\"],"
		"\"f\":\"18446744073709551615\"}");
}
END_TEST

static void check_string(const char *s, size_t n, const char *want)
{
	begin();
	jsonw_string(&w, s, n);
	ends_as(want);
}

START_TEST(test_escapes)
{
	check_string("", 0, "\"\"");
	check_string("/a b", 4, "\"/a b\"");
	check_string("\b\f\n\r\t\"\\", 7, "\"\\b\\f\\n\\r\\t\\\"\\\\\"");
	check_string("\0\x1b\x1f\x7f", 4, "\"\\u0000\\u001b\\u001f\\u007f\"");
	check_string("\u00e9\u20ac\U0001f600", 9, "\"\u00e9\u20ac\U0001f600\"");
	/* U+0080, U+009B, U+009F are controls; U+00A0 is not */
	check_string("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", 8, "\"\\u0080\\u009b\\u009f\xc2\xa0\"");
	/* ends of lines, and what turns them around */
	check_string("\u2027\u2028\u2029\u202e\u202f\u2066\u061c\u061d", 22,
		     "\"\u2027\\u2028\\u2029\\u202e\u202f\\u2066\\u061c\u061d\"");
}
END_TEST

START_TEST(test_is_utf8)
{
	static const struct {
		const char *s;
		size_t n;
		bool is;
	} rows[] = {
		{ "", 0, true },
		{ "\0", 1, true },
		{ "\x7f", 1, true },
		{ "\x80", 1, false },
		{ "\xbf", 1, false },
		{ "\xc0\x80", 2, false }, /* overlong */
		{ "\xc1\xbf", 2, false },
		{ "\xc2\x80", 2, true },
		{ "\xc2", 1, false },
		{ "\xc2\x7f", 2, false },
		{ "\xc2\xc0", 2, false },
		{ "\xdf\xbf", 2, true },
		{ "\xe0\x80\x80", 3, false },
		{ "\xe0\x9f\xbf", 3, false },
		{ "\xe0\xa0\x80", 3, true },
		{ "\xed\x9f\xbf", 3, true },
		{ "\xed\xa0\x80", 3, false }, /* U+D800 */
		{ "\xed\xbf\xbf", 3, false },
		{ "\xee\x80\x80", 3, true },
		{ "\xef\xbf\xbf", 3, true },
		{ "\xe2\x82", 2, false },
		{ "\xf0\x80\x80\x80", 4, false },
		{ "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xf0\x90\x80\x80", 4, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "\xf4\x90\x80\x80", 4, false }, /* U+110000 */
		{ "\xf5\x80\x80\x80", 4, false },
		{ "\xf8\x88\x80\x80\x80", 5, false },
		{ "\xfe", 1, false },
		{ "\xff", 1, false },
		{ "a\xc3\xa9z", 4, true },
		{ "a\xc3\xa9\xffz", 5, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(jsonw_is_utf8(rows[i].s, rows[i].n) == rows[i].is, "row %zu", i);
}
END_TEST

static void check_text(const char *s, size_t n, const char *want)
{
	begin();
	jsonw_object(&w);
	jsonw_text(&w, "name", s, n);
	jsonw_object_end(&w);
	ends_as(want);
}

START_TEST(test_text)
{
	check_text("/caf\xc3\xa9", 6, "{\"name\":\"/caf\xc3\xa9\"}");
	check_text("/a\\b\n", 5, "{\"name\":\"/a\\\\b\\n\"}");
	/* what is not UTF-8 has the table's escapes, also where it is, and all of it in base64 */
	check_text("\xe9", 1, "{\"name\":\"\\\\xe9\",\"name_bytes\":\"6Q==\"}");
	check_text("/\xc3\xa9\xff", 4,
		   "{\"name\":\"/\\\\xc3\\\\xa9\\\\xff\",\"name_bytes\":\"L8Op/w==\"}");
	check_text("\xfb\xff\xbe", 3,
		   "{\"name\":\"\\\\xfb\\\\xff\\\\xbe\",\"name_bytes\":\"+/++\"}");
	check_text("\\\n\x1b\xff\"", 5,
		   "{\"name\":\"\\\\\\\\\\\\n^[\\\\xff\\\"\",\"name_bytes\":\"XAob/yI=\"}");
}
END_TEST

START_TEST(test_long_text)
{
	enum { LENGTH = 100000 };
	char *s = malloc(LENGTH);

	ck_assert_ptr_nonnull(s);
	memset(s, 0xff, LENGTH);
	begin();
	jsonw_object(&w);
	jsonw_text(&w, "n", s, LENGTH);
	jsonw_object_end(&w);
	ck_assert(!out.failed);
	/* five characters a byte, then four for three */
	ck_assert_uint_eq(out.n,
			  strlen("{'n':'','n_bytes':''}") + 5 * LENGTH + (LENGTH + 2) / 3 * 4);
	jsonw_fini(&w);
	buf_fini(&out);
	free(s);
}
END_TEST

UNIT_MAIN("jsonw", test_commas, test_escapes, test_is_utf8, test_text, test_long_text)
