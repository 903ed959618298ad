/* SPDX-License-Identifier: MIT */
/*
 * fdmap_visit: rows that come in parts are those that come at once, whatever they look like, for
 * any size of the parts and any number of threads.
 */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"
#include "test/lib/visit.h"

#define COPIES 3

static const struct {
	unsigned threads, part;
} ways[] = { { 2, 1 }, { 1, 8 }, { 8, 1 }, { 8, 0 } };

/* Where the line begins that differs, or both end. */
static size_t first_difference(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	if (a[n] || b[n])
		while (n && a[n - 1] != '\n')
			n--;
	return n;
}

/* The most calls there were. */
static unsigned compare(const char *dir, const char *line, uint32_t want, size_t nways)
{
	char *one = taken(dir, line, want);
	unsigned calls, most = 0;
	size_t at;

	for (size_t i = 0; i < nways; i++) {
		char *other = visited(dir, line, want, ways[i].threads, ways[i].part, &calls);

		at = first_difference(one, other);
		ck_assert_msg(!one[at] && !other[at], "%s, way %zu: [%.300s] [%.300s]", line, i,
			      one + at, other + at);
		free(other);
		most = calls > most ? calls : most;
		/* No tree has 64 processes. */
		if (!ways[i].part)
			ck_assert_uint_le(calls, 1);
	}
	free(one);
	return most;
}

static const char *const in_parts[] = {
	"",
	"-i",
	"-i TCP:22",
	"-i UDP -U",
	"-i -sTCP:LISTEN",
	"-u 0",
	"-u ^0",
	"-c s",
	"-c ^s",
	"-c /a/",
	"-g 1,5,812",
	"-p ^1",
	"-d 3-5,cwd",
	"-d ^mem,^3",
	"-a -d txt -u 0",
	"+L1",
	"-U",
	"-N",
	"-X",
	"-K",
	"-a -K -u 0",
	"-K i",
	"-a -u 4711 -d 0",
	"/var/log/auth.log",
	"/var/log/auth.log /dev/null -c nosuch",
	"--filter pid>10",
	"--filter tcp&&lport<1024",
	"--filter deleted||fd==cwd",
	"--filter lock==W",
};

static const char *const at_once[] = {
	"-E", "+E -i", "+D /", "--netns=all -i", "--unowned", "-p 1,5,812,15",
};

static bool is_of_process(const char *line)
{
	const char *blank = strchr(line, ' ');

	return blank && blank[1] >= '1' && blank[1] <= '9' && *line != '#';
}

/* Few trees have more processes than a chunk: each of them is there several times. */
static char *unpack(const char *tree)
{
	const char *top = getenv("FDMAP_TOP");
	char path[512], *line = NULL, *dir;
	size_t cap = 0;
	struct buf text;
	ssize_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/test/trees/%s.tree", top ? top : ".", tree);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	buf_init(&text);
	for (int copy = 0; copy < COPIES; copy++) {
		rewind(f);
		while ((n = getline(&line, &cap, f)) > 0) {
			char *rest = strchr(line, ' ');

			if (!copy || !is_of_process(line)) {
				buf_put(&text, line, copy ? 0 : (size_t)n);
				continue;
			}
			buf_put(&text, line, (size_t)(rest - line) + 1);
			buf_printf(&text, "%ld", strtol(rest, &rest, 10) + 10000L * copy);
			buf_puts(&text, rest);
		}
	}
	(void)fclose(f);
	free(line);
	dir = tree_unpack(buf_str(&text));
	buf_fini(&text);
	return dir;
}

/* Every step-th command line. */
static void compare_lines(const char *tree, size_t from, size_t step)
{
	char *dir = unpack(tree);
	unsigned parts = 0, sound = 0, calls;
	/* A tool that makes each of them take fifty times as long sees all there is in the first. */
	size_t nways = getenv("UNIT_TOOL") ? 1 : ARRAY_LEN(ways);

	for (size_t i = from; i < ARRAY_LEN(in_parts); i += step) {
		if (!visit_is_sound(dir, in_parts[i]))
			continue;
		sound++;
		parts += compare(dir, in_parts[i], FACTS, nways) > 1;
		(void)compare(dir, in_parts[i], 0, 1);
	}
	for (size_t i = from; i < ARRAY_LEN(at_once); i += step) {
		calls = visit_is_sound(dir, at_once[i]) ? compare(dir, at_once[i], FACTS, 2) : 0;
		ck_assert_msg(calls <= 1, "%s", at_once[i]);
	}
	tree_remove(dir);
	ck_assert_uint_gt(sound, ARRAY_LEN(in_parts) / 2 / step);
	ck_assert_uint_gt(parts, ARRAY_LEN(in_parts) / 4 / step);
}

static void compare_tree(const char *tree)
{
	compare_lines(tree, 0, 1);
}

START_TEST(test_odd)
{
	compare_tree("odd");
}
END_TEST

/* By far the largest of them. */
START_TEST(test_kinds)
{
	compare_lines("kinds", 0, 2);
}
END_TEST

START_TEST(test_more_kinds)
{
	compare_lines("kinds", 1, 2);
}
END_TEST

START_TEST(test_threads)
{
	compare_tree("threads");
}
END_TEST

START_TEST(test_ends)
{
	compare_tree("ends");
}
END_TEST

START_TEST(test_namespaces)
{
	compare_tree("namespaces");
}
END_TEST

START_TEST(test_web)
{
	compare_tree("web");
}
END_TEST

START_TEST(test_uring)
{
	compare_tree("uring");
}
END_TEST

START_TEST(test_unowned)
{
	compare_tree("unowned");
}
END_TEST

UNIT_MAIN("visit", test_odd, test_kinds, test_more_kinds, test_threads, test_ends, test_namespaces,
	  test_web, test_uring, test_unowned)
