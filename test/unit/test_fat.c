/* SPDX-License-Identifier: MIT */
/* A process with thousands of descriptors: read in pieces by many threads, shown as by one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/scan.h"
#include "fdmap.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

#define ALL_FACTS ((FDMAP_OFFSETS << 1) - 1)
/* The last piece is not a whole one. */
#define FDS 1100
#define PORT_AT 700

_Static_assert(FDS > ROWS_MANY, "the process is read by one thread");

static char *dir;
static struct fdmap *map;

static void put_fd(FILE *f, int pid, int fd)
{
	fprintf(f, "link %d/fd/%d ", pid, fd);
	if (fd == PORT_AT || fd == PORT_AT + 200)
		fprintf(f, "socket:[%d] mode=140777 dev=0:9 ino=%d l=rw\n", 5000 + fd, 5000 + fd);
	else if (fd % 7 == 1)
		fprintf(f, "pipe:[%d] mode=010600 dev=0:14 ino=%d nlink=1 l=r\n", fd, fd);
	else if (fd % 7 == 2)
		fprintf(f, "anon_inode:[eventfd] mode=0600 dev=0:15 ino=1 nlink=1 l=rw\n");
	else if (fd % 7 == 3)
		fprintf(f,
			"/x/gone-%d\\x20(deleted) mode=100600 dev=8:1 ino=%d size=%d nlink=0 l=w\n",
			fd, 9000 + fd, fd);
	else
		fprintf(f, "/x/file-%d mode=100600 dev=8:1 ino=%d size=%d nlink=1 l=rw\n", fd,
			9000 + fd, fd);
	if (fd % 100 == 5)
		fprintf(f, "deny %d/fd/%d stat EACCES\n", pid, fd);
}

static void put_process(FILE *f, int pid, const char *comm, int fds)
{
	fprintf(f, "dir %d uid=%d\n", pid, pid % 2 ? 1000 : 0);
	fprintf(f, "file %d/stat | %d (%s) S 1 %d %d 0 -1 0\n", pid, pid, comm, pid, pid);
	fprintf(f, "link %d/cwd /x mode=040755 dev=8:1 ino=2 nlink=9\n", pid);
	fprintf(f, "link %d/exe /x/%s mode=100755 dev=8:1 ino=3 size=7 nlink=1\n", pid, comm);
	fprintf(f, "file %d/maps | 1000-2000 r-xp 00000000 08:01 4     /x/lib.so\n", pid);
	fprintf(f,
		"link %d/map_files/1000-2000 /x/lib.so mode=100644 dev=8:1 ino=4 size=8 nlink=1\n",
		pid);
	for (int fd = 0; fd < fds; fd++)
		put_fd(f, pid, fd);
}

static void put_sockets(FILE *f)
{
	fprintf(f, "file self/net/tcp |   sl  local_address rem_address\n");
	for (int i = 0; i < 2; i++)
		fprintf(f,
			"file self/net/tcp |    %d: 0100007F:0016 00000000:0000 0A "
			"00000000:00000000"
			" 00:00000000 00000000     0        0 %d 1 0 100 0 0 10 0\n",
			i, 5000 + PORT_AT + 200 * i);
}

/* Once for all tests, which only read. */
static void setup(void)
{
	struct fdmap_config cfg = { .threads = 1 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	for (int pid = 2; pid < 12; pid++)
		put_process(f, pid, pid == 5 || pid == 8 ? "fat" : "thin",
			    pid == 5 || pid == 8 ? FDS : 6);
	put_sockets(f);
	ck_assert_int_eq(fclose(f), 0);
	dir = tree_unpack(text);
	free(text);
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
}

static void teardown(void)
{
	fdmap_close(map);
	tree_remove(dir);
}

/* Everything that tells one row from another, and what was found. */
static char *dump(const struct fdmap_snapshot *s, const struct fdmap_query *q)
{
	char *text = NULL, name[256];
	size_t size, n, nterms;
	FILE *f = open_memstream(&text, &size);
	const struct fdmap_process *p = fdmap_processes(s, &n);

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < n; i++) {
		fprintf(f, "p%d %s %u %x\n", p[i].pid, p[i].comm ? p[i].comm : "-", p[i].uid,
			p[i].have);
		for (uint32_t j = 0; j < p[i].nfiles; j++) {
			const struct fdmap_file *x = &p[i].files[j];
			struct fdmap_row row = { s, &p[i], x };

			fdmap_name(&row, NULL, FDMAP_NAME_STATE | FDMAP_NAME_NOTES, name,
				   sizeof(name));
			fprintf(f, "f%d %c %d %x %llu %d %d %lld %s\n", x->fd, x->access, x->kind,
				x->have, (unsigned long long)x->ino, x->failed, x->deleted,
				x->stat ? (long long)x->stat->size : -1, name);
		}
	}
	(void)fdmap_query_terms(q, &nterms);
	for (size_t i = 0; i < nterms; i++)
		fprintf(f, "term %zu: %d\n", i, fdmap_hit(s, i));
	ck_assert_int_eq(fclose(f), 0);
	return text;
}

static char *take(const struct fdmap_query *q, unsigned threads)
{
	struct fdmap_config cfg = { .proc = dir, .threads = threads };
	struct fdmap_snapshot *s;
	struct fdmap *m;
	char *text;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	ck_assert_int_eq(fdmap_take(m, q, &s), 0);
	text = dump(s, q);
	fdmap_snapshot_free(s);
	fdmap_close(m);
	return text;
}

static unsigned count_lines(const char *text, char first)
{
	unsigned n = 0;

	for (const char *at = text; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : at)
		n += *at == first;
	return n;
}

/* As many processes and rows as that, by one thread and by any number of them. */
static void same_for_all(struct fdmap_query *q, unsigned processes, unsigned rows)
{
	static const unsigned threads[] = { 2, 8, 64 };
	char *one = take(q, 1);

	ck_assert_uint_eq(count_lines(one, 'p'), processes);
	ck_assert_uint_eq(count_lines(one, 'f'), rows);
	for (size_t i = 0; i < sizeof(threads) / sizeof(*threads); i++) {
		char *many = take(q, threads[i]);

		ck_assert_str_eq(one, many);
		free(many);
	}
	free(one);
}

static struct fdmap_query *query_new(uint32_t want)
{
	struct fdmap_query *q;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_want(q, want);
	return q;
}

/* cwd, txt and mem of each. */
#define SPECIAL 3

START_TEST(test_all)
{
	struct fdmap_query *q = query_new(ALL_FACTS);

	same_for_all(q, 10, 10 * SPECIAL + 8 * 6 + 2 * FDS);
	fdmap_query_free(q);
}
END_TEST

/* One process is asked for: threads are started for its descriptors alone. */
START_TEST(test_pid)
{
	struct fdmap_query *q = query_new(ALL_FACTS);

	ck_assert_int_ge(fdmap_query_pid(q, 5, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_pid(q, 4711, 0, NULL), 0);
	same_for_all(q, 1, SPECIAL + FDS);
	fdmap_query_free(q);
}
END_TEST

/* Rows that must pass by themselves: by their sockets, their numbers, their links. */
START_TEST(test_selected)
{
	struct fdmap_error err;
	struct fdmap_query *q = query_new(ALL_FACTS);

	ck_assert_int_ge(fdmap_query_inet(q, map, ":22", &err), 0);
	ck_assert_int_ge(fdmap_query_inet(q, map, ":23", &err), 0);
	same_for_all(q, 2, 4);
	fdmap_query_free(q);
	q = query_new(ALL_FACTS);
	ck_assert_int_ge(fdmap_query_fd(q, 50, 1049, 0), 0);
	same_for_all(q, 2, 2000);
	fdmap_query_free(q);
}
END_TEST

/* -t: one row is enough; it is the same one, though a later piece may be read sooner. */
START_TEST(test_first)
{
	struct fdmap_error err;
	struct fdmap_query *q = query_new(0);
	char *text;

	ck_assert_int_ge(fdmap_query_inet(q, map, ":22", &err), 0);
	same_for_all(q, 2, 2);
	text = take(q, 8);
	ck_assert_ptr_nonnull(strstr(text, "f700 "));
	ck_assert_ptr_null(strstr(text, "f900 "));
	free(text);
	fdmap_query_free(q);
}
END_TEST

/* What the filter knows of the process must be known to who reads its descriptors. */
START_TEST(test_filter)
{
	struct fdmap_error err;
	struct fdmap_query *q = query_new(ALL_FACTS);

	ck_assert_int_ge(fdmap_query_filter(q, map,
					    "(comm == fat and pid == 8 and deleted) or "
					    "size == 1000",
					    &err),
			 0);
	same_for_all(q, 2, FDS / 7 + 2);
	fdmap_query_free(q);
	q = query_new(0);
	ck_assert_int_ge(fdmap_query_filter(q, map, "uid == 0 and fd >= 600", &err), 0);
	same_for_all(q, 1, 1);
	fdmap_query_free(q);
}
END_TEST

/* UNIT_MAIN, but thousands of rows under a sanitizer take longer than check waits. */
int main(void)
{
	const TTest *const tests[] = { test_all, test_pid, test_selected, test_first, test_filter };
	Suite *suite = suite_create("fat");
	TCase *tc = tcase_create("fat");

	tcase_set_timeout(tc, 120);
	tcase_add_unchecked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
