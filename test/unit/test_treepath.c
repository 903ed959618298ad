/* SPDX-License-Identifier: MIT */
/* Names in the file system of the observer: links, lists; recorded, and on this machine. */
#include "os/treepath.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "test/lib/tree.h"
#include "test/lib/unit.h"

static const char recorded[] = "path / mode=040755 dev=8:1 ino=2\n"
			       "path /d mode=040755 dev=8:1 ino=3\n"
			       "path /d/f mode=100644 dev=8:1 ino=4\n"
			       "path /d/f/no mode=100644 dev=8:1 ino=4\n"
			       "path /d/l real=/e\n"
			       "path /d2 mode=040755 dev=8:1 ino=5\n"
			       "path /e mode=020666 dev=8:1 ino=6 rdev=1:3\n"
			       "path /shut mode=040700 dev=8:1 ino=7\n"
			       "path /shut/x mode=100644 dev=8:1 ino=8\n"
			       "deny /shut list EACCES\n";

static struct root *root;
static char *dir;

static void setup(const char *text)
{
	dir = tree_unpack(text);
	ck_assert_int_eq(root_open(&root, dir), 0);
}

static void teardown(void)
{
	root_close(root);
	tree_remove(dir);
}

struct names {
	char text[256];
	int stop; /* at the name that many from here */
};

static int note(void *arg, const char *name, unsigned type, uint64_t ino)
{
	struct names *n = arg;
	size_t at = strlen(n->text);

	(void)snprintf(n->text + at, sizeof(n->text) - at, "%s:%u:%llu ", name, type,
		       (unsigned long long)ino);
	return --n->stop == 0 ? 7 : 0;
}

START_TEST(test_names)
{
	struct names n = { .stop = 0 };

	setup(recorded);
	ck_assert_int_eq(root_names(root, "/d", note, &n), 0);
	ck_assert_str_eq(n.text, "f:8:4 l:10:0 ");
	n = (struct names){ .stop = 2 };
	ck_assert_int_eq(root_names(root, "/", note, &n), 7);
	ck_assert_str_eq(n.text, "d:4:3 d2:4:5 ");
	ck_assert_int_eq(root_names(root, "/none", note, &n), -ENOENT);
	ck_assert_int_eq(root_names(root, "/shut", note, &n), -EACCES);
	ck_assert_int_eq(root_names(root, "/shut", NULL, NULL), -EACCES);
	ck_assert_int_eq(root_names(root, "/d", NULL, NULL), 0);
	ck_assert_uint_eq(root->counts.names, 6);
	teardown();
}
END_TEST

START_TEST(test_links)
{
	struct fdmap_stat st;
	char text[8], small[2];

	setup(recorded);
	ck_assert_int_eq(root_lstat_path(root, "/d/l", &st), 0);
	ck_assert(S_ISLNK(st.mode));
	ck_assert_uint_eq(st.dev, makedev(8, 1));
	ck_assert_int_eq(root_lstat_path(root, "/d/f", &st), 0);
	ck_assert_uint_eq(st.ino, 4);
	ck_assert_int_eq(root_stat_path(root, "/d/l", &st), 0);
	ck_assert_uint_eq(st.ino, 6);
	ck_assert_int_eq(root_lstat_path(root, "/none", &st), -ENOENT);
	ck_assert_int_eq(root_link_path(root, "/d/l", text, sizeof(text)), 2);
	ck_assert_str_eq(text, "/e");
	ck_assert_int_eq(root_link_path(root, "/d/f", text, sizeof(text)), -EINVAL);
	ck_assert_int_eq(root_link_path(root, "/none", text, sizeof(text)), -ENOENT);
	ck_assert_int_eq(root_link_path(root, "/d/l", small, sizeof(small)), -ENAMETOOLONG);
	ck_assert_uint_eq(root->counts.paths, 8);
	teardown();
}
END_TEST

static void make(const char *name, bool link)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/1/%s", dir, name);
	if (link)
		ck_assert_int_eq(symlink("../x", path), 0);
	else
		ck_assert_int_eq(mkdir(path, 0700), 0);
}

/* On this machine, in a directory made for it. */
START_TEST(test_live)
{
	char path[256], text[16];
	struct names n = { .stop = 0 };
	struct fdmap_stat st;

	dir = tree_unpack("dir 1\n");
	ck_assert_int_eq(root_open(&root, NULL), 0);
	make("sub", false);
	ck_assert_int_eq(snprintf(path, sizeof(path), "%s/1", dir), (int)strlen(dir) + 2);
	ck_assert_int_eq(root_names(root, path, note, &n), 0);
	ck_assert_int_eq(strncmp(n.text, "sub:4:", 6), 0);
	ck_assert_int_eq(root_lstat_path(root, path, &st), 0);
	ck_assert(S_ISDIR(st.mode));
	ck_assert_uint_gt(st.mount, 0);
	make("sub/link", true);
	strcat(path, "/sub/link");
	ck_assert_int_eq(root_link_path(root, path, text, sizeof(text)), 4);
	ck_assert_str_eq(text, "../x");
	ck_assert_int_eq(root_lstat_path(root, path, &st), 0);
	ck_assert(S_ISLNK(st.mode));
	ck_assert_int_eq(root_stat_path(root, path, &st), -ENOENT);
	ck_assert_int_eq(root_names(root, path, note, &n), -ENOENT);
	root_close(root);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("treepath", test_names, test_links, test_live)
