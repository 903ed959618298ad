/* SPDX-License-Identifier: MIT */
/* Queries: after -EINVAL one is as it was before. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "fdmap.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;

static void setup(void)
{
	struct fdmap_config cfg = { .threads = 1 };

	cfg.proc = dir = tree_unpack("dir 1 uid=0\nfile 1/stat | 1 (x) S 0 1 1\n");
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	ck_assert_int_ge(fdmap_query_pid(query, 5, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_pgid(query, 6, FDMAP_NOT, NULL), 0);
	ck_assert_int_ge(fdmap_query_uid(query, 7, "me", 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_command(query, "sh", 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(query, 0, 2, 0), 0);
	ck_assert_int_ge(fdmap_query_state(query, "tcp", "LISTEN", 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_filter(query, NULL, "size > 1", NULL), 0);
	fdmap_query_want(query, FDMAP_FDS | FDMAP_LINK);
}

static void teardown(void)
{
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

static int put_part(void *arg, const char *part, const char *text)
{
	buf_printf(arg, "%s: %s\n", part, text);
	return 0;
}

/* How it would be answered, and its terms. */
static void describe(struct buf *out)
{
	const struct fdmap_term *terms;
	size_t n;

	buf_reset(out);
	ck_assert_int_eq(fdmap_explain(map, query, put_part, out), 0);
	terms = fdmap_query_terms(query, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%d %s %llu\n", (int)terms[i].what,
			   terms[i].text ? terms[i].text : "", (unsigned long long)terms[i].number);
}

#define WRONG(call)                                                                                \
	do {                                                                                       \
		struct fdmap_error err = { .text = "" };                                           \
		ck_assert_int_eq(call, -EINVAL);                                                   \
		describe(&after);                                                                  \
		ck_assert_str_eq(buf_str(&before), buf_str(&after));                               \
		(void)err;                                                                         \
	} while (0)

START_TEST(wrong_words)
{
	struct buf before, after;

	setup();
	buf_init(&before);
	buf_init(&after);
	describe(&before);
	WRONG(fdmap_query_pid(query, -1, 0, &err));
	WRONG(fdmap_query_pid(query, 5, FDMAP_NOT, &err));
	WRONG(fdmap_query_pgid(query, 6, 0, &err));
	WRONG(fdmap_query_uid(query, 7, "me", FDMAP_NOT, &err));
	WRONG(fdmap_query_command(query, "longer than sixteen", 0, &err));
	WRONG(fdmap_query_command(query, "sh", FDMAP_NOT, &err));
	WRONG(fdmap_query_regex(query, "(", "(", 0, &err));
	WRONG(fdmap_query_fd(query, 3, 2, 0));
	WRONG(fdmap_query_fd(query, 3, 4, FDMAP_NOT));
	WRONG(fdmap_query_slot(query, 3, 0));
	WRONG(fdmap_query_slot(query, FDMAP_FD_NONE, 0));
	WRONG(fdmap_query_no_fd(query, FDMAP_NOT));
	WRONG(fdmap_query_inet_all(query, 5));
	WRONG(fdmap_query_inet(query, NULL, "5TCP", &err));
	WRONG(fdmap_query_inet(query, map, "TCP:1,,2", &err));
	WRONG(fdmap_query_state(query, "tcp", "LISTEN", FDMAP_NOT, &err));
	WRONG(fdmap_query_state(query, "sctp", "LISTEN", 0, &err));
	WRONG(fdmap_query_netns(query, map, "none", &err));
	WRONG(fdmap_query_exempt(query, map, "/none", '-', &err));
	WRONG(fdmap_query_filter(query, map, "size >", &err));
	WRONG(fdmap_query_filter(query, map, " ", &err));
	buf_fini(&before);
	buf_fini(&after);
	teardown();
}
END_TEST

/* An address that is too much does not use up what is left for others. */
START_TEST(addresses)
{
	char spec[512] = ":1";
	struct fdmap_error err;

	setup();
	for (int port = 2; port <= 60; port++)
		(void)snprintf(spec + strlen(spec), sizeof(spec) - strlen(spec), ",%d", port);
	ck_assert_int_ge(fdmap_query_inet(query, NULL, spec, &err), 0);
	spec[1] = '9';
	ck_assert_int_eq(fdmap_query_inet(query, NULL, spec, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "limit"));
	ck_assert_int_ge(fdmap_query_inet(query, NULL, ":1,2,3", &err), 0);
	teardown();
}
END_TEST

/* -a needs something to select by, and a filter is nothing of that sort. */
START_TEST(nothing_to_match)
{
	struct fdmap_snapshot *s;

	setup();
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	ck_assert_int_ge(fdmap_query_filter(query, NULL, "pid > 0", NULL), 0);
	ck_assert(!fdmap_query_selects(query));
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	ck_assert_int_eq(fdmap_take(map, query, &s), -EINVAL);
	teardown();
}
END_TEST

UNIT_MAIN("query", wrong_words, addresses, nothing_to_match)
