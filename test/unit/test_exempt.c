/* SPDX-License-Identifier: MIT */
/* File systems that are not asked: how they are told, what is not called, what rows show. */
#include "engine/exempt.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;

static void setup(void)
{
	struct fdmap_config cfg = { .threads = 1 };

	dir = tree_unpack_file("places");
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

static bool is_exempt(const char *text)
{
	return exempt_find(query, text, strlen(text)) != NULL;
}

START_TEST(test_find)
{
	struct fdmap_error err;

	setup();
	ck_assert(!is_exempt("/mnt/tmp/x"));
	ck_assert_int_eq(fdmap_query_exempt(query, map, "/mnt/tmp//", '-', &err), 0);
	ck_assert(is_exempt("/mnt/tmp"));
	ck_assert(is_exempt("/mnt/tmp/x"));
	/* As lsof has it. */
	ck_assert(is_exempt("/mnt/tmp2"));
	ck_assert(!is_exempt("/mnt/tm"));
	ck_assert(!is_exempt("socket:[1]"));
	ck_assert(!is_exempt(""));
	ck_assert_int_eq(fdmap_query_exempt(query, map, "/nosuch", '-', &err), -EINVAL);
	ck_assert_str_eq(err.text, "\"-e /nosuch\" is not a mounted file system.");
	ck_assert_int_eq(fdmap_query_exempt(query, map, "/mnt/", '+', &err), -EINVAL);
	ck_assert_str_eq(err.text, "\"+e /mnt/\" is not a mounted file system.");
	ck_assert_int_eq(fdmap_query_exempt(query, map, "", '+', NULL), -EINVAL);
	/* It is no selection. */
	ck_assert(!fdmap_query_selects(query));
	teardown();
}
END_TEST

static struct fdmap_counts take(struct fdmap_snapshot **s)
{
	struct fdmap_counts before, after;

	fdmap_counts(map, &before);
	ck_assert_int_eq(fdmap_take(map, query, s), 0);
	fdmap_counts(map, &after);
	after.stats -= before.stats;
	after.lmodes -= before.lmodes;
	after.paths -= before.paths;
	return after;
}

/* -a -p 100 -d 6: neither what the descriptor is nor its link is asked for. */
START_TEST(test_not_asked)
{
	struct fdmap_snapshot *s;
	const struct fdmap_process *p;
	struct fdmap_look look;
	size_t n;

	setup();
	ck_assert_int_eq(fdmap_query_exempt(query, map, "/mnt/tmp", '+', NULL), 0);
	ck_assert_int_ge(fdmap_query_pid(query, 100, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(query, 6, 6, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	fdmap_query_want(query, FDMAP_FDS | FDMAP_LINK | FDMAP_STAT | FDMAP_ACCESS | FDMAP_LOCKS);
	struct fdmap_counts c = take(&s);

	ck_assert_uint_eq(c.stats + c.lmodes + c.paths, 0);
	p = fdmap_processes(s, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(p->nfiles, 1);
	ck_assert_int_eq(p->files[0].kind, FDMAP_KIND_EXEMPT);
	ck_assert_str_eq(fdmap_more(&p->files[0])->exempt, "(+e /mnt/tmp)");
	ck_assert_int_eq(p->files[0].access, ' ');
	fdmap_look(&(struct fdmap_row){ s, p, p->files }, &look);
	ck_assert_str_eq(look.type, "UNKNfd");
	ck_assert_uint_eq(look.has, FDMAP_HAS_DEV);
	ck_assert_uint_eq(look.dev, makedev(0, 41));
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

/* The executable, and mappings: their lines tell two numbers. */
START_TEST(test_mappings)
{
	static const struct {
		int fd;
		const char *type;
		uint64_t ino;
	} want[] = {
		{ FDMAP_FD_TXT, "UNKNtxt", 0 },
		{ FDMAP_FD_MEM, "UNKNmem", 5000 },
		{ FDMAP_FD_DEL, "UNKNdel", 5007 },
	};
	struct fdmap_snapshot *s;
	const struct fdmap_process *p;
	size_t n, found = 0;

	setup();
	ck_assert_int_eq(fdmap_query_exempt(query, map, "/mnt/tmp", '-', NULL), 0);
	ck_assert_int_ge(fdmap_query_pid(query, 100, 0, NULL), 0);
	fdmap_query_want(query, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_LINK | FDMAP_STAT);
	(void)take(&s);
	p = fdmap_processes(s, &n);
	ck_assert_uint_eq(n, 1);
	for (uint32_t i = 0; i < p->nfiles; i++) {
		const struct fdmap_row row = { s, p, &p->files[i] };
		struct fdmap_look look;

		if (row.file->kind != FDMAP_KIND_EXEMPT || row.file->fd >= 0)
			continue;
		ck_assert_uint_lt(found, 3);
		fdmap_look(&row, &look);
		ck_assert_int_eq(row.file->fd, want[found].fd);
		ck_assert_str_eq(look.type, want[found].type);
		ck_assert_uint_eq(look.ino, want[found].ino);
		ck_assert_int_eq(!(look.has & FDMAP_HAS_INODE), !want[found].ino);
		ck_assert(!(look.has & (FDMAP_HAS_SIZE | FDMAP_HAS_NLINK)));
		found++;
	}
	ck_assert_uint_eq(found, 3);
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

/* +m */
static int count(void *arg, const char *where, uint64_t dev)
{
	size_t *n = arg;

	if (strcmp(where, "/mnt/nfs") == 0)
		ck_assert_uint_eq(dev, makedev(0, 40));
	return ++*n == 4 ? 9 : 0;
}

START_TEST(test_mounts)
{
	size_t n = 0;

	setup();
	ck_assert_int_eq(fdmap_mounts(map, count, &n), 9);
	ck_assert_int_eq(fdmap_mounts(map, count, &n), 0);
	ck_assert_uint_eq(n, 9);
	teardown();
}
END_TEST

UNIT_MAIN("exempt", test_find, test_not_asked, test_mappings, test_mounts)
