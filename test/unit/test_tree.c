/* SPDX-License-Identifier: MIT */
/* Directories asked for: what they cost, what is found, what is not, on a recorded tree. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdmap.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define FACTS (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS | FDMAP_LINK | FDMAP_COMM)

/* One process with a file in /d and one elsewhere; /d holds two directories and three files. */
static const char plain[] =
	"file self/mountinfo | 22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
	"link self/ns/mnt mnt:[1]\n"
	"dir 7 uid=0\n"
	"file 7/stat | 7 (p) S 1 7 7 0 -1 4194560\n"
	"link 7/ns/mnt mnt:[1]\n"
	"link 7/cwd / mode=040755 dev=8:1 ino=2 nlink=9\n"
	"link 7/root / mode=040755 dev=8:1 ino=2 nlink=9\n"
	"link 7/exe /bin/p mode=100755 dev=8:1 ino=3 nlink=1\n"
	"link 7/fd/0 /dev/null mode=020666 dev=0:5 rdev=1:3 ino=4 nlink=1\n"
	"link 7/fd/3 /d/s/f mode=100644 dev=8:1 ino=12 nlink=1\n"
	"link 7/fd/4 /e mode=100644 dev=8:1 ino=13 nlink=1\n"
	"link 7/fd/5 /d2/g mode=100644 dev=8:1 ino=14 nlink=1\n"
	"path /d mode=040755 dev=8:1 ino=10 nlink=3 real=/d\n"
	"path /d/s mode=040755 dev=8:1 ino=11 nlink=2\n"
	"path /d/s/f mode=100644 dev=8:1 ino=12 nlink=1\n"
	"path /d/t mode=100644 dev=8:1 ino=15 nlink=1\n"
	"path /d/u mode=100644 dev=8:1 ino=16 nlink=1\n"
	"path /d2 mode=040755 dev=8:1 ino=17 nlink=2 real=/d2\n"
	"path /d2/g mode=100644 dev=8:1 ino=14 nlink=1\n"
	"path /up real=d2\n"
	"path /up/g mode=100644 dev=8:1 ino=14 nlink=1\n";

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;
static struct fdmap_snapshot *snap;
static struct fdmap_counts cost;

static void open_tree(char *unpacked, unsigned threads)
{
	struct fdmap_config cfg = { .threads = threads };

	dir = unpacked;
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_want(query, FACTS);
	fdmap_query_hide_failed(query, true);
}

static void close_tree(void)
{
	fdmap_snapshot_free(snap);
	snap = NULL;
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

static int ask(const char *name, bool deep, unsigned cross)
{
	struct fdmap_error err;
	int term = fdmap_query_tree(query, map, name, deep, cross, &err);

	ck_assert_msg(term >= 0, "%s: %s", name, err.text);
	return term;
}

/* "7:3=/d/s/f " for each row; cost: of the taking alone. */
static const char *take(char *text, size_t size)
{
	struct fdmap_counts before;
	const struct fdmap_process *p;
	size_t n, at = 0;

	fdmap_snapshot_free(snap);
	snap = NULL;
	fdmap_counts(map, &before);
	ck_assert_int_eq(fdmap_take(map, query, &snap), 0);
	fdmap_counts(map, &cost);
	cost.names -= before.names;
	cost.paths -= before.paths;
	p = fdmap_processes(snap, &n);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		for (uint32_t j = 0; j < p[i].nfiles; j++) {
			const struct fdmap_row row = { snap, &p[i], &p[i].files[j] };
			char name[128];

			(void)fdmap_name(&row, NULL, 0, name, sizeof(name));
			at += (size_t)snprintf(text + at, size - at, "%d:%d=%s ", p[i].pid,
					       p[i].files[j].fd, name);
			ck_assert_uint_lt(at, size);
		}
	}
	return text;
}

static char rows[2048];
#define ROWS take(rows, sizeof(rows))

/* Nothing but the names of what is found is looked up. */
START_TEST(no_walk)
{
	open_tree(tree_unpack(plain), 1);
	int term = ask("/d", true, 0);

	ck_assert_str_eq(ROWS, "7:3=/d/s/f ");
	ck_assert_uint_eq(cost.names, 0);
	ck_assert_uint_eq(cost.paths, 1);
	ck_assert(!fdmap_hit(snap, (size_t)term));
	close_tree();
}
END_TEST

/* "/d2" begins as "/d" does, and is not in it; "/d/s/f" is not directly in it. */
START_TEST(names_alike)
{
	open_tree(tree_unpack(plain), 1);
	ask("/d", false, 0);
	ck_assert_str_eq(ROWS, "");
	ask("/d2/", false, 0);
	ck_assert_str_eq(ROWS, "7:5=/d2/g ");
	close_tree();
}
END_TEST

/* A link is shown as what it leads to. */
START_TEST(names_through_links)
{
	size_t n;

	open_tree(tree_unpack(plain), 1);
	ask("/up", true, 0);
	const struct fdmap_term *t = fdmap_query_terms(query, &n);

	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(t[0].text, "/d2");
	ck_assert_int_eq(t[0].what, FDMAP_TERM_TREE);
	close_tree();
}
END_TEST

START_TEST(terms)
{
	struct fdmap_error err;

	open_tree(tree_unpack(plain), 1);
	int a = ask("/d", true, 0);

	ck_assert_int_eq(ask("/d//", true, 0), a);
	ck_assert_int_ne(ask("/d", false, 0), a);
	ck_assert_int_ne(ask("/d", true, FDMAP_CROSS_FS), a);
	ck_assert_int_eq(fdmap_query_tree(query, map, "/none", true, 0, &err), -ENOENT);
	ck_assert_str_eq(err.text, "WARNING: can't stat(/none): No such file or directory");
	ck_assert_int_eq(fdmap_query_tree(query, map, "/d/t", true, 0, &err), -ENOTDIR);
	ck_assert_str_eq(err.text, "WARNING: not a directory: /d/t");
	ck_assert_int_lt(fdmap_query_tree(query, map, "", true, 0, NULL), 0);
	close_tree();
}
END_TEST

/* A directory that may not be listed is a term all the same. */
START_TEST(closed)
{
	struct fdmap_error err;

	open_tree(tree_unpack_file("places"), 1);
	ck_assert_int_ge(fdmap_query_tree(query, map, "/home/closed", true, 0, &err), 0);
	ck_assert_str_eq(err.text, "WARNING: can't opendir(/home/closed): Permission denied");
	ck_assert_str_eq(ROWS, "");
	close_tree();
}
END_TEST

static const char in_a[] = "100:-1=/home/a 100:-4=/home/a/sub/deep 100:3=/home/a/x "
			   "100:4=/home/a/bound/d 100:7=/home/a/sock type=STREAM "
			   "200:4=/home/a/y 300:3=/home/a/hard ";

/* Bind mounts, another namespace's mounts, a hard link that only a walk finds, a socket. */
START_TEST(places)
{
	for (unsigned threads = 1; threads <= 8; threads += 7) {
		open_tree(tree_unpack_file("places"), threads);
		ask("/home/a", true, 0);
		ck_assert_str_eq(ROWS, in_a);
		/* /home/a, sub and bound. */
		ck_assert_uint_eq(cost.names, 4);
		close_tree();
	}
}
END_TEST

/* With one name each, the namespaces alone force no walk. */
START_TEST(other_views)
{
	open_tree(tree_unpack_file("places"), 1);
	ask("/home/a", true, 0);
	ck_assert_int_ge(fdmap_query_pid(query, 200, 0, NULL), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	ck_assert_str_eq(ROWS, "200:4=/home/a/y ");
	ck_assert_uint_eq(cost.names, 0);
	close_tree();
}
END_TEST

START_TEST(found)
{
	open_tree(tree_unpack_file("places"), 1);
	int term = ask("/var/guest", true, 0);

	(void)ROWS;
	ck_assert(fdmap_hit(snap, (size_t)term));
	close_tree();
}
END_TEST

struct list {
	char text[256];
	int left;
};

static int add(void *arg, const char *path)
{
	struct list *l = arg;

	strncat(l->text, path, sizeof(l->text) - strlen(l->text) - 2);
	strcat(l->text, " ");
	return --l->left == 0;
}

START_TEST(missing)
{
	struct list all = { .left = 100 }, two = { .left = 2 };

	open_tree(tree_unpack(plain), 1);
	size_t term = (size_t)ask("/d", true, 0);

	(void)ROWS;
	ck_assert_int_eq(fdmap_tree_missing(map, query, snap, term, add, &all), 0);
	ck_assert_str_eq(all.text, "/d /d/s /d/t /d/u ");
	ck_assert_int_eq(fdmap_tree_missing(map, query, snap, term, add, &two), 0);
	ck_assert_str_eq(two.text, "/d /d/s ");
	all = (struct list){ .left = 100 };
	ck_assert_int_eq(fdmap_tree_missing(map, query, snap, term + 1, add, &all), 0);
	ck_assert_str_eq(all.text, "");
	close_tree();
}
END_TEST

/* A process of which nothing is left is gone; one selected otherwise keeps its rows. */
START_TEST(not_decided)
{
	open_tree(tree_unpack_file("places"), 1);
	ask("/solo", true, 0);
	ck_assert_str_eq(ROWS, "");
	close_tree();
	open_tree(tree_unpack_file("places"), 1);
	ask("/home/a", false, 0);
	ck_assert_int_ge(fdmap_query_pid(query, 300, 0, NULL), 0);
	ck_assert_ptr_nonnull(strstr(ROWS, "300:3=/home/a/hard 300:4=/var/hard2 "));
	close_tree();
}
END_TEST

/* Nothing is known of the mounts: the walk decides. */
START_TEST(no_mounts)
{
	char *text = strdup(plain + strcspn(plain, "\n") + 1);

	open_tree(tree_unpack(text), 1);
	ask("/d", true, 0);
	ck_assert_str_eq(ROWS, "7:3=/d/s/f ");
	ck_assert_uint_eq(cost.names, 2);
	close_tree();
	free(text);
}
END_TEST

UNIT_MAIN("tree", no_walk, names_alike, names_through_links, terms, closed, places, other_views,
	  found, missing, not_decided, no_mounts)
