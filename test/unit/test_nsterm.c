/* SPDX-License-Identifier: MIT */
/* --netns: words to namespaces. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/query.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define BLUE UINT64_C(4026532100)
#define NAMELESS UINT64_C(4026532200)

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;
static struct fdmap_error err;

static void setup(void)
{
	struct fdmap_config cfg = { .threads = 1 };

	dir = tree_unpack_file("namespaces");
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
}

static void teardown(void)
{
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

/* The inode that a word stands for; 0: our own. */
static uint64_t inode_of(const char *word)
{
	size_t n = query->netns.n;

	ck_assert_msg(fdmap_query_netns(query, map, word, &err) == 0, "%s: %s", word, err.text);
	ck_assert(query->netns.given);
	if (query->netns.n > n)
		return query->netns.ino[n];
	ck_assert_msg(query->netns.self, "%s", word);
	return 0;
}

START_TEST(words)
{
	setup();
	ck_assert(!query->netns.given);
	ck_assert_int_eq(fdmap_query_netns(query, map, "all", NULL), 0);
	ck_assert(query->netns.given && query->netns.all && !query->netns.self);
	ck_assert_uint_eq(inode_of("self"), 0);
	ck_assert(query->netns.all);
	teardown();
}
END_TEST

START_TEST(ways)
{
	static const struct {
		const char *word;
		uint64_t ino;
	} cases[] = {
		{ "200", BLUE },		{ "blue", BLUE },
		{ "/run/netns/blue", BLUE },	{ "/srv/ns/blue", BLUE },
		{ "4026532100", BLUE },		{ "net:[4026532100]", BLUE },
		{ "300", NAMELESS },		{ "4026532200", NAMELESS },
		{ "4026532300", 4026532300 },	{ "4026532400", 4026532400 },
		{ "4026532500", 4026532500 },	{ "100", 0 },
		{ "400", 0 },			{ "4026531840", 0 },
		{ "net:[4026531840]", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		setup();
		ck_assert_msg(inode_of(cases[i].word) == cases[i].ino, "%s", cases[i].word);
		teardown();
	}
}
END_TEST

/* They add up, each once. */
START_TEST(several)
{
	setup();
	ck_assert_uint_eq(inode_of("blue"), BLUE);
	ck_assert_uint_eq(inode_of("300"), NAMELESS);
	ck_assert_int_eq(fdmap_query_netns(query, map, "200", &err), 0);
	ck_assert_uint_eq(query->netns.n, 2);
	ck_assert(!query->netns.self && !query->netns.all);
	teardown();
}
END_TEST

START_TEST(none)
{
	static const char *const wrong[] = {
		"green", "999", "0",	      "4026539999", "net:[4026539999]", "mnt:[4026531841]",
		"",	 ".",	"/etc/hosts", "/nowhere",   "99999999999999999999", "../netns/blue/x",
	};

	setup();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char text[128];

		(void)snprintf(text, sizeof(text), "no network namespace: %s", wrong[i]);
		ck_assert_msg(fdmap_query_netns(query, map, wrong[i], &err) == -EINVAL, "%s",
			      wrong[i]);
		ck_assert_str_eq(err.text, text);
		ck_assert(!query->netns.given);
	}
	teardown();
}
END_TEST

/* What only --netns could widen: terms on sockets, and no --netns. */
START_TEST(local)
{
	setup();
	ck_assert(!fdmap_query_is_local(query));
	ck_assert_int_ge(fdmap_query_pid(query, 1, 0, NULL), 0);
	ck_assert(!fdmap_query_is_local(query));
	ck_assert_int_ge(fdmap_query_unix(query), 0);
	ck_assert(fdmap_query_is_local(query));
	ck_assert_uint_eq(inode_of("self"), 0);
	ck_assert(!fdmap_query_is_local(query));
	ck_assert_int_eq(fdmap_other_namespaces(map), 4);
	teardown();
}
END_TEST

UNIT_MAIN("nsterm", words, ways, several, none, local)
