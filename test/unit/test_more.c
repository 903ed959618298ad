/* SPDX-License-Identifier: MIT */
/* Details looked up: what that costs, and what it must not claim. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fdmap.h"
#include "kind/detail.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;
static struct fdmap_snapshot *snap;

static void setup(char *unpacked)
{
	struct fdmap_config cfg = { .threads = 1, .proc = unpacked };

	dir = unpacked;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
}

static void teardown(void)
{
	fdmap_snapshot_free(snap);
	snap = NULL;
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

/* Takes the query; what that alone cost. */
static struct fdmap_counts take(void)
{
	struct fdmap_counts before, after;

	fdmap_snapshot_free(snap);
	fdmap_counts(map, &before);
	ck_assert_int_eq(fdmap_take(map, query, &snap), 0);
	fdmap_counts(map, &after);
	after.fdinfos -= before.fdinfos;
	after.reads -= before.reads;
	after.links -= before.links;
	after.stats -= before.stats;
	after.dirs -= before.dirs;
	after.paths -= before.paths;
	return after;
}

static const struct fdmap_file *file_of(pid_t pid, int32_t fd)
{
	size_t n;
	const struct fdmap_process *p = fdmap_processes(snap, &n);

	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; p[i].pid == pid && j < p[i].nfiles; j++)
			if (p[i].files[j].fd == fd)
				return &p[i].files[j];
	ck_abort_msg("no row %d of %d", fd, pid);
	return NULL;
}

/* A text of the n-th target of an epoll, "" when it is not there. */
static const char *target(pid_t pid, int32_t fd, uint32_t n, const char *key)
{
	const struct fdmap_file *f = file_of(pid, fd);
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_detail *list = detail_find(more->details, more->ndetails, "targets"), *v;

	ck_assert_ptr_nonnull(list);
	ck_assert_uint_lt(n, list->n);
	v = detail_find(list->v[n].v, list->v[n].n, key);
	return v ? v->text : "";
}

#define WANTS (FDMAP_COMM | FDMAP_FDS | FDMAP_LINK | FDMAP_STAT)

/* What tells something in fdinfo is read once, and nothing else is. */
START_TEST(test_cost)
{
	struct fdmap_counts plain, more;

	setup(tree_unpack_file("detail"));
	ck_assert_int_ge(fdmap_query_pid(query, 900, 0, NULL), 0);
	fdmap_query_want(query, WANTS);
	plain = take();
	/* Of a ring, for the files registered in it. */
	ck_assert_uint_eq(plain.fdinfos, 1);
	ck_assert_ptr_null(fdmap_more(file_of(900, 3))->details);
	fdmap_query_want(query, WANTS | FDMAP_MORE);
	more = take();
	/* One each besides the ring's, and an epoll again, whose targets were lost. */
	ck_assert_uint_eq(more.fdinfos, plain.fdinfos + 20 + 1);
	/* mountinfo for fanotify; the command of a pidfd's process */
	ck_assert_uint_eq(more.reads, plain.reads + 2);
	/* the epoll itself, the targets that are not rows, or are another's */
	ck_assert_uint_eq(more.links, plain.links + 1 + 3);
	ck_assert_uint_eq(more.paths, plain.paths);
	teardown();
}
END_TEST

START_TEST(test_targets)
{
	setup(tree_unpack_file("detail"));
	fdmap_query_want(query, WANTS | FDMAP_MORE);
	(void)take();
	ck_assert_str_eq(target(900, 5, 0, "what"), "/dev/null");
	ck_assert_str_eq(target(900, 5, 1, "what"), "anon_inode:[eventfd]");
	ck_assert_str_eq(target(900, 5, 2, "what"), "pipe:[50001]");
	ck_assert_str_eq(target(900, 5, 4, "what"), "reused");
	ck_assert_str_eq(target(900, 5, 4, "object"), "socket:[60001]");
	ck_assert_str_eq(target(900, 5, 4, "held_by"), "901,child\n,4");
	ck_assert_str_eq(target(900, 5, 5, "what"), "closed");
	ck_assert_str_eq(target(900, 5, 5, "object"), "");
	ck_assert_str_eq(target(900, 5, 6, "object"), "pipe:[50002]");
	teardown();
}
END_TEST

#define STAT_LINE(pid) \
	"file " pid "/stat | " pid " (p) S 1 " pid " " pid " 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 1 1 1\n"
#define ANON " mode=0600 dev=0:16 ino=1038 nlink=1 l=rw\n"

/* The files of a ring follow its number without numbers of their own. */
START_TEST(test_ring_between)
{
	struct buf text;

	buf_init(&text);
	buf_puts(&text, "dir 7 uid=0\n" STAT_LINE("7"));
	buf_puts(&text, "link 7/fd/3 anon_inode:[io_uring] mode=0600 dev=0:16 ino=5 nlink=1 l=rw\n");
	buf_puts(&text, "file 7/fdinfo/3 | UserFiles:\t9\n");
	for (int i = 0; i < 9; i++)
		buf_printf(&text, "file 7/fdinfo/3 | %5d: /tmp/%d\n", i, i);
	buf_puts(&text, "link 7/fd/4 pipe:[51] mode=010600 dev=0:15 ino=51 nlink=1 l=r\n");
	buf_puts(&text, "link 7/fd/5 anon_inode:[eventpoll]" ANON);
	buf_puts(&text, "file 7/fdinfo/5 | tfd: 4 events: 19 data: 0  pos:0 ino:33 sdev:f\n");
	buf_puts(&text, "file 7/fdinfo/5 | tfd: 6 events: 19 data: 0  pos:0 ino:34 sdev:f\n");
	buf_puts(&text, "link 7/fd/6 pipe:[52] mode=010600 dev=0:15 ino=52 nlink=1 l=r\n");
	setup(tree_unpack(buf_str(&text)));
	fdmap_query_want(query, WANTS | FDMAP_MORE);
	(void)take();
	ck_assert_str_eq(target(7, 5, 0, "what"), "pipe:[51]");
	ck_assert_str_eq(target(7, 5, 1, "what"), "pipe:[52]");
	teardown();
	buf_fini(&text);
}
END_TEST

/* Where a process may not be looked at again, nothing is said to be closed. */
START_TEST(test_denied)
{
	static const char text[] =
		"dir 8 uid=0\n" STAT_LINE("8")
		"link 8/fd/5 anon_inode:[eventpoll]" ANON
		"file 8/fdinfo/5 | tfd: 4 events: 19 data: 0  pos:0 ino:33 sdev:f\n"
		"file 8/fdinfo/5 | tfd: 6 events: 19 data: 0  pos:0 ino:34 sdev:f\n"
		"link 8/fd/4 pipe:[51] mode=010600 dev=0:15 ino=51 nlink=1 l=r\n"
		"deny 8/fd/4 link EACCES\n";

	setup(tree_unpack(text));
	fdmap_query_want(query, WANTS | FDMAP_MORE);
	(void)take();
	ck_assert_str_eq(target(8, 5, 0, "what"), "");
	ck_assert_str_eq(target(8, 5, 1, "what"), "closed");
	teardown();
}
END_TEST

UNIT_MAIN("more", test_cost, test_targets, test_ring_between, test_denied)
