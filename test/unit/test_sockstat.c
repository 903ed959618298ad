/* SPDX-License-Identifier: MIT */
/* Totals of sockets: words with their numbers, whole lines only. */
#include "net/sockstat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "test/lib/unit.h"

static char told[512];

static int note(void *arg, const char *proto, const char *what, uint64_t n)
{
	size_t len = strlen(told);

	(void)snprintf(told + len, sizeof(told) - len, "%s.%s=%" PRIu64 " ", proto, what, n);
	return arg && strcmp(what, arg) == 0 ? 7 : 0;
}

static int parse(const char *text, const char *last)
{
	told[0] = '\0';
	return parse_sockstat((struct span){ text, strlen(text) }, note, (void *)(uintptr_t)last);
}

START_TEST(test_lines)
{
	ck_assert_int_eq(parse("sockets: used 146\nTCP: inuse 5 orphan 0 tw 3\nFRAG: inuse 0\n", NULL), 0);
	ck_assert_str_eq(told, "sockets.used=146 TCP.inuse=5 TCP.orphan=0 TCP.tw=3 FRAG.inuse=0 ");
}
END_TEST

START_TEST(test_odd)
{
	/* Half a line may end in half a number. */
	ck_assert_int_eq(parse("TCP: inuse 5\nUDP: inuse 1", NULL), 0);
	ck_assert_str_eq(told, "TCP.inuse=5 ");
	ck_assert_int_eq(parse("TCP inuse 4\n: a 1\nUDP: a x b 2 c\nRAW:\n", NULL), 0);
	ck_assert_str_eq(told, "UDP.b=2 ");
	ck_assert_int_eq(parse("TCP: a 99999999999999999999 b 18446744073709551615\n", NULL), 0);
	ck_assert_str_eq(told, "TCP.b=18446744073709551615 ");
	/* No key of JSON that would have to be escaped. */
	ck_assert_int_eq(parse("T\"CP: a 1\nUD\xf4: a 1\nRAW: a\x01 1 b_2 2\n", NULL), 0);
	ck_assert_str_eq(told, "RAW.b_2=2 ");
}
END_TEST

START_TEST(test_end)
{
	ck_assert_int_eq(parse("TCP: a 1 b 2 c 3\nUDP: a 1\n", "b"), 7);
	ck_assert_str_eq(told, "TCP.a=1 TCP.b=2 ");
}
END_TEST

static uint64_t protocols(const char *text)
{
	static const char *const names[] = { "UNIX", "UNIX-STREAM", NULL };

	return parse_protocols((struct span){ text, strlen(text) }, names);
}

START_TEST(test_protocols)
{
	static const char head[] = "protocol  size sockets  memory press maxhdr\n";
	char text[256];

	(void)snprintf(text, sizeof(text), "%s%s", head,
		       "UNIX-STREAM 1152  28002      -1   NI       0   yes  kernel      y  n\n"
		       "UNIX      1152   4000      -1   NI       0   yes  kernel      y  n\n"
		       "UNIXES    1152    300      -1\nTCP 2432 7 8\n");
	ck_assert_uint_eq(protocols(text), 32002);
	ck_assert_uint_eq(protocols(head), 0);
	/* Not counted, cut, too many to be true. */
	ck_assert_uint_eq(protocols("UNIX 1152 -1 -1\nUNIX 1152\nUNIX 1 4x 1\n"), 0);
	ck_assert_uint_eq(protocols("UNIX 1152 99999999999 1\n"), 0);
	ck_assert_uint_eq(protocols("UNIX 1152 4 -1\nUNIX-STREAM 1152 4"), 4);
}
END_TEST

UNIT_MAIN("sockstat", test_lines, test_odd, test_end, test_protocols)
