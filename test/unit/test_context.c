/* SPDX-License-Identifier: MIT */
/* Security contexts: the text of attr/current, terms, who is asked for one and when. */
#include "proc/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/select.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static bool reads(const char *text, size_t n, const char *want)
{
	return span_eq(parse_context((struct span){ text, n }), want);
}

START_TEST(test_text)
{
	ck_assert(reads("a:b:c:s0", 8, "a:b:c:s0"));
	ck_assert(reads("a:b:c:s0\0", 9, "a:b:c:s0"));
	ck_assert(reads("a:b:c:s0\n", 9, "a:b:c:s0"));
	ck_assert(reads("a:b:c:s0\n\0x", 11, "a:b:c:s0"));
	ck_assert(reads("a\nb", 3, "a\nb"));
	ck_assert(reads("", 0, ""));
	ck_assert(reads("\n", 1, ""));
	ck_assert(reads("\0", 1, ""));
}
END_TEST

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;

static void setup(const char *tree)
{
	struct fdmap_config cfg = { .threads = 1 };

	dir = tree_unpack_file(tree);
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_hide_failed(query, true);
}

static void teardown(void)
{
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

START_TEST(test_read)
{
	struct arena arena;
	struct root *root;
	struct procdir pd;
	struct buf b;
	const char *text;

	dir = tree_unpack_file("selinux");
	arena_init(&arena);
	buf_init(&b);
	ck_assert_int_eq(root_open(&root, dir), 0);
	ck_assert_int_eq(procdir_open(root, 812, &pd), 0);
	ck_assert_int_eq(context_read(root, &pd, &arena, &b, &text), 0);
	ck_assert_str_eq(text, "system_u:system_r:sshd_t:s0-s0:c0.c1023");
	procdir_close(&pd);
	ck_assert_int_eq(procdir_open(root, 900, &pd), 0);
	ck_assert_int_eq(context_read(root, &pd, &arena, &b, &text), -EACCES);
	ck_assert_ptr_null(text);
	procdir_close(&pd);
	root_close(root);
	buf_fini(&b);
	arena_fini(&arena);
	tree_remove(dir);
}
END_TEST

START_TEST(test_terms)
{
	struct fdmap_error err;
	uint64_t hits[1] = { 0 };
	uint32_t got = 0;

	setup("selinux");
	ck_assert(fdmap_has_selinux(map));
	int a = fdmap_query_context(query, map, "*:sshd_t:*", &err);
	int b = fdmap_query_context(query, map, "x[ab]", &err);

	ck_assert_int_ge(a, 0);
	ck_assert_int_ge(b, 0);
	ck_assert_int_eq(fdmap_query_context(query, map, "x[ab]", &err), -EINVAL);
	ck_assert_str_eq(err.text, "duplicate context: x[ab]");
	select_context(query, NULL, hits, &got);
	ck_assert_uint_eq(got, 0);
	select_context(query, "xc", hits, &got);
	ck_assert_uint_eq(got, 0);
	select_context(query, "xb", hits, &got);
	ck_assert_uint_eq(got, SEL_CNTX);
	ck_assert(hits_has(hits, (unsigned)b));
	ck_assert(!hits_has(hits, (unsigned)a));
	teardown();
	setup("places");
	ck_assert(!fdmap_has_selinux(map));
	ck_assert_int_eq(fdmap_query_context(query, map, "x", &err), -ENOTSUP);
	ck_assert_str_eq(err.text, "-Z limited to SELinux");
	teardown();
}
END_TEST

static uint64_t reads_of(const char *pattern, uint32_t want, pid_t pid)
{
	struct fdmap_counts before, after;
	struct fdmap_snapshot *s;
	uint64_t n;

	setup("selinux");
	if (pattern)
		ck_assert_int_ge(fdmap_query_context(query, map, pattern, NULL), 0);
	if (pid) {
		ck_assert_int_ge(fdmap_query_pid(query, pid, 0, NULL), 0);
		fdmap_query_match(query, FDMAP_MATCH_ALL);
	}
	fdmap_query_tasks(query, FDMAP_TASKS_IGNORE);
	fdmap_query_want(query, want);
	fdmap_counts(map, &before);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	fdmap_counts(map, &after);
	n = after.reads - before.reads;
	fdmap_snapshot_free(s);
	teardown();
	return n;
}

/* attr/current is read where it is wanted, once. */
START_TEST(test_cost)
{
	uint32_t fds = FDMAP_FDS | FDMAP_LINK;
	uint64_t without = reads_of(NULL, fds, 0);

	ck_assert_uint_eq(reads_of(NULL, fds | FDMAP_CONTEXT, 0), without + 3);
	/* PID/status and the context: no maps, no mounts, which it never selects. */
	ck_assert_uint_eq(reads_of("*", fds, 812), 2);
	/* It selects and is shown: still once. */
	ck_assert_uint_eq(reads_of("*", fds | FDMAP_CONTEXT, 812), reads_of("*", fds, 812));
}
END_TEST

UNIT_MAIN("context", test_text, test_read, test_terms, test_cost)
