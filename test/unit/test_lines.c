/* SPDX-License-Identifier: MIT */
/* CSV, TSV and print0 of rows made by hand, byte by byte: framing, quotes, what is absent. */
#include "test/lib/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "out/column.h"
#include "test/lib/rows.h"

#define DEFAULT "comm,pid,tid,user,fd,mode,lock,type,device,size,pos,node,name"

static const struct fdmap_stat file_stat = {
	.dev = 0x801,
	.ino = 12,
	.size = 7,
	.mode = S_IFREG | 0644,
	.nlink = 1,
};

static void choose(struct format *fmt, const char *list)
{
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(columns_choose(&fmt->columns, list, &why), 0);
	buf_fini(&why);
}

/* `n` counts the NULs in it. */
static void check_bytes(const struct sink_ops *ops, const struct format *fmt,
			const struct fdmap_process *procs, size_t nprocs, const char *want,
			size_t n)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(ops, fmt, procs, nprocs, &out), 0);
	ck_assert_uint_eq(out.n, n);
	ck_assert_mem_eq(buf_str(&out), want, n);
	buf_fini(&out);
}

static void check(const struct sink_ops *ops, const char *columns,
		  const struct fdmap_process *procs, size_t nprocs, const char *want)
{
	struct format fmt = rows_format();

	if (columns)
		choose(&fmt, columns);
	check_bytes(ops, &fmt, procs, nprocs, want, strlen(want));
	columns_fini(&fmt.columns);
}

/* A single row, of a file with that name, of a process with that command. */
static void check_names(const struct sink_ops *ops, bool terminal, const char *comm,
			const char *path, const char *want)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, path);
	struct fdmap_process proc = rows_process(5, comm, &file, 1);
	struct format fmt = rows_format();

	fmt.terminal = terminal;
	choose(&fmt, "comm,name");
	check_bytes(ops, &fmt, &proc, 1, want, strlen(want));
	columns_fini(&fmt.columns);
}

START_TEST(test_nothing)
{
	check(&sink_csv, NULL, NULL, 0, DEFAULT "\n");
	check(&sink_csv, "pid,command", NULL, 0, "pid,command\n");
	check(&sink_tsv, "pid,command", NULL, 0, "pid\tcommand\n");
	check(&sink_print0, "pid,command", NULL, 0, "");
}
END_TEST

START_TEST(test_default)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x");
	struct fdmap_process proc = rows_process(5, "sh", &file, 1);

	proc.uid = 77777;
	file.pos = 4;
	check(&sink_csv, NULL, &proc, 1,
	      DEFAULT "\nsh,5,,77777,3,r,,REG,\"8,1\",7,4,12,/x\n");
	/* What is there already is not shown twice. */
	check(&sink_csv, "+ppid,pid", &proc, 1,
	      DEFAULT ",ppid\nsh,5,,77777,3,r,,REG,\"8,1\",7,4,12,/x,1\n");
	check(&sink_tsv, "name,fd", &proc, 1, "name\tfd\n/x\t3\n");
}
END_TEST

START_TEST(test_csv)
{
	check_names(&sink_csv, false, "a", "/b", "comm,name\na,/b\n");
	check_names(&sink_csv, false, "a,b", "/\"c\"", "comm,name\n\"a,b\",\"/\"\"c\"\"\"\n");
	check_names(&sink_csv, false, "a\nb", "/c\rd", "comm,name\n\"a\nb\",\"/c\rd\"\n");
	check_names(&sink_csv, false, " a", "/b ", "comm,name\n\" a\",\"/b \"\n");
	check_names(&sink_csv, false, "a b", "/\xff\x1b[0m\\n\t'",
		    "comm,name\na b,/\xff\x1b[0m\\n\t'\n");
}
END_TEST

START_TEST(test_tsv)
{
	check_names(&sink_tsv, false, "a,\"b\" ", "/b", "comm\tname\na,\"b\" \t/b\n");
	check_names(&sink_tsv, false, "a\tb", "/c\nd\re\\n",
		    "comm\tname\na\\tb\t/c\\nd\\re\\\\n\n");
	check_names(&sink_tsv, false, "\xff", "/\x1b[0m", "comm\tname\n\xff\t/\x1b[0m\n");
}
END_TEST

/* Where control characters would be obeyed there are none, and one name is one line. */
START_TEST(test_terminal)
{
	check_names(&sink_csv, true, "a\nb", "/\x1b[0m,\xff\\",
		    "comm,name\na\\nb,\"/^[[0m,\\xff\\\\\"\n");
	check_names(&sink_tsv, true, "a\tb", "/\x1b[0m,\xff\\",
		    "comm\tname\na\\tb\t/^[[0m,\\xff\\\\\n");
}
END_TEST

START_TEST(test_print0)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x\n\xff,\"\\");
	struct fdmap_process proc = rows_process(5, "sh", &file, 1);
	static const char want[] = "5\0\0/x\n\xff,\"\\", odd[] = "5\0\0/x\\n\\xff,\"\\\\";
	struct format fmt = rows_format();

	choose(&fmt, "pid,tid,name");
	check_bytes(&sink_print0, &fmt, &proc, 1, want, sizeof(want));
	fmt.terminal = true;
	check_bytes(&sink_print0, &fmt, &proc, 1, odd, sizeof(odd));
	columns_fini(&fmt.columns);
}
END_TEST

/* A line of nothing would be no row to many readers. */
START_TEST(test_single_absent)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x");
	struct fdmap_process proc = rows_process(5, "sh", &file, 1);

	check(&sink_csv, "tid", &proc, 1, "tid\n\"\"\n");
	check(&sink_csv, "tid,lock", &proc, 1, "tid,lock\n,\n");
	check(&sink_tsv, "tid", &proc, 1, "tid\n\n");
}
END_TEST

START_TEST(test_processes)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x");
	struct fdmap_file files[] = { file, file, file };
	struct fdmap_process procs[4];
	struct format fmt = rows_format();

	procs[0] = rows_process(5, "a", files, 3);
	procs[1] = rows_process(7, "b", files, 1);
	procs[2] = rows_process(7, "b", files, 2);
	procs[2].tid = 8;
	procs[3] = rows_process(0, NULL, files, 1);
	procs[3].nobody = true;
	check(&sink_csv, "pid,comm,tid", procs, 4, "pid,comm,tid\n5,a,\n7,b,\n7,b,8\n");
	check(&sink_csv, "pid,fd", procs, 4, "pid,fd\n5,3\n5,3\n5,3\n7,3\n7,3\n7,3\n,3\n");
	ck_assert_uint_eq(sink_csv.wants(&fmt) & COLUMN_ROWS, COLUMN_ROWS);
	choose(&fmt, "pid,ppid");
	ck_assert_uint_eq(sink_tsv.wants(&fmt), FDMAP_COMM);
	choose(&fmt, "fd");
	ck_assert_uint_eq(sink_print0.wants(&fmt), FDMAP_COMM | COLUMN_ROWS);
	columns_fini(&fmt.columns);
}
END_TEST

static void check_marker(const struct sink_ops *ops, const char *want)
{
	struct format fmt = rows_format();
	struct buf out;

	buf_init(&out);
	ops->marker(&fmt, "a,b", &out);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

START_TEST(test_marker)
{
	check_marker(&sink_csv, "\n");
	check_marker(&sink_tsv, "\n");
	check_marker(&sink_print0, "");
}
END_TEST

UNIT_MAIN("lines", test_nothing, test_default, test_csv, test_tsv, test_terminal, test_print0,
	  test_single_absent, test_processes, test_marker)
