/* SPDX-License-Identifier: MIT */
/* Terms against processes and rows, and the verdict. */
#include "engine/select.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "test/lib/unit.h"

static struct fdmap_query *query(void)
{
	struct fdmap_query *q;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	return q;
}

static uint64_t hits[4];

static uint32_t ids(const struct fdmap_query *q, pid_t pid, pid_t pgid, uid_t uid)
{
	struct select_ids i = { pid, pgid, uid, false };
	uint32_t got = 0;

	memset(hits, 0, sizeof(hits));
	return select_ids(q, &i, hits, &got) ? got : UINT32_MAX;
}

START_TEST(exclusions_veto)
{
	struct fdmap_query *q = query();
	int t = fdmap_query_pid(q, 5, 0, NULL);

	ck_assert_int_ge(t, 0);
	ck_assert_int_ge(fdmap_query_uid(q, 33, NULL, FDMAP_NOT, NULL), 0);
	ck_assert_uint_eq(ids(q, 5, 1, 33), UINT32_MAX);
	/* Excluded first: the PID was not looked for. */
	ck_assert(!hits_has(hits, (unsigned)t));
	ck_assert_uint_eq(ids(q, 5, 1, 0), SEL_PID);
	ck_assert(hits_has(hits, (unsigned)t));
	ck_assert_uint_eq(ids(q, 6, 1, 0), 0);
	fdmap_query_free(q);
}
END_TEST

START_TEST(any_and_all)
{
	struct fdmap_query *q = query();

	ck_assert(select_done(q, 0));
	fdmap_query_pid(q, 5, 0, NULL);
	fdmap_query_unix(q);
	ck_assert(select_done(q, SEL_PID));
	ck_assert(select_done(q, SEL_UNX));
	ck_assert(!select_done(q, SEL_NET));
	ck_assert(select_possible(q, 0));
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	ck_assert(!select_done(q, SEL_PID));
	ck_assert(select_done(q, SEL_PID | SEL_UNX));
	ck_assert(!select_possible(q, 0));
	ck_assert(select_possible(q, SEL_PID));
	fdmap_query_free(q);
}
END_TEST

START_TEST(contradictions)
{
	struct fdmap_query *q = query();
	struct fdmap_error err;

	ck_assert_int_ge(fdmap_query_pid(q, 5, 0, &err), 0);
	ck_assert_int_ge(fdmap_query_pid(q, 5, 0, &err), 0);
	ck_assert_int_lt(fdmap_query_pid(q, 5, FDMAP_NOT, &err), 0);
	ck_assert_str_eq(err.text, "PID 5 has been included and excluded.");
	ck_assert_int_ge(fdmap_query_command(q, "ssh", 0, &err), 0);
	ck_assert_int_lt(fdmap_query_command(q, "ssh", FDMAP_NOT, &err), 0);
	ck_assert_str_eq(err.text, "-c^ssh and -cssh conflict.");
	ck_assert_int_lt(fdmap_query_command(q, "12345678901234567", 0, &err), 0);
	ck_assert_str_eq(err.text, "\"-c 12345678901234567\" length (17) > what system provides (15)");
	ck_assert_int_ge(fdmap_query_state(q, "tcp", "listen", 0, &err), 0);
	ck_assert_int_lt(fdmap_query_state(q, "TCP", "LISTEN", 0, &err), 0);
	ck_assert_str_eq(err.text, "duplicate TCP inclusion: LISTEN");
	ck_assert_int_lt(fdmap_query_state(q, "TCP", "LISTEN", FDMAP_NOT, &err), 0);
	ck_assert_str_eq(err.text, "can't include and exclude TCP state: LISTEN");
	ck_assert_int_lt(fdmap_query_state(q, "TCP", "FOO", 0, &err), 0);
	ck_assert_str_eq(err.text, "unknown TCP state name: FOO");
	ck_assert_int_lt(fdmap_query_state(q, "foo", "LISTEN", 0, &err), 0);
	ck_assert_str_eq(err.text, "unknown -s protocol: \"foo\"");
	fdmap_query_free(q);
}
END_TEST

START_TEST(commands)
{
	struct fdmap_query *q = query();
	uint32_t got = 0;
	int re, prefix;

	memset(hits, 0, sizeof(hits));
	prefix = fdmap_query_command(q, "ngi", 0, NULL);
	re = fdmap_query_regex(q, "^NGINX$", "/^NGINX$/i", FDMAP_ICASE, NULL);
	ck_assert_int_ge(prefix, 0);
	ck_assert_int_ge(re, 0);
	fdmap_query_command(q, "nginx-bad", FDMAP_NOT, NULL);
	ck_assert(select_command(q, "nginx", hits, &got));
	ck_assert_uint_eq(got, SEL_CMD);
	ck_assert(hits_has(hits, (unsigned)prefix));
	/* A prefix matched, so the expression was not tried. */
	ck_assert(!hits_has(hits, (unsigned)re));
	got = 0;
	ck_assert(!select_command(q, "nginx-bad1", hits, &got));
	ck_assert(select_command(q, "Nginx", hits, &got));
	ck_assert_uint_eq(got, SEL_CMD);
	ck_assert(hits_has(hits, (unsigned)re));
	got = 0;
	ck_assert(select_command(q, "bash", hits, &got));
	ck_assert_uint_eq(got, 0);
	fdmap_query_free(q);
}
END_TEST

START_TEST(descriptors)
{
	struct fdmap_query *q = query();

	ck_assert_uint_eq(select_fd(q, 3), 0);
	ck_assert_int_ge(fdmap_query_fd(q, 3, 5, 0), 0);
	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_CWD, 0), 0);
	ck_assert_int_lt(fdmap_query_fd(q, 9, 9, FDMAP_NOT), 0);
	ck_assert_uint_eq(select_fd(q, 3), SEL_FD);
	ck_assert_uint_eq(select_fd(q, 6), 0);
	ck_assert_uint_eq(select_fd(q, FDMAP_FD_CWD), SEL_FD);
	ck_assert_uint_eq(select_fd(q, FDMAP_FD_RTD), 0);
	fdmap_query_free(q);
	q = query();
	ck_assert_int_ge(fdmap_query_fd(q, 3, 3, FDMAP_NOT), 0);
	ck_assert_uint_eq(select_fd(q, 3), 0);
	ck_assert_uint_eq(select_fd(q, 4), SEL_FD);
	ck_assert_uint_eq(select_fd(q, FDMAP_FD_MEM), SEL_FD);
	fdmap_query_free(q);
}
END_TEST

static struct fdmap_sock tcp4(const char *l, uint16_t lport, const char *r, uint16_t rport,
			      uint8_t state)
{
	struct fdmap_sock s = { .ino = 7, .table = FDMAP_TCP, .family = AF_INET, .state = state,
				.lport = lport, .rport = rport };

	ck_assert_int_eq(inet_pton(AF_INET, l, &s.laddr), 1);
	ck_assert_int_eq(inet_pton(AF_INET, r, &s.raddr), 1);
	return s;
}

static uint32_t sock(const struct fdmap_query *q, const struct fdmap_sock *s, bool *hidden)
{
	struct selector sel = { .q = q };

	memset(hits, 0, sizeof(hits));
	return select_sock(&sel, s, hits, hidden);
}

START_TEST(addresses)
{
	struct fdmap_query *q = query();
	struct fdmap_sock s = tcp4("127.0.0.1", 40000, "10.0.0.1", 80, 1);
	bool hidden;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, "@10.0.0.1:80", NULL), 0);
	ck_assert_uint_eq(sock(q, &s, &hidden), SEL_NA);
	/* Address and port are of the same end. */
	s = tcp4("10.0.0.1", 40000, "127.0.0.1", 80, 1);
	ck_assert_uint_eq(sock(q, &s, &hidden), 0);
	s = tcp4("10.0.0.1", 80, "0.0.0.0", 0, 10);
	ck_assert_uint_eq(sock(q, &s, &hidden), SEL_NA);
	fdmap_query_free(q);
}
END_TEST

START_TEST(mapped_addresses_count_as_four)
{
	struct fdmap_query *q4 = query(), *q6 = query(), *all6 = query();
	struct fdmap_sock s = { .ino = 7, .table = FDMAP_TCP, .family = AF_INET6, .state = 1,
				.lport = 80, .rport = 4000 };
	bool hidden;

	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:127.0.0.1", &s.laddr), 1);
	s.raddr = s.laddr;
	fdmap_query_inet(q4, NULL, "4TCP:80", NULL);
	fdmap_query_inet(q6, NULL, "6TCP:80", NULL);
	fdmap_query_inet_all(all6, 6);
	ck_assert_uint_eq(sock(q4, &s, &hidden), SEL_NA);
	ck_assert_uint_eq(sock(q6, &s, &hidden), 0);
	ck_assert_uint_eq(sock(all6, &s, &hidden), SEL_NET);
	fdmap_query_free(q4);
	fdmap_query_free(q6);
	fdmap_query_free(all6);
}
END_TEST

START_TEST(states_hide)
{
	struct fdmap_query *q = query();
	struct fdmap_sock s = tcp4("127.0.0.1", 80, "0.0.0.0", 0, 10);
	int state, all;
	bool hidden;

	all = fdmap_query_inet_all(q, 0);
	state = fdmap_query_state(q, "tcp", "LISTEN", 0, NULL);
	ck_assert_uint_eq(sock(q, &s, &hidden), SEL_NET);
	ck_assert(!hidden);
	ck_assert(hits_has(hits, (unsigned)state));
	ck_assert(hits_has(hits, (unsigned)all));
	s.state = 1;
	ck_assert_uint_eq(sock(q, &s, &hidden), 0);
	ck_assert(hidden);
	ck_assert(!hits_has(hits, (unsigned)all));
	/* The TCP list counts for UDP, too. */
	s.table = FDMAP_UDP;
	s.state = 7;
	(void)sock(q, &s, &hidden);
	ck_assert(hidden);
	/* ... until UDP has its own. */
	ck_assert_int_ge(fdmap_query_state(q, "udp", "ESTABLISHED", FDMAP_NOT, NULL), 0);
	ck_assert_uint_eq(sock(q, &s, &hidden), SEL_NET);
	ck_assert(!hidden);
	fdmap_query_free(q);
}
END_TEST

START_TEST(links_and_devices)
{
	struct fdmap_query *q = query();
	struct fdmap_stat st = { .dev = makedev(8, 1), .ino = 9, .mode = S_IFREG, .nlink = 0 };
	const char *as = NULL;

	ck_assert_int_ge(fdmap_query_nlink(q, 1), 0);
	ck_assert_uint_eq(select_stat(q, &st, hits, &as), SEL_NLINK);
	st.nlink = 1;
	ck_assert_uint_eq(select_stat(q, &st, hits, &as), 0);
	ck_assert_ptr_null(as);
	fdmap_query_free(q);
}
END_TEST

START_TEST(same_text_is_one_term)
{
	struct fdmap_query *q = query();
	int a = fdmap_query_inet(q, NULL, ":80", NULL), b = fdmap_query_inet(q, NULL, ":80", NULL);
	size_t n;

	ck_assert_int_ge(a, 0);
	ck_assert_int_eq(a, b);
	(void)fdmap_query_terms(q, &n);
	ck_assert_uint_eq(n, 1);
	fdmap_query_free(q);
}
END_TEST

UNIT_MAIN("select", exclusions_veto, any_and_all, contradictions, commands, descriptors, addresses,
	  mapped_addresses_count_as_four, states_hide, links_and_devices, same_text_is_one_term)
