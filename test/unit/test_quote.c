/* SPDX-License-Identifier: MIT */
/* Escapes of names and commands, in a locale of one byte and in one of many. */
#include "test/lib/unit.h"

#include <locale.h>
#include <string.h>

#include "base/util.h"
#include "out/quote.h"

struct quoted {
	const char *in;
	const char *out;
};

static void check_name_bytes(const char *in, size_t n, const char *want)
{
	struct buf out;

	buf_init(&out);
	quote_name(in, n, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

static void check_names(const struct quoted *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_name_bytes(t[i].in, strlen(t[i].in), t[i].out);
}

static void check_command(const char *in, size_t width, const char *want)
{
	struct buf out;

	buf_init(&out);
	quote_command(in, width, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_name_ascii)
{
	static const struct quoted t[] = {
		{ "", "" },
		{ "/var/log/a b", "/var/log/a b" },
		{ "~!@#$%^&*()[]{}'\"", "~!@#$%^&*()[]{}'\"" },
		{ "a\\b", "a\\\\b" },
		{ "\b\f\n\r\t", "\\b\\f\\n\\r\\t" },
		{ "\x01\x1b[31m\x1f", "^A^[[31m^_" },
		{ "\v\a", "^K^G" },
		{ "\x7f", "\\x7f" },
		{ "/tmp/x (deleted)", "/tmp/x (deleted)" },
	};

	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C"));
	check_names(t, ARRAY_LEN(t));
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	check_names(t, ARRAY_LEN(t));
}
END_TEST

START_TEST(test_name_high_bytes_in_c_locale)
{
	static const struct quoted t[] = {
		{ "\xc3\xa9", "\\xc3\\xa9" },
		{ "\xff", "\\xff" },
		{ "a\x80"
		  "b",
		  "a\\x80b" },
	};

	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C"));
	check_names(t, ARRAY_LEN(t));
}
END_TEST

START_TEST(test_name_utf8)
{
	static const struct quoted t[] = {
		{ "\xc3\xa9", "\xc3\xa9" },
		{ "a\xe2\x82\xac"
		  "b",
		  "a\xe2\x82\xac"
		  "b" },
		{ "\xf0\x9f\x99\x82", "\xf0\x9f\x99\x82" },
		/* C1 controls: a terminal may take U+009B for ESC [ */
		{ "\xc2\x9b"
		  "31m",
		  "\\xc2\\x9b31m" },
		{ "\x9b"
		  "31m",
		  "\\x9b31m" },
		/* not UTF-8: overlong, surrogate, lone continuation, above U+10FFFF */
		{ "\xc0\xaf", "\\xc0\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xa9x", "\\xa9x" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xff\xfe", "\\xff\\xfe" },
		/* half a character at the end, and before another one */
		{ "a\xc3", "a\\xc3" },
		{ "\xe2\x82", "\\xe2\\x82" },
		{ "\xe2\x82\xc3\xa9", "\\xe2\\x82\xc3\xa9" },
	};

	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	check_names(t, ARRAY_LEN(t));
}
END_TEST

START_TEST(test_name_is_counted)
{
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	check_name_bytes("a\0b", 3, "a^@b");
	check_name_bytes("abc", 2, "ab");
	/* what follows the end must not complete a character */
	check_name_bytes("x\xc3\xa9", 2, "x\\xc3");
}
END_TEST

START_TEST(test_command)
{
	check_command("", 9, "");
	check_command("python3", 9, "python3");
	check_command("python3.11-config", 9, "python3.1");
	check_command("python3.11-config", 0, "python3.11-config");
	check_command("a b\nc", 9, "a\\x20b\\nc");
	check_command("a\\b", 0, "a\\\\b");
	check_command("\x1b[31m", 0, "^[[31m");
	check_command("\x7f", 0, "\\x7f");
}
END_TEST

START_TEST(test_command_is_bytes_in_any_locale)
{
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	check_command("d\xc3\xa9", 0, "d\\xc3\\xa9");
	/* a high byte is four columns wide */
	check_command("\xc3\xa9\xc3\xa9\xc3\xa9x", 9, "\\xc3\\xa9 ");
	check_command("\xc3\xa9\xc3\xa9\xc3\xa9x", 12, "\\xc3\\xa9\\xc3");
}
END_TEST

START_TEST(test_command_drops_what_does_not_fit)
{
	/* and everything after it, though that would fit */
	check_command("abcdefgh ij", 9, "abcdefgh ");
	check_command("abcdef ij", 9, "abcdef   ");
	check_command("abcde ij", 9, "abcde\\x20");
	check_command("abcdefg\\hi", 9, "abcdefg\\\\");
	check_command("abcdefgh\\i", 9, "abcdefgh ");
	check_command("abcdefgh\ni", 9, "abcdefgh ");
	check_command("abcdefghi", 9, "abcdefghi");
	check_command("  ", 7, "\\x20   ");
}
END_TEST

/* What turns a line around is a letter to lsof; and to us no text. */
START_TEST(test_text)
{
	static const struct {
		const char *in, *name, *text;
		uint32_t c;
	} t[] = {
		{ "\u202egpj", "\u202egpj", "\\xe2\\x80\\xaegpj", 0x202e },
		{ "\u2066x", "\u2066x", "\\xe2\\x81\\xa6x", 0x2066 },
		{ "\u061cx", "\u061cx", "\\xd8\\x9cx", 0x61c },
		{ "\u2028x", "\\xe2\\x80\\xa8x", "\\xe2\\x80\\xa8x", 0x2028 },
		{ "\xc2\x9bx", "\\xc2\\x9bx", "\\xc2\\x9bx", 0x9b },
		{ "\u20ac\n", "\u20ac\\n", "\u20ac\\n", 0 },
		{ "\u0627", "\u0627", "\u0627", 0 },
		{ "\xe2\x80", "\\xe2\\x80", "\\xe2\\x80", 0 },
	};

	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct buf out;
		uint32_t c = 0;
		size_t n = quote_control(t[i].in, strlen(t[i].in), &c);

		check_name_bytes(t[i].in, strlen(t[i].in), t[i].name);
		buf_init(&out);
		quote_text(t[i].in, strlen(t[i].in), &out);
		ck_assert_str_eq(buf_str(&out), t[i].text);
		buf_fini(&out);
		ck_assert_int_eq(n != 0, t[i].c != 0);
		ck_assert(!n || c == t[i].c);
	}
}
END_TEST

UNIT_MAIN("quote", test_name_ascii, test_name_high_bytes_in_c_locale, test_name_utf8,
	  test_name_is_counted, test_command, test_command_is_bytes_in_any_locale,
	  test_command_drops_what_does_not_fit, test_text)
