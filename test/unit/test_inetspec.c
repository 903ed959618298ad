/* SPDX-License-Identifier: MIT */
/* -i's word: what is taken out of it, and each sentence of refusal. */
#include "engine/inetspec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "test/lib/unit.h"

static const struct {
	const char *name, *proto;
	uint16_t port;
} services[] = {
	{ "http", "tcp", 80 },	 { "http", "udp", 80 },	 { "http-alt", "tcp", 8080 },
	{ "shell", "tcp", 514 }, { "biff", "udp", 512 }, { "clash", "tcp", 7 },
	{ "clash", "udp", 9 },
};

static int fake_port(void *ctx, const char *service, const char *proto, uint16_t *port)
{
	(void)ctx;
	ck_assert(strcmp(proto, "tcp") == 0 || strcmp(proto, "udp") == 0);
	for (size_t i = 0; i < ARRAY_LEN(services); i++) {
		if (strcmp(services[i].name, service) != 0 || strcmp(services[i].proto, proto) != 0)
			continue;
		*port = services[i].port;
		return 0;
	}
	return -ENOENT;
}

/* "both" has an address of each family, "four" one, "zero" a useless one. */
static int fake_address(void *ctx, const char *host, int family, struct resolve_addr *addr)
{
	const char *text = NULL;

	(void)ctx;
	if (family == AF_INET6 && strcmp(host, "both") == 0)
		text = "2001:db8::1";
	else if (family == AF_INET6 && strcmp(host, "mapped") == 0)
		text = "::ffff:192.0.2.9";
	else if (family == AF_INET && (strcmp(host, "both") == 0 || strcmp(host, "four") == 0))
		text = "192.0.2.1";
	else if (family == AF_INET && strcmp(host, "zero") == 0)
		text = "0.0.0.0";
	if (!text)
		return -ENOENT;
	addr->family = family;
	ck_assert_int_eq(inet_pton(family, text, &addr->a), 1);
	return 0;
}

static struct inetspec out;
static char err[512];

static int parse(const char *spec, int version)
{
	const struct inetspec_lookup look = { NULL, fake_port, fake_address };

	err[0] = 0;
	memset(&out, 0xa5, sizeof(out));
	return parse_inetspec(spec, version, &look, &out, err, sizeof(err));
}

/* The result in one line: "4 6 [192.0.2.1] 80-90,1-1" */
static const char *shown(const char *spec, int version)
{
	static char text[4096];
	size_t n;

	if (parse(spec, version) < 0)
		return err;
	n = (size_t)snprintf(text, sizeof(text), "%d %d [", out.version, out.proto);
	for (unsigned i = 0; i < out.naddrs; i++) {
		char a[64];

		inet_ntop(out.addrs[i].family, &out.addrs[i].a, a, sizeof(a));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? "," : "", a);
	}
	n += (size_t)snprintf(text + n, sizeof(text) - n, "]");
	for (unsigned i = 0; i < out.nports; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u-%u", i ? "," : " ",
				      out.ports[i].lo, out.ports[i].hi);
	return text;
}

START_TEST(test_ports)
{
	ck_assert_str_eq(shown(":80", 0), "0 0 [] 80-80");
	ck_assert_str_eq(shown(":80,443", 0), "0 0 [] 80-80,443-443");
	ck_assert_str_eq(shown(":80,", 0), "0 0 [] 80-80");
	ck_assert_str_eq(shown(":0", 0), "0 0 [] 0-0");
	ck_assert_str_eq(shown(":65535", 0), "0 0 [] 65535-65535");
	ck_assert_str_eq(shown(":8000-8010,22", 0), "0 0 [] 8000-8010,22-22");
	ck_assert_str_eq(shown(":80-80", 0), "0 0 [] 80-80");
	ck_assert_str_eq(shown(":70-http", 0), "0 0 [] 70-80");
	ck_assert_str_eq(shown(":70-http-alt", 0), "0 0 [] 70-8080");
	ck_assert_str_eq(shown(":http,http-alt", 0), "0 0 [] 80-80,8080-8080");
	ck_assert_str_eq(shown(":biff", 0), "0 0 [] 512-512");
	ck_assert_str_eq(shown("tcp:clash", 0), "0 6 [] 7-7");
	ck_assert_str_eq(shown("UDP:clash", 0), "0 17 [] 9-9");
}
END_TEST

START_TEST(test_parts)
{
	ck_assert_str_eq(shown("tcp", 0), "0 6 []");
	ck_assert_str_eq(shown("6UDPLite", 0), "6 136 []");
	ck_assert_str_eq(shown("4TCP@four:22", 0), "4 6 [192.0.2.1] 22-22");
	ck_assert_str_eq(shown("tcp@127.0.0.1:6379,5432,8000-8010", 0),
			 "4 6 [127.0.0.1] 6379-6379,5432-5432,8000-8010");
	ck_assert_str_eq(shown("@[::1]:22", 0), "6 0 [::1] 22-22");
	ck_assert_str_eq(shown("@[::ffff:10.1.2.3]", 0), "4 0 [10.1.2.3]");
	ck_assert_str_eq(shown("@both", 0), "0 0 [2001:db8::1,192.0.2.1]");
	ck_assert_str_eq(shown("4@both", 0), "4 0 [192.0.2.1]");
	ck_assert_str_eq(shown("6@both", 0), "6 0 [2001:db8::1]");
	ck_assert_str_eq(shown("@mapped", 0), "0 0 [192.0.2.9]");
	ck_assert_str_eq(shown("@010.0.0.1", 0), "4 0 [10.0.0.1]");
	/* Any IPv4 address, as lsof takes it. */
	ck_assert_str_eq(shown("@0.0.0.0:80", 0), "4 0 [] 80-80");
	ck_assert_str_eq(shown("tcp@0.0.0.0", 0), "4 6 []");
}
END_TEST

START_TEST(test_inherited)
{
	ck_assert_str_eq(shown(":80", 4), "4 0 [] 80-80");
	ck_assert_str_eq(shown("6:80", 4), "6 0 [] 80-80");
	ck_assert_str_eq(shown("@both", 4), "4 0 [192.0.2.1]");
	ck_assert_str_eq(shown("@[::1]", 4), "IPv6 addresses are prohibited: -i @[::1]");
}
END_TEST

START_TEST(test_refused_addresses)
{
	static const char *const bad[] = { "@",
					   "tcp@",
					   "tcp@:",
					   "@[::1",
					   "@[]",
					   "@[::]",
					   "@[::]:22",
					   "@::1",
					   "@zero",
					   "@[1.2.3.4]",
					   "@[::ffff:0.0.0.0]" };
	char want[600];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(want, sizeof(want), "unacceptable Internet address in: -i %s", bad[i]);
		ck_assert_str_eq(shown(bad[i], 0), want);
	}
	ck_assert_str_eq(shown("6@127.0.0.1", 0), "IPv4 addresses are prohibited: -i 6@127.0.0.1");
	ck_assert_str_eq(shown("6@[::ffff:1.2.3.4]", 0),
			 "IPv4 addresses are prohibited: -i 6@[::ffff:1.2.3.4]");
	ck_assert_str_eq(shown("4@[::ffff:1.2.3.4]", 0),
			 "IPv6 addresses are prohibited: -i 4@[::ffff:1.2.3.4]");
	ck_assert_str_eq(shown("@nobody:1", 0), "unknown host name (nobody) in: -i @nobody:1");
	ck_assert_str_eq(shown("6@four", 0), "unknown host name (four) in: -i 6@four");
	ck_assert_str_eq(shown("6@mapped", 0), "unknown host name (mapped) in: -i 6@mapped");
	ck_assert_str_eq(shown("@999.1.1.1", 0), "unknown host name (999.1.1.1) in: -i @999.1.1.1");
	ck_assert_str_eq(shown("@127.0.0.1x", 0),
			 "unknown host name (127.0.0.1x) in: -i @127.0.0.1x");
	ck_assert_str_eq(shown("@0.0.0.0", 0),
			 "incomplete Internet address specification: -i @0.0.0.0");
	ck_assert_str_eq(shown("", 0), "incomplete Internet address specification: -i ");
	ck_assert_str_eq(shown("4", 0), "incomplete Internet address specification: -i 4");
}
END_TEST

START_TEST(test_refused_ports)
{
	static const char *const bad[] = {
		":",	    "4:",	   "tcp:",    "@four:",		":80-",
		":80-70",   ":80x",	   ":1-2-3",  ":1-2x",		":65536",
		":70000",   ":1-65536",	   "@[::1]x", ":5-99999999999", ":99999999999",
		":90-http", "@four:22,80x"
	};
	char want[600];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(want, sizeof(want), "unacceptable port specification in: -i %s", bad[i]);
		ck_assert_str_eq(shown(bad[i], 0), want);
	}
	ck_assert_str_eq(shown(":,80", 0), "invalid service name: -i :,80");
	ck_assert_str_eq(shown(":80,,81", 0), "invalid service name: -i :80,,81");
	ck_assert_str_eq(shown(":,", 0), "invalid service name: -i :,");
}
END_TEST

START_TEST(test_refused_services)
{
	ck_assert_str_eq(shown(":nosuch", 0), "unknown service nosuch in: -i :nosuch");
	ck_assert_str_eq(shown(":-80", 0), "unknown service -80 in: -i :-80");
	ck_assert_str_eq(shown(":http-443", 0), "unknown service http-443 in: -i :http-443");
	ck_assert_str_eq(shown("tcp:biff", 0), "unknown service biff for tcp in: -i tcp:biff");
	ck_assert_str_eq(shown("udplite:http", 0),
			 "unknown service http for udplite in: -i udplite:http");
	ck_assert_str_eq(shown(":clash", 0),
			 "TCP=7 and UDP=9 clash ports conflict;\n"
			 "      specify \"tcp:clash\" or \"udp:clash\": -i :clash");
}
END_TEST

START_TEST(test_refused_protocols)
{
	ck_assert_str_eq(shown("foo", 0), "unknown protocol name (foo) in: -i foo");
	ck_assert_str_eq(shown("foo:80", 0), "unknown protocol name (foo) in: -i foo:80");
	ck_assert_str_eq(shown("foo@four", 0), "unknown protocol name (foo) in: -i foo@four");
	ck_assert_str_eq(shown("46", 0), "unknown protocol name (6) in: -i 46");
	ck_assert_str_eq(shown("80", 0), "unknown protocol name (80) in: -i 80");
	ck_assert_str_eq(shown("tcp6", 0), "unknown protocol name (tcp6) in: -i tcp6");
	ck_assert_str_eq(shown("tc", 0), "unknown protocol name (tc) in: -i tc");
}
END_TEST

START_TEST(test_limits)
{
	char spec[1024] = ":1";
	char longest[700];

	for (int i = 2; i <= INETSPEC_MAX; i++)
		snprintf(spec + strlen(spec), sizeof(spec) - strlen(spec), ",%d", i);
	ck_assert_int_eq(parse(spec, 0), 0);
	ck_assert_uint_eq(out.nports, INETSPEC_MAX);
	strcat(spec, ",101");
	ck_assert_int_eq(parse(spec, 0), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err, "network address limit (100) exceeded: -i :1,2,"));

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	longest[0] = '@';
	ck_assert_int_eq(parse(longest, 0), -EINVAL);
	ck_assert_int_eq(strncmp(err, "unknown host name (aaa", 22), 0);
	longest[0] = ':';
	ck_assert_int_eq(parse(longest, 0), -EINVAL);
	ck_assert_uint_lt(strlen(err), sizeof(err));
	{
		const struct inetspec_lookup look = { NULL, fake_port, fake_address };

		ck_assert_int_eq(parse_inetspec("foo", 0, &look, &out, NULL, 0), -EINVAL);
	}
}
END_TEST

UNIT_MAIN("inetspec", test_ports, test_parts, test_inherited, test_refused_addresses,
	  test_refused_ports, test_refused_services, test_refused_protocols, test_limits)
