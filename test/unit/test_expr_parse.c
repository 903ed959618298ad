/* SPDX-License-Identifier: MIT */
/* The language of --filter: what is taken, what is refused, in which words and where. */
#include "test/lib/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "field/expr.h"

static int find_user(void *ctx, const char *login, uid_t *uid)
{
	(void)ctx;
	*uid = 33;
	return strcmp(login, "www-data") == 0 ? 0 : -ENOENT;
}

static int find_service(void *ctx, const char *name, const char *proto, uint16_t *port)
{
	(void)ctx;
	*port = strcmp(name, "http") == 0 ? 80 : strcmp(proto, "tcp") == 0 ? 513 : 540;
	return strcmp(name, "http") == 0 || strcmp(name, "who") == 0 ? 0 : -ENOENT;
}

static int find_host(void *ctx, const char *name, struct expr_addr *addr, size_t max)
{
	(void)ctx;
	ck_assert_uint_ge(max, 2);
	if (strcmp(name, "db") != 0)
		return -ENOENT;
	addr[0] = (struct expr_addr){ .family = AF_INET, .v4.s_addr = htonl(0x0a000001) };
	addr[1] = (struct expr_addr){ .family = AF_INET, .v4.s_addr = htonl(0x0a000002) };
	return 2;
}

static int find_interface(void *ctx, const char *name, uint32_t *index)
{
	(void)ctx;
	*index = 2;
	return strcmp(name, "eth0") == 0 ? 0 : -ENOENT;
}

static const struct expr_names names = { .user = find_user,
					 .service = find_service,
					 .host = find_host,
					 .interface = find_interface };

static const char *const good[] = {
	"tcp",
	"  tcp\n and # a comment\n udp",
	"(tcp)and(udp)",
	"not tcp or! udp&&unix|netlink||packet & raw",
	"tcp udp unix",
	"rport>=1024",
	"dport>=1024",
	"rport eq :http",
	"rport = http",
	"rport in (80, :443,8000-8100 , http)",
	"rport not in(who)",
	"sport 22",
	"sport = :22",
	"sport ge 1024 and dport le 2048",
	"sport",
	"pid=1",
	"age > 0 and age < 60s",
	"pid != 1",
	"pid <> 1",
	"pid in (1,2)",
	"pid > 10k",
	"comm =~ \"java|nginx\"",
	"comm =~ /java|nginx/",
	"comm !~ 'x y'",
	"comm = and",
	"comm = \"a \\\" b\"",
	"COMM = x",
	"uid = www-data",
	"user in (www-data, 0)",
	"rtt > 1ms",
	"rtt > 1.5ms and snd-cwnd < 10",
	"laddr = 10.0.0.0/8",
	"raddr in (::1, 10.0.0.1, db)",
	"tcp and dport == 5432 and comm =~ \"java|nginx\" and rtt > 1ms",
	/* as ss has it */
	"state established ( dport = :http or sport = :http )",
	"state established '( dport = :http or sport = :http )'",
	"\"(comm = 'x')\" and not '(tcp)'",
	"state established state syn-sent exclude time-wait",
	"exclude time-wait",
	"excl listening",
	"state all",
	"state = established",
	"state in (LISTEN, fin-wait-1)",
	"state != FIN_WAIT1",
	"state",
	"state or tcp",
	"connected",
	"synchronized and not bucket",
	"big",
	"Unix-Stream or IO_uring",
	"src 10.0.0.0/8:443",
	"src = 10.0.0.1",
	"src == 10.0.0.1",
	"src != 10.0.0.1",
	"dst [::1]:80",
	"dst ::1",
	"dst *:22",
	"dst :22",
	"dst db:http",
	"dst 10.0.0.1:",
	"dport = inet:22",
	"src inet6:[::1]:80",
	"src inet:10.0.0.1",
	"src /run/*",
	"src @/tmp/*",
	"src unix:abc",
	"src in (10.0.0.1, [::1]:80)",
	"src vsock:3:1024",
	"src netlink:rtnl:kernel",
	"src link:arp:eth0",
	"src link:*",
	"dst 193.233.7/24",
	"dev = eth0",
	"dev eth0",
	"dev != 2",
	"fwmark = 0x1/0xff",
	"fwmark != 1",
	"autobound",
	"dport neq 80",
};

START_TEST(accepts)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct expr_error err;
		struct expr *e;
		int r = expr_parse(&e, good[i], &names, &err);

		ck_assert_msg(r == 0, "%s: %d %s at %zu", good[i], r, err.text, err.at);
		ck_assert_ptr_nonnull(e);
		expr_free(e);
	}
}
END_TEST

static const struct {
	const char *text;
	size_t at;
	const char *why;
} bad[] = {
	{ "", 0, "the expression is empty" },
	{ "  # nothing", 0, "the expression is empty" },
	{ "tcp and dprt = 1", 8, "unknown column \"dprt\": nearest is \"dport\"" },
	{ "zzzzzzzz = 1", 0, "unknown column \"zzzzzzzz\"" },
	{ "tpc", 0, "unknown word or column \"tpc\": nearest is \"tcp\"" },
	{ "rtt > 5parsecs", 6, "rtt: \"5parsecs\" is no duration" },
	{ "age > 60", 6, "age: \"60\" has no unit: ns, us, ms, s, m, h or d" },
	{ "pid = x", 6, "pid: \"x\" is no number" },
	{ "pid = ", 6, "a value for pid is missing at the end" },
	{ "pid = )", 6, "a value for pid is missing before \")\"" },
	{ "pid in 1", 7, "the ( of a list of values is missing before \"1\"" },
	{ "pid in (1", 9, "a comma or the ) of the list is missing at the end" },
	{ "pid in (1 2)", 10, "a comma or the ) of the list is missing before \"2\"" },
	{ "pid in (9-3)", 8, "pid: the range \"9-3\" ends before it begins" },
	{ "tcp or (udp", 7, "the ) for this ( is missing" },
	{ "tcp)", 3, "the ( for this ) is missing" },
	{ "tcp or", 6, "a column or a word is missing at the end" },
	{ "and tcp", 0, "a column or a word is missing before \"and\"" },
	{ "()", 1, "a column or a word is missing before \")\"" },
	{ "tcp, udp", 3, "an operator is missing before \",\"" },
	{ "comm = \"x", 7, "the quote that ends the text is missing" },
	{ "comm =~ /x", 8, "the / that ends the expression is missing" },
	{ "comm =~ /usr/lib", 13,
	  "the expression ends with the second /: one with more of them is to be quoted" },
	{ "comm =~ '('", 8, NULL },
	{ "'(tcp' or udp)", 5, "an operator or a ) is missing before \"'\"" },
	{ "'(tcp) udp, 1'", 10, "an operator is missing before \",\"" },
	{ "tcp 'udp'", 4, "an operator is missing before \"udp\"" },
	{ "pid =~ 1", 4, "pid is no text: no expression can match it" },
	{ "user =~ root", 5, "user is no text: use = or in, with logins or numbers" },
	{ "user = nobody-here", 7, "user: there is no user \"nobody-here\"" },
	{ "laddr < 10.0.0.1", 6, "laddr has no order: use =, != or in" },
	{ "laddr = 10.0.0.0/33", 8,
	  "laddr: \"10.0.0.0/33\" is no address, and no host that is known" },
	{ "rport = :htp", 8, "\":htp\" is no port, and no service that is known" },
	{ "src nowhere", 4, "\"nowhere\" is no address, and no host that is known" },
	{ "src 10.0.0.1:htp", 4, "\"10.0.0.1:htp\" is no port, and no service that is known" },
	{ "src 193.233.7", 4, "\"193.233.7\" is no address, and no host that is known" },
	{ "src netlink:eth0", 4, "\"eth0\" is no protocol of netlink" },
	{ "src link:route", 4, "\"route\" is no protocol of Ethernet" },
	{ "src link:ip:eth9", 4, "\"eth9\" is no interface" },
	{ "src vsock:2:x", 4, "\"x\" is no port" },
	{ "src", 3, "a value for src is missing at the end" },
	{ "src > 1.2.3.4", 0, "src has no order: use =, != or in" },
	{ "state open", 6, "\"open\" is no state" },
	{ "exclude", 0, "a state is missing behind exclude" },
	{ "dev = eth7", 6, "dev: there is no interface \"eth7\"" },
};

START_TEST(refuses)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct expr_error err;
		struct expr *e;

		ck_assert_msg(expr_parse(&e, bad[i].text, &names, &err) == -EINVAL, "%s",
			      bad[i].text);
		ck_assert_ptr_null(e);
		if (bad[i].why)
			ck_assert_str_eq(err.text, bad[i].why);
		ck_assert_msg(err.at == bad[i].at, "%s: at %zu, %s", bad[i].text, err.at, err.text);
	}
}
END_TEST

static int parse_with(const char *begin, const char *head, size_t n, const char *tail)
{
	struct expr_error err;
	struct expr *e;
	struct buf b;
	int r;

	buf_init(&b);
	buf_puts(&b, begin);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, head);
	buf_puts(&b, tail);
	r = expr_parse(&e, buf_str(&b), NULL, &err);
	expr_free(e);
	buf_fini(&b);
	return r;
}

static int parse_repeated(const char *head, size_t n, const char *tail)
{
	return parse_with("", head, n, tail);
}

/* Any length, but no depth that could overflow the stack. */
START_TEST(limits)
{
	ck_assert_int_eq(parse_repeated("tcp or udp and ", 100000, "tcp"), 0);
	ck_assert_int_eq(parse_repeated("not ", 200, "tcp"), 0);
	ck_assert_int_eq(parse_repeated("not ", 201, "tcp"), -EINVAL);
	ck_assert_int_eq(parse_repeated("(", 1000000, ""), -EINVAL);
	ck_assert_int_eq(parse_repeated("!", 1000000, ""), -EINVAL);
	/* Nor one that would overflow it in the C library. */
	ck_assert_int_eq(parse_with("comm =~ 'a", "()", 1000, "'"), 0);
	ck_assert_int_eq(parse_with("comm =~ 'a", "(", 40000, "'"), -EINVAL);
	ck_assert_int_eq(parse_with("comm =~ 'a", "(b", 201, "'"), -EINVAL);
	ck_assert_int_eq(parse_with("comm =~ 'a", "\\(", 201, "'"), 0);
	ck_assert_int_eq(parse_with("comm =~ 'a", "*", 100000, "'"), -EINVAL);
	ck_assert_int_eq(parse_with("comm =~ 'a", "*", 100, "'"), -EINVAL);
	ck_assert_int_eq(parse_with("comm =~ 'a", "*", 10, "'"), 0);
}
END_TEST

/* Whatever is cut off, there is an answer, and an error lies within the text. */
START_TEST(cut)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		for (size_t n = 0; n < strlen(good[i]); n++) {
			char *text = strndup(good[i], n);
			struct expr_error err;
			struct expr *e;
			int r = expr_parse(&e, text, &names, &err);

			ck_assert(r == 0 || r == -EINVAL);
			ck_assert((r == 0) == (e != NULL));
			ck_assert(r == 0 || (err.at <= n && err.text[0]));
			expr_free(e);
			free(text);
		}
	}
}
END_TEST

/* Any number of filters, one after the other. */
START_TEST(joined)
{
	struct expr *all = NULL;
	bool late;

	for (int i = 0; i < 100000; i++) {
		struct expr_error err;
		struct expr *e;

		ck_assert_int_eq(expr_parse(&e, i & 1 ? "pid = 1" : "tcp", NULL, &err), 0);
		all = expr_and(all, e);
		ck_assert_ptr_nonnull(all);
	}
	ck_assert_uint_eq(expr_needs(all, &late), FDMAP_LINK | FDMAP_SOCK);
	ck_assert(!late);
	expr_free(all);
	ck_assert_ptr_null(expr_and(NULL, NULL));
}
END_TEST

START_TEST(needs)
{
	static const struct {
		const char *text;
		uint32_t known;
		bool rows, can;
	} cases[] = {
		{ "pid = 1", 0, false, true },
		{ "pid = 1 and tcp", 0, false, true },
		{ "pid = 1 or tcp", 0, false, false },
		{ "not (pid = 1 or tcp)", 0, false, true },
		{ "not (pid = 1 and tcp)", 0, false, false },
		{ "comm = x", 0, false, false },
		{ "comm = x", FDMAP_COMM, false, true },
		{ "tcp", FDMAP_COMM, true, false },
		{ "tcp", FDMAP_LINK, true, true }, /* no socket, no TCP */
		{ "not tcp", FDMAP_LINK, true, false },
		{ "not tcp", FDMAP_LINK | FDMAP_SOCK, true, true },
		{ "tcp", FDMAP_LINK | FDMAP_SOCK, false, false },
		{ "pid = 1 or tcp", FDMAP_LINK, true, true },
		{ "socket", FDMAP_LINK, true, true },
		{ "dir", FDMAP_LINK, true, false },
		{ "dir", FDMAP_LINK | FDMAP_STAT, true, true },
		{ "unowned", 0, false, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct expr_error err;
		struct expr *e;

		ck_assert_int_eq(expr_parse(&e, cases[i].text, NULL, &err), 0);
		ck_assert_msg(expr_can_reject(e, cases[i].known, cases[i].rows) == cases[i].can,
			      "%s", cases[i].text);
		expr_free(e);
	}
}
END_TEST

UNIT_MAIN("expr_parse", accepts, refuses, limits, cut, joined, needs)
