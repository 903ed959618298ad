/* SPDX-License-Identifier: MIT */
/*
 * Every format writes the same whether its rows come at once or one process at a time,
 * each gone before the next comes, or another at the same address.
 */
#include "test/lib/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "out/choose.h"
#include "test/lib/rows.h"

enum { TCP_ESTABLISHED = 1, TCP_LISTEN = 10, LONG_NAME = 3000 };

static struct fdmap_stat file_stat, dir_stat;
static struct fdmap_sock listening, talking, local;
static char long_name[LONG_NAME + 1];
static struct fdmap_file files[8];
static struct fdmap_process procs[8];
static size_t nprocs;

static void add(struct fdmap_process proc)
{
	procs[nprocs++] = proc;
}

static void setup(void)
{
	nprocs = 0;
	file_stat = (struct fdmap_stat){ .dev = 1, .ino = 7, .size = 5, .mode = S_IFREG, .nlink = 1 };
	dir_stat = (struct fdmap_stat){ .dev = 1, .ino = 123456789, .mode = S_IFDIR, .nlink = 2 };
	listening = rows_inet(FDMAP_TCP, 77, TCP_LISTEN, 80, 0);
	talking = rows_inet(FDMAP_TCP, 78, TCP_ESTABLISHED, 80, 40000);
	local = (struct fdmap_sock){ .ino = 79, .table = FDMAP_UNIX, .type = 1, .path = "/run/x" };
	memset(long_name, 'n', LONG_NAME);
	long_name[0] = '/';
	files[0] = rows_file(FDMAP_FD_CWD, ' ', &dir_stat, "/srv");
	files[1] = rows_file(3, 'w', &file_stat, "/srv/\xc3\xa4 b");
	files[2] = rows_socket(4, &listening);
	files[3] = rows_socket(5, &talking);
	files[4] = rows_socket(12345, &local);
	files[5] = rows_file(9, 'u', &file_stat, long_name);
	files[5].deleted = true;
	add(rows_process(5, "alpha", files, 5));
	add(rows_process(7, "beta", files + 1, 2));
	add(rows_process(7, "beta", files + 1, 2));
	procs[nprocs - 1].tid = 8;
	procs[nprocs - 1].task = "worker";
	add(rows_process(9, "none of it", files, 0));
	add(rows_process(11, "a much longer command", files + 5, 1));
	add(rows_process(1000000, "z", files, 1));
	add(rows_process(0, NULL, files + 2, 1));
	procs[nprocs - 1].nobody = true;
}

/* ---- batches -------------------------------------------------------------------------- */

/* All that a process points to, in one piece of memory. */
struct batch {
	struct fdmap_process proc;
	struct fdmap_file files[8];
	struct fdmap_stat stats[8];
	struct fdmap_sock socks[8];
	size_t n;
	char texts[2 * LONG_NAME];
};

static const char *copy_text(struct batch *b, const char *text)
{
	char *to = b->texts + b->n;

	if (!text)
		return NULL;
	b->n += strlen(text) + 1;
	ck_assert_uint_le(b->n, sizeof(b->texts));
	return strcpy(to, text);
}

static void fill(struct batch *b, const struct fdmap_process *proc)
{
	*b = (struct batch){ .proc = *proc };
	b->proc.comm = copy_text(b, proc->comm);
	b->proc.task = copy_text(b, proc->task);
	b->proc.files = b->files;
	for (uint32_t i = 0; i < proc->nfiles; i++) {
		struct fdmap_file *f = &b->files[i];

		*f = proc->files[i];
		f->path = copy_text(b, f->path);
		if (f->stat) {
			b->stats[i] = *f->stat;
			f->stat = &b->stats[i];
		}
		if (f->sock) {
			b->socks[i] = *f->sock;
			if (f->sock->table == FDMAP_UNIX)
				b->socks[i].path = copy_text(b, f->sock->path);
			f->sock = &b->socks[i];
		}
	}
}

enum how { AT_ONCE, FREED, SAME_PLACE };

static int put_batches(struct sink *s, enum how how)
{
	struct batch *b = NULL;
	int err = 0;

	if (how == AT_ONCE)
		return sink_processes(s, NULL, procs, nprocs);
	for (size_t i = 0; err == 0 && i < nprocs; i++) {
		if (!b)
			b = malloc(sizeof(*b));
		ck_assert_ptr_nonnull(b);
		fill(b, &procs[i]);
		err = sink_processes(s, NULL, &b->proc, 1);
		memset(b, 0xaa, sizeof(*b));
		if (how == FREED) {
			free(b);
			b = NULL;
		}
	}
	free(b);
	return err;
}

static char *print(const struct sink_ops *ops, const struct format *fmt, enum how how, size_t *n)
{
	int fd = memfd_create("batches", MFD_CLOEXEC);
	struct sink s;
	char *text;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sink_begin(&s, ops, fmt, fd), 0);
	ck_assert_int_eq(put_batches(&s, how), 0);
	ck_assert_int_eq(sink_end(&s), 0);
	sink_fini(&s);
	*n = (size_t)lseek(fd, 0, SEEK_CUR);
	text = malloc(*n + 1);
	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(pread(fd, text, *n, 0), (ssize_t)*n);
	close(fd);
	return text;
}

static void check(const char *name, const struct format *fmt)
{
	const struct sink_ops *ops = sink_find(name);
	size_t want_n, n;
	char *want = print(ops, fmt, AT_ONCE, &want_n), *got;

	ck_assert(!ops->whole);
	ck_assert_uint_gt(want_n, 0);
	for (enum how how = FREED; how <= SAME_PLACE; how++) {
		got = print(ops, fmt, how, &n);
		ck_assert_msg(n == want_n && memcmp(got, want, n) == 0, "%s, %d", name, (int)how);
		free(got);
	}
	free(want);
}

static const char *const streams[] = { "fields", "terse", "json", "jsonl", "csv", "tsv", "print0" };

START_TEST(test_formats)
{
	struct format fmt = rows_format();

	setup();
	check("table", &fmt);
	check("count", &fmt);
	fmt.letters = ~UINT64_C(0);
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		check(streams[i], &fmt);
	fmt.nul = true;
	check("fields", &fmt);
	fmt.letters = FIELD_BIT('p');
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		check(streams[i], &fmt);
}
END_TEST

static void check_columns(const char *list)
{
	struct format fmt = rows_format();
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(columns_choose(&fmt.columns, list, &why), 0);
	check("table", &fmt);
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		check(streams[i], &fmt);
	for (fmt.width = 1; fmt.width < 120; fmt.width += 9) {
		fmt.color = fmt.width & 1;
		check("table", &fmt);
	}
	columns_fini(&fmt.columns);
	buf_fini(&why);
}

START_TEST(test_columns)
{
	setup();
	check_columns("pid,comm");
	check_columns("tid,pid,comm");
	check_columns("fd,pid,name,comm,type,user");
	check_columns("name");
	check_columns("+ppid,size");
	check_columns("+state,cmdline");
}
END_TEST

START_TEST(test_colours)
{
	struct format fmt = rows_format();

	setup();
	fmt.color = true;
	check("table", &fmt);
}
END_TEST

/* Those that keep rows say so. */
START_TEST(test_whole)
{
	ck_assert(sink_groups.whole);
	ck_assert(sink_summary.whole);
	ck_assert(sink_graph.whole);
}
END_TEST

/* ---- when bytes leave ----------------------------------------------------------------- */

static bool has_written(const char *name)
{
	struct format fmt = rows_format();
	int fd = memfd_create("batches", MFD_CLOEXEC);
	struct sink s;
	bool written;

	fmt.letters = FIELD_BIT('p');
	ck_assert_int_eq(sink_begin(&s, sink_find(name), &fmt, fd), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 0);
	ck_assert_int_eq(sink_processes(&s, NULL, procs, 1), 0);
	written = lseek(fd, 0, SEEK_CUR) > 0;
	/* What was begun is not finished, nor is anything left. */
	sink_fini(&s);
	close(fd);
	return written;
}

START_TEST(test_early)
{
	setup();
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		ck_assert_msg(has_written(streams[i]), "%s", streams[i]);
	ck_assert(!has_written("table"));
	ck_assert(!has_written("count"));
}
END_TEST

START_TEST(test_no_rows)
{
	static const char *const silent[] = { "table", "fields", "terse", "jsonl", "print0" };
	struct format fmt = rows_format();
	size_t n;

	nprocs = 0;
	for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
		free(print(sink_find(silent[i]), &fmt, FREED, &n));
		ck_assert_msg(n == 0, "%s", silent[i]);
	}
}
END_TEST

UNIT_MAIN("batches", test_formats, test_columns, test_colours, test_whole, test_early, test_no_rows)
