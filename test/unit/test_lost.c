/* SPDX-License-Identifier: MIT */
/* What could not be read: all is an error where memory has run out, whoever made the call. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fdmap.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define ALL_FACTS ((FDMAP_OFFSETS << 1) - 1)

/* A process with a file, a mapping and a thread, and another one. */
static const char tree[] =
	"dir 5 uid=7\n"
	"file 5/stat | 5 (x) S 1 5 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 100 0 0\n"
	"link 5/cwd / mode=40755 dev=8:1 ino=2\n"
	"link 5/fd/3 /srv/a mode=100644 dev=8:1 ino=33 size=5 nlink=1 l=r\n"
	"file 5/fdinfo/3 | pos: 1\n"
	"file 5/maps | 1000-2000 r--p 00000000 08:01 44 /srv/lib.so\n"
	"link 5/map_files/1000-2000 /srv/lib.so mode=100644 dev=8:1 ino=44 size=9 nlink=1\n"
	"link 5/root / mode=40755 dev=8:1 ino=2\n"
	"file 5/task/5/stat | 5 (x) S 1 5 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 100 0 0\n"
	"dir 6 uid=7\n"
	"file 6/stat | 6 (y) S 1 6 6 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n"
	"link 6/cwd / mode=40755 dev=8:1 ino=2\n"
	"file etc/passwd | eve:x:7:7::/:/bin/sh\n";

static int each(void *arg, const struct fdmap_snapshot *part)
{
	size_t n;

	(void)fdmap_processes(part, &n);
	*(size_t *)arg += n;
	return 0;
}

static char *dir;

static void setup(const char *more)
{
	char text[4096];

	(void)snprintf(text, sizeof(text), "%s%s", tree, more);
	dir = tree_unpack(text);
}

/* Unpacking takes longer than all else: what is refused is added to what was unpacked. */
static struct fdmap *open_refusing(const char *line)
{
	struct fdmap_config cfg = { .threads = 1, .proc = dir };
	struct fdmap *m;
	struct stat st;
	char name[256];
	FILE *f;

	(void)snprintf(name, sizeof(name), "%s/manifest", dir);
	ck_assert_int_eq(stat(name, &st), 0);
	f = fopen(name, "a");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fprintf(f, "%s\n", line), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_int_eq(truncate(name, st.st_size), 0);
	return m;
}

/* What fdmap_take says, which fdmap_visit says, too. */
static int look(const char *line, size_t *procs, size_t *unseen)
{
	struct fdmap *m = open_refusing(line);
	struct fdmap_snapshot *s = NULL;
	struct fdmap_unseen u;
	struct fdmap_query *q;
	size_t seen = 0;
	int r;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_want(q, ALL_FACTS);
	r = fdmap_take(m, q, &s);
	if (r == 0) {
		(void)fdmap_processes(s, procs);
		ck_assert_int_eq(fdmap_unseen(m, s, &u), 0);
		*unseen = u.processes;
		fdmap_snapshot_free(s);
	}
	ck_assert_int_eq(fdmap_visit(m, q, each, &seen, &s), r);
	if (r == 0)
		fdmap_snapshot_free(s);
	else
		ck_assert_uint_eq(seen, 0);
	fdmap_query_free(q);
	fdmap_close(m);
	return r;
}

START_TEST(test_exhausted)
{
	static const char *const lines[] = {
		"deny 5 open ENOMEM",      "deny 5 owner ENOMEM",	"deny 5/stat ENOMEM",
		"deny 5/fd open ENOMEM",   "deny 5/fd list ENOMEM",	"deny 5/fd/3 link ENOMEM",
		"deny 5/fd/3 stat ENOMEM", "deny 5/fd/3 lmode ENOMEM",	"deny 5/fdinfo/3 ENOMEM",
		"deny 5/cwd link ENOMEM",  "deny 5/maps ENOMEM",	"deny 6/fd ENOMEM",
		"deny 5/map_files/1000-2000 stat ENOMEM",
	};
	size_t procs, unseen;

	setup("");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ck_assert_msg(look(lines[i], &procs, &unseen) == -ENOMEM, "%s", lines[i]);
	tree_remove(dir);
}
END_TEST

/* One object that is refused is no reason to say nothing of the others; but it is counted. */
START_TEST(test_refused)
{
	size_t procs, unseen;

	setup("");
	ck_assert_int_eq(look("", &procs, &unseen), 0);
	ck_assert_uint_eq(procs, 2);
	ck_assert_uint_eq(unseen, 0);
	ck_assert_int_eq(look("deny 5/stat EIO", &procs, &unseen), 0);
	ck_assert_uint_eq(procs, 1);
	ck_assert_uint_eq(unseen, 1);
	ck_assert_int_eq(look("deny 5/stat EACCES", &procs, &unseen), 0);
	ck_assert_uint_eq(procs, 1);
	ck_assert_uint_eq(unseen, 1);
	/* It has ended. */
	ck_assert_int_eq(look("deny 5/stat ESRCH", &procs, &unseen), 0);
	ck_assert_uint_eq(procs, 1);
	ck_assert_uint_eq(unseen, 0);
	tree_remove(dir);
}
END_TEST

/* Numbers that the kernel would not write: 005 would be process 5 once more. */
START_TEST(test_numbers)
{
	size_t procs, unseen;

	setup("file 005/stat | 5 (z) S 1 7 7 0 -1 0\nlink 005/cwd / mode=40755\n"
	      "file 4294967295/stat | 1 (z) S 1 7 7 0 -1 0\n"
	      "link 4294967295/cwd / mode=40755\n"
	      "file 2147483648/stat | 1 (z) S 1 7 7 0 -1 0\n"
	      "link 2147483648/cwd / mode=40755\n");
	ck_assert_int_eq(look("", &procs, &unseen), 0);
	ck_assert_uint_eq(procs, 2);
	tree_remove(dir);
}
END_TEST

static int name_users(const char *line)
{
	struct fdmap *m = open_refusing(line);
	struct fdmap_snapshot *s;
	struct fdmap_namer *n;
	struct fdmap_query *q;
	int r;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_want(q, FDMAP_CRED);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	ck_assert_int_eq(fdmap_namer_new(&n, m, FDMAP_NAMES_USERS), 0);
	r = fdmap_namer_prepare(n, s, 60000);
	fdmap_namer_free(n);
	fdmap_snapshot_free(s);
	fdmap_query_free(q);
	fdmap_close(m);
	return r;
}

/* That somebody has no name is said of nobody whose list was not read for want of memory. */
START_TEST(test_names)
{
	setup("");
	ck_assert_int_eq(name_users(""), 0);
	ck_assert_int_eq(name_users("deny etc/passwd EACCES"), 0);
	ck_assert_int_eq(name_users("deny etc/passwd ENOMEM"), -ENOMEM);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("lost", test_exhausted, test_refused, test_numbers, test_names)
