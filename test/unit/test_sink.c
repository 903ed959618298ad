/* SPDX-License-Identifier: MIT */
/* Process ids, counts, and how bytes leave: in pieces, late, or not at all. */
#include "test/lib/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "test/lib/rows.h"

static const struct fdmap_stat file_stat = { .ino = 1, .mode = S_IFREG, .nlink = 1 };

static void check_output(const struct sink_ops *ops, const struct fdmap_process *procs, size_t n,
			 const char *want)
{
	struct format fmt = rows_format();
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(ops, &fmt, procs, n, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_find)
{
	ck_assert_ptr_eq(sink_find("table"), &sink_table);
	ck_assert_ptr_eq(sink_find("fields"), &sink_fields);
	ck_assert_ptr_eq(sink_find("terse"), &sink_terse);
	ck_assert_ptr_eq(sink_find("count"), &sink_count);
	ck_assert_ptr_eq(sink_find("json"), &sink_json);
	ck_assert_ptr_eq(sink_find("jsonl"), &sink_jsonl);
	ck_assert_ptr_eq(sink_find("csv"), &sink_csv);
	ck_assert_ptr_eq(sink_find("tsv"), &sink_tsv);
	ck_assert_ptr_eq(sink_find("print0"), &sink_print0);
	ck_assert_ptr_eq(sink_find("graph"), &sink_graph);
	ck_assert_ptr_null(sink_find("tab"));
	ck_assert_ptr_null(sink_find(""));
}
END_TEST

START_TEST(test_terse)
{
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(3, 'u', &file_stat, "/x");
	struct fdmap_file files[] = { file, file };
	struct fdmap_process procs[4];

	procs[0] = rows_process(5, "a", files, 2);
	procs[1] = rows_process(7, "b", files, 1);
	procs[2] = rows_process(7, "b", files, 2);
	procs[2].tid = 8;
	procs[3] = rows_process(4194304, "c", files, 1);
	check_output(&sink_terse, procs, 4, "5\n7\n4194304\n");
	check_output(&sink_terse, procs, 0, "");
	ck_assert_uint_eq(sink_terse.wants(&fmt), 0);
}
END_TEST

START_TEST(test_count)
{
	struct format fmt = rows_format();
	struct fdmap_file file = rows_file(3, 'u', &file_stat, "/x");
	struct fdmap_file files[] = { file, file, file };
	struct fdmap_process procs[2];

	procs[0] = rows_process(5, "a", files, 3);
	procs[1] = rows_process(7, "b", files, 2);
	check_output(&sink_count, procs, 2, "5\n");
	check_output(&sink_count, procs, 0, "0\n");
	/* 0 would mean that one row of a process is as good as all of them */
	ck_assert_uint_ne(sink_count.wants(&fmt), 0);
}
END_TEST

START_TEST(test_waits_for_much)
{
	struct sink s = { .fd = -1 };

	buf_init(&s.out);
	buf_puts(&s.out, "x");
	ck_assert_int_eq(sink_flush(&s, false), 0); /* nothing written: the fd is bad */
	ck_assert_uint_eq(s.out.n, 1);
	ck_assert_int_eq(sink_flush(&s, true), -EBADF);
	buf_pad(&s.out, 'x', 1 << 20);
	ck_assert_int_eq(sink_flush(&s, false), -EBADF);
	buf_reset(&s.out);
	ck_assert_int_eq(sink_flush(&s, true), 0);
	s.out.failed = true;
	ck_assert_int_eq(sink_flush(&s, true), -ENOMEM);
	buf_fini(&s.out);
}
END_TEST

START_TEST(test_reader_went_away)
{
	struct sink s = { 0 };
	int ends[2];

	ck_assert_ptr_ne(signal(SIGPIPE, SIG_IGN), SIG_ERR);
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	s.fd = ends[1];
	buf_init(&s.out);
	buf_puts(&s.out, "p1\n");
	ck_assert_int_eq(sink_flush(&s, true), -EPIPE);
	buf_fini(&s.out);
	close(ends[1]);
}
END_TEST

struct reader {
	int fd;
	size_t n;
	bool right; /* the bytes came in order */
};

/* Late at first, so that the writer finds the pipe full. */
static void *read_slowly(void *arg)
{
	struct reader *r = arg;
	unsigned char part[5000];
	ssize_t n;

	usleep(50000);
	r->right = true;
	while ((n = read(r->fd, part, sizeof(part))) > 0)
		for (ssize_t i = 0; i < n; i++, r->n++)
			r->right &= part[i] == (unsigned char)(r->n % 251);
	return NULL;
}

static void check_pipe(int flags)
{
	enum { BYTES = 1000003 };
	struct reader r = { 0 };
	struct sink s = { 0 };
	pthread_t thread;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, flags), 0);
	ck_assert_int_eq(fcntl(ends[0], F_SETFL, 0), 0);
	r.fd = ends[0];
	s.fd = ends[1];
	buf_init(&s.out);
	for (size_t i = 0; i < BYTES; i++)
		buf_putc(&s.out, (char)(i % 251));
	ck_assert_int_eq(pthread_create(&thread, NULL, read_slowly, &r), 0);
	ck_assert_int_eq(sink_flush(&s, true), 0);
	ck_assert_uint_eq(s.out.n, 0);
	close(ends[1]);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(r.n, BYTES);
	ck_assert(r.right);
	buf_fini(&s.out);
	close(ends[0]);
}

START_TEST(test_slow_reader)
{
	check_pipe(0);
	check_pipe(O_NONBLOCK);
}
END_TEST

static int failing_row(struct sink *s, const struct fdmap_row *row)
{
	(void)s;
	(void)row;
	return -EIO;
}

static int finished; /* each test is a process of its own */

static void count_fini(struct sink *s)
{
	(void)s;
	finished++;
}

/* This process' working directory, taken from the system. */
static struct fdmap_snapshot *take_self(struct fdmap **m, struct fdmap_query **q)
{
	struct fdmap_snapshot *snap = NULL;

	ck_assert_int_eq(fdmap_open(m, NULL), 0);
	ck_assert_int_eq(fdmap_query_new(q), 0);
	ck_assert_int_ge(fdmap_query_pid(*q, getpid(), 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_slot(*q, FDMAP_FD_CWD, 0), 0);
	fdmap_query_match(*q, FDMAP_MATCH_ALL);
	ck_assert_int_eq(fdmap_take(*m, *q, &snap), 0);
	return snap;
}

START_TEST(test_print_snapshot)
{
	struct fdmap *m;
	struct fdmap_query *q;
	struct fdmap_snapshot *snap = take_self(&m, &q);
	struct sink_ops failing = { .name = "x", .row = failing_row, .fini = count_fini };
	struct format fmt = rows_format();
	char text[64] = "", want[64];
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(sink_print(&sink_terse, &fmt, ends[1], snap), 0);
	ck_assert_int_eq(sink_print(&sink_count, &fmt, ends[1], snap), 0);
	snprintf(want, sizeof(want), "%d\n1\n", (int)getpid());
	ck_assert_int_gt(read(ends[0], text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, want);
	/* an error ends it, and what the ops hold is freed all the same */
	ck_assert_int_eq(sink_print(&failing, &fmt, ends[1], snap), -EIO);
	ck_assert_int_eq(finished, 1);
	close(ends[0]);
	close(ends[1]);
	fdmap_snapshot_free(snap);
	fdmap_query_free(q);
	fdmap_close(m);
}
END_TEST

static void check_marker(const char *name, bool nul, const char *text, const char *want, size_t n)
{
	struct format fmt = rows_format();
	char got[64];
	int ends[2];

	fmt.nul = nul;
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	ck_assert_int_eq(sink_marker(sink_find(name), &fmt, ends[1], text), 0);
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], got, sizeof(got)), (ssize_t)n);
	ck_assert_mem_eq(got, want, n);
	close(ends[0]);
}

START_TEST(test_marker)
{
	check_marker("table", false, NULL, "=======\n", 8);
	check_marker("table", false, "== 12:00 ==", "== 12:00 ==\n", 12);
	check_marker("terse", false, NULL, "=======\n", 8);
	check_marker("count", false, "x", "x\n", 2);
	check_marker("fields", false, NULL, "m\n", 2);
	check_marker("fields", false, "23", "m23\n", 4);
	check_marker("fields", true, "23", "m23\0\n", 5);
	check_marker("json", false, "23", "", 0);
	check_marker("jsonl", false, "23", "\n", 1);
}
END_TEST

UNIT_MAIN("sink", test_find, test_marker, test_terse, test_count, test_waits_for_much,
	  test_reader_went_away, test_slow_reader, test_print_snapshot)
