/* SPDX-License-Identifier: MIT */
/* Addresses: hex words in, lsof's text out. */
#include "net/addr.h"

#include <arpa/inet.h>
#include <string.h>

#include "test/lib/unit.h"

static struct cursor at(const char *text)
{
	return cursor_of(text, strlen(text));
}

/* The words of a test, made on this machine, so that it holds for any byte order. */
static void words_of(int family, const char *addr, uint16_t port, struct buf *out)
{
	struct in6_addr a;

	ck_assert_int_eq(inet_pton(family, addr, &a), 1);
	addr_put_hex(family, &a, port, out);
}

static void check_text(int family, const char *addr, uint16_t port, const char *proto,
		       const struct namer *namer, const char *want)
{
	struct in6_addr a;
	struct buf out;

	ck_assert_int_eq(inet_pton(family, addr, &a), 1);
	buf_init(&out);
	addr_put(family, &a, port, proto, namer, &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_parse_v4)
{
	struct cursor c = at("00000000:1F90 rest");
	uint32_t addr = 1;
	uint16_t port = 0;

	ck_assert(addr_parse(&c, AF_INET, &addr, &port));
	ck_assert_uint_eq(addr, 0);
	ck_assert_uint_eq(port, 8080);
	ck_assert(span_eq(cursor_rest(&c), " rest"));
}
END_TEST

START_TEST(test_parse_little_endian)
{
	struct cursor c = at("0100007F:0050");
	struct in_addr a;
	uint16_t port;

	if (htonl(1) == 1)
		return;
	ck_assert(addr_parse(&c, AF_INET, &a, &port));
	ck_assert_uint_eq(a.s_addr, htonl(INADDR_LOOPBACK));
	ck_assert_uint_eq(port, 80);
}
END_TEST

START_TEST(test_round_trip)
{
	static const char *const addrs[] = { "::", "::1", "::ffff:10.1.2.3", "2001:db8::42",
					     "fe80::1:2:3:4" };

	for (size_t i = 0; i < ARRAY_LEN(addrs); i++) {
		struct in6_addr want, got;
		struct cursor c;
		struct buf words;
		uint16_t port;

		buf_init(&words);
		words_of(AF_INET6, addrs[i], 0xfffe, &words);
		ck_assert_uint_eq(words.n, 37);
		c = at(buf_str(&words));
		ck_assert(addr_parse(&c, AF_INET6, &got, &port));
		ck_assert(cursor_done(&c));
		ck_assert_uint_eq(port, 0xfffe);
		ck_assert_int_eq(inet_pton(AF_INET6, addrs[i], &want), 1);
		ck_assert_mem_eq(&got, &want, sizeof(want));
		buf_fini(&words);
	}
}
END_TEST

START_TEST(test_parse_refuses)
{
	static const char *const v4[] = { "",
					  "0",
					  "0100007F",
					  "0100007F:",
					  "0100007F:1F9",
					  "0100007:1F90",
					  "0100007F 1F90",
					  "010000 F:1F90",
					  "0100007G:1F90",
					  "-100007F:1F90",
					  "0100007F00:1F90" };
	struct in6_addr a;
	uint16_t port;

	for (size_t i = 0; i < ARRAY_LEN(v4); i++) {
		struct cursor c = at(v4[i]), before = c;

		ck_assert_msg(!addr_parse(&c, AF_INET, &a, &port), "%s", v4[i]);
		ck_assert_ptr_eq(c.at, before.at);
	}
	struct cursor c = at("0100007F:1F90");

	ck_assert(!addr_parse(&c, AF_INET6, &a, &port));
}
END_TEST

START_TEST(test_numbers)
{
	check_text(AF_INET, "127.0.0.1", 80, "tcp", NULL, "127.0.0.1:80");
	check_text(AF_INET, "0.0.0.0", 80, "tcp", NULL, "*:80");
	check_text(AF_INET, "127.0.0.1", 0, "tcp", NULL, "127.0.0.1:*");
	check_text(AF_INET6, "::", 65535, "tcp", NULL, "*:65535");
	check_text(AF_INET6, "::1", 80, "tcp", NULL, "[::1]:80");
	check_text(AF_INET6, "2001:db8::1", 80, "tcp", NULL, "[2001:db8::1]:80");
	check_text(AF_INET6, "::ffff:10.0.0.1", 80, "tcp", NULL, "10.0.0.1:80");
	check_text(AF_INET6, "::ffff:0.0.0.0", 80, "tcp", NULL, "*:80");
}
END_TEST

static const char *host_name(void *ctx, int family, const void *addr)
{
	struct in_addr a;

	ck_assert_str_eq(ctx, "ctx");
	if (family == AF_INET6)
		return "six";
	memcpy(&a, addr, sizeof(a));
	return a.s_addr == htonl(INADDR_LOOPBACK) ? "localhost" : NULL;
}

static const char *service_name(void *ctx, uint16_t port, const char *proto)
{
	ck_assert_str_eq(ctx, "ctx");
	if (port == 53)
		return "domain";
	return port == 80 && strcmp(proto, "tcp") == 0 ? "http" : NULL;
}

START_TEST(test_names)
{
	static char ctx[] = "ctx";
	const struct namer both = { ctx, host_name, service_name, NULL };
	const struct namer ports = { ctx, NULL, service_name, NULL };

	check_text(AF_INET, "127.0.0.1", 80, "tcp", &both, "localhost:http");
	check_text(AF_INET, "127.0.0.1", 80, "udp", &both, "localhost:80");
	check_text(AF_INET, "127.0.0.1", 80, NULL, &both, "localhost:80");
	check_text(AF_INET, "10.0.0.1", 53, "udp", &both, "10.0.0.1:domain");
	check_text(AF_INET, "0.0.0.0", 0, "udp", &both, "*:*");
	check_text(AF_INET6, "::2", 80, "tcp", &both, "six:http");
	check_text(AF_INET6, "::", 80, "tcp", &both, "*:http");
	/* A v4-mapped address is asked for as IPv4. */
	check_text(AF_INET6, "::ffff:127.0.0.1", 80, "tcp", &both, "localhost:http");
	check_text(AF_INET6, "::1", 80, "tcp", &ports, "[::1]:http");
}
END_TEST

START_TEST(test_questions)
{
	struct in6_addr a;

	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:1.2.3.4", &a), 1);
	ck_assert(addr_is_v4mapped(&a));
	ck_assert(!addr_is_any(AF_INET6, &a));
	/* Only the first four bytes count for IPv4. */
	ck_assert(addr_is_any(AF_INET, &a));
	ck_assert_int_eq(inet_pton(AF_INET6, "::1.2.3.4", &a), 1);
	ck_assert(!addr_is_v4mapped(&a));
	ck_assert(addr_is_any(AF_INET6, &in6addr_any));
}
END_TEST

UNIT_MAIN("addr", test_parse_v4, test_parse_little_endian, test_round_trip, test_parse_refuses,
	  test_numbers, test_names, test_questions)
