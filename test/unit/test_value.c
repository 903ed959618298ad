/* SPDX-License-Identifier: MIT */
/* How values look, unit by unit: for people, for programs, in JSON. */
#include "out/value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <time.h>

#include "base/util.h"
#include "test/lib/unit.h"

#define GiB (UINT64_C(1) << 30)
#define NS UINT64_C(1000000000)

static struct fdmap_field field(enum fdmap_value_type type, enum fdmap_unit unit)
{
	return (struct fdmap_field){ .key = "k", .type = (uint8_t)type, .unit = (uint8_t)unit };
}

static void check_put(const struct fdmap_field *f, const struct fdmap_value *v,
		      enum value_how how, bool human, const char *want)
{
	struct buf out;

	buf_init(&out);
	value_put(f, v, how, human, &out);
	ck_assert(!out.failed);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

static void check_json(const struct fdmap_field *f, const struct fdmap_value *v, const char *want)
{
	struct jsonw w;
	struct buf out;

	buf_init(&out);
	jsonw_init(&w, &out);
	value_json(&w, "k", f, v);
	jsonw_fini(&w);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

static const struct {
	enum fdmap_unit unit;
	uint64_t u;
	const char *shown, *human, *plain, *json;
} numbers[] = {
	{ FDMAP_UNIT_NONE, 0, "0", "0", "0", "0" },
	{ FDMAP_UNIT_NONE, UINT64_MAX, "18446744073709551615", "18446744073709551615",
	  "18446744073709551615", "18446744073709551615" },
	{ FDMAP_UNIT_BYTES, 3 * GiB / 2, "1610612736", "1.5G", "1610612736", "1610612736" },
	{ FDMAP_UNIT_BYTES, 17, "17", "17B", "17", "17" },
	{ FDMAP_UNIT_RATE, 1536, "1536", "1.5K/s", "1536", "1536" },
	{ FDMAP_UNIT_PERCENT, 93, "93%", "93%", "93", "93" },
	{ FDMAP_UNIT_PORT, 443, "443", "443", "443", "443" },
	{ FDMAP_UNIT_USER, 1000, "1000", "1000", "1000", "1000" },
	{ FDMAP_UNIT_INODE, 12345678, "12345678", "12345678", "12345678", "12345678" },
	{ FDMAP_UNIT_HEX, 0x1f, "0x1f", "0x1f", "0x1f", "\"0x1f\"" },
	{ FDMAP_UNIT_HEX, 0, "0x0", "0x0", "0x0", "\"0x0\"" },
	{ FDMAP_UNIT_DEVICE, 0xfe03, "254,3", "254,3", "254:3", "\"254:3\"" },
	/* Durations: never more than they are. */
	{ FDMAP_UNIT_NS, 0, "0ns", "0ns", "0", "0" },
	{ FDMAP_UNIT_US, 0, "0us", "0us", "0", "0" },
	{ FDMAP_UNIT_MS, 0, "0ms", "0ms", "0", "0" },
	{ FDMAP_UNIT_NS, 999, "999ns", "999ns", "999", "999" },
	{ FDMAP_UNIT_NS, 1000, "1us", "1us", "1000", "1000" },
	{ FDMAP_UNIT_US, 45, "45us", "45us", "45", "45" },
	{ FDMAP_UNIT_US, 999, "999us", "999us", "999", "999" },
	{ FDMAP_UNIT_NS, 999999, "999us", "999us", "999999", "999999" },
	{ FDMAP_UNIT_US, 1000, "1ms", "1ms", "1000", "1000" },
	{ FDMAP_UNIT_US, 1250, "1.25ms", "1.25ms", "1250", "1250" },
	{ FDMAP_UNIT_US, 1005, "1ms", "1ms", "1005", "1005" },
	{ FDMAP_UNIT_US, 1059, "1.05ms", "1.05ms", "1059", "1059" },
	{ FDMAP_UNIT_US, 12399, "12.3ms", "12.3ms", "12399", "12399" },
	{ FDMAP_UNIT_US, 999999, "999ms", "999ms", "999999", "999999" },
	{ FDMAP_UNIT_MS, 200, "200ms", "200ms", "200", "200" },
	{ FDMAP_UNIT_MS, 59999, "59.9s", "59.9s", "59999", "59999" },
	{ FDMAP_UNIT_MS, 60000, "1m", "1m", "60000", "60000" },
	{ FDMAP_UNIT_MS, 192000, "3m12s", "3m12s", "192000", "192000" },
	{ FDMAP_UNIT_NS, 3 * 3600 * NS + 12 * 60 * NS + 59 * NS, "3h12m", "3h12m",
	  "11579000000000", "11579000000000" },
	{ FDMAP_UNIT_NS, 86400 * NS * 2 + 4 * 3600 * NS, "2d4h", "2d4h", "187200000000000",
	  "187200000000000" },
	{ FDMAP_UNIT_NS, 86400 * NS + 59 * 60 * NS, "1d", "1d", "89940000000000",
	  "89940000000000" },
	{ FDMAP_UNIT_MS, UINT64_MAX, "213503982334d14h", "213503982334d14h",
	  "18446744073709551615", "18446744073709551615" },
	{ FDMAP_UNIT_EPOCH, UINT64_C(1795163462120000000), "2026-11-20 09:31:02",
	  "2026-11-20 09:31:02", "2026-11-20T08:31:02.120Z", "\"2026-11-20T08:31:02.120Z\"" },
	{ FDMAP_UNIT_EPOCH, UINT64_C(1795163462000000000), "2026-11-20 09:31:02",
	  "2026-11-20 09:31:02", "2026-11-20T08:31:02Z", "\"2026-11-20T08:31:02Z\"" },
	{ FDMAP_UNIT_EPOCH, UINT64_C(1795163462000120000), "2026-11-20 09:31:02",
	  "2026-11-20 09:31:02", "2026-11-20T08:31:02.000120Z",
	  "\"2026-11-20T08:31:02.000120Z\"" },
	{ FDMAP_UNIT_EPOCH, 1, "1970-01-01 01:00:00", "1970-01-01 01:00:00",
	  "1970-01-01T00:00:00.000000001Z", "\"1970-01-01T00:00:00.000000001Z\"" },
};

START_TEST(test_numbers)
{
	setenv("TZ", "XYZ-1", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		const struct fdmap_field f = field(FDMAP_VALUE_U64, numbers[i].unit);
		const struct fdmap_value v = { .type = FDMAP_VALUE_U64, .u = numbers[i].u };
		char want[100];

		check_put(&f, &v, VALUE_SHOWN, false, numbers[i].shown);
		check_put(&f, &v, VALUE_LAST, false, numbers[i].shown);
		check_put(&f, &v, VALUE_SHOWN, true, numbers[i].human);
		check_put(&f, &v, VALUE_PLAIN, true, numbers[i].plain);
		snprintf(want, sizeof(want), "\"k\":%s", numbers[i].json);
		check_json(&f, &v, want);
		ck_assert(value_is_amount(&f));
	}
}
END_TEST

START_TEST(test_signed)
{
	struct fdmap_field f = field(FDMAP_VALUE_I64, FDMAP_UNIT_NONE);
	struct fdmap_value v = { .type = FDMAP_VALUE_I64, .i = -1 };

	check_put(&f, &v, VALUE_SHOWN, true, "-1");
	check_put(&f, &v, VALUE_PLAIN, true, "-1");
	check_json(&f, &v, "\"k\":-1");
	v.i = INT64_MIN;
	check_put(&f, &v, VALUE_PLAIN, false, "-9223372036854775808");
	check_json(&f, &v, "\"k\":-9223372036854775808");
	f.unit = FDMAP_UNIT_MS;
	v.i = -1500;
	check_put(&f, &v, VALUE_SHOWN, false, "-1.5s");
}
END_TEST

START_TEST(test_bool)
{
	const struct fdmap_field f = field(FDMAP_VALUE_BOOL, FDMAP_UNIT_NONE);
	struct fdmap_value v = { .type = FDMAP_VALUE_BOOL, .u = 1 };

	check_put(&f, &v, VALUE_SHOWN, false, "yes");
	check_put(&f, &v, VALUE_PLAIN, false, "true");
	check_json(&f, &v, "\"k\":true");
	v.u = 0;
	check_put(&f, &v, VALUE_LAST, false, "no");
	check_put(&f, &v, VALUE_PLAIN, false, "false");
	check_json(&f, &v, "\"k\":false");
	check_json(&f, NULL, "\"k\":null");
	ck_assert(!value_is_amount(&f));
}
END_TEST

/* What stands behind the end of a text is not its own. */
START_TEST(test_text)
{
	const struct fdmap_field f = field(FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE);
	struct fdmap_value v = { .type = FDMAP_VALUE_TEXT };

	v.text.p = " a b\n\033[1m\xff|rest";
	v.text.n = strcspn(v.text.p, "|");
	check_put(&f, &v, VALUE_SHOWN, false, "\\x20a\\x20b\\n^[[1m\\xff");
	check_put(&f, &v, VALUE_LAST, false, " a b\\n^[[1m\\xff");
	check_put(&f, &v, VALUE_PLAIN, false, " a b\n\033[1m\xff");
	check_json(&f, &v, "\"k\":\" a b\\\\n^[[1m\\\\xff\",\"k_bytes\":\"IGEgYgobWzFt/w==\"");
	v.text.n = 4;
	check_json(&f, &v, "\"k\":\" a b\"");
	v.text.n = 0;
	check_put(&f, &v, VALUE_SHOWN, false, "");
	check_json(&f, &v, "\"k\":\"\"");
	check_json(&f, NULL, "\"k\":null");
}
END_TEST

START_TEST(test_addresses)
{
	const struct fdmap_field f = field(FDMAP_VALUE_ADDR, FDMAP_UNIT_NONE);
	struct fdmap_value v = { .type = FDMAP_VALUE_ADDR };

	v.addr.family = AF_INET;
	v.addr.v4.s_addr = htonl(INADDR_LOOPBACK);
	check_put(&f, &v, VALUE_SHOWN, false, "127.0.0.1");
	v.addr.family = AF_INET6;
	ck_assert_int_eq(inet_pton(AF_INET6, "fe80::1", &v.addr.v6), 1);
	check_put(&f, &v, VALUE_PLAIN, false, "fe80::1");
	check_json(&f, &v, "\"k\":\"fe80::1\"");
}
END_TEST

START_TEST(test_trees)
{
	static const struct fdmap_detail list[] = {
		{ .type = FDMAP_DETAIL_U64, .u = 5 },
		{ .type = FDMAP_DETAIL_TEXT, .text = "a b" },
	};
	static const struct fdmap_detail tree[] = {
		{ .key = "mask", .type = FDMAP_DETAIL_HEX, .u = 0xab },
		{ .key = "on", .type = FDMAP_DETAIL_BOOL, .u = 1 },
		{ .key = "left", .type = FDMAP_DETAIL_I64, .i = -3 },
		{ .key = "l", .type = FDMAP_DETAIL_LIST, .v = list, .n = 2 },
		{ .key = "o", .type = FDMAP_DETAIL_OBJECT, .v = NULL, .n = 0 },
	};
	struct fdmap_field f = field(FDMAP_VALUE_TREE, FDMAP_UNIT_NONE);
	struct fdmap_value v = { .type = FDMAP_VALUE_TREE };

	v.tree.v = tree;
	v.tree.n = ARRAY_LEN(tree);
	check_put(&f, &v, VALUE_SHOWN, false, "mask=0xab on=yes left=-3 l=[5 a\\x20b] o={}");
	check_put(&f, &v, VALUE_PLAIN, false,
		  "{\"mask\":\"0xab\",\"on\":true,\"left\":-3,\"l\":[5,\"a b\"],\"o\":{}}");
	check_json(&f, &v, "\"k\":{\"mask\":\"0xab\",\"on\":true,\"left\":-3,\"l\":[5,\"a b\"],"
			   "\"o\":{}}");
	f.type = v.type = FDMAP_VALUE_LIST;
	v.tree.v = list;
	v.tree.n = ARRAY_LEN(list);
	check_put(&f, &v, VALUE_LAST, false, "5 a\\x20b");
	check_put(&f, &v, VALUE_PLAIN, false, "[5,\"a b\"]");
	check_json(&f, &v, "\"k\":[5,\"a b\"]");
	v.tree.n = 0;
	check_put(&f, &v, VALUE_PLAIN, false, "[]");
}
END_TEST

UNIT_MAIN("value", test_numbers, test_signed, test_bool, test_text, test_addresses, test_trees)
