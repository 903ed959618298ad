/* SPDX-License-Identifier: MIT */
/* JSON of columns: flat rows of a list, typed; keys that are added to lsof's shape. */
#include "test/lib/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "out/column.h"
#include "test/lib/rows.h"

#define HEAD "{\"schema\":\"fdmap-1\",\"fdmap_version\":\"" FDMAP_VERSION "\",\"rows\":["

static const struct fdmap_stat file_stat = {
	.dev = 0x801,
	.ino = UINT64_MAX,
	.size = 7,
	.mode = S_IFREG | 0644,
	.nlink = 1,
};

static void check(const struct sink_ops *ops, const char *columns, uint64_t letters,
		  const struct fdmap_process *procs, size_t nprocs, const char *want)
{
	struct format fmt = rows_format();
	struct buf out, why;

	buf_init(&out);
	buf_init(&why);
	fmt.letters = letters;
	ck_assert_int_eq(columns_choose(&fmt.columns, columns, &why), 0);
	ck_assert_int_eq(rows_print(ops, &fmt, procs, nprocs, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	columns_fini(&fmt.columns);
	buf_fini(&out);
	buf_fini(&why);
}

START_TEST(test_nothing)
{
	check(&sink_json, "pid,fd", 0, NULL, 0, HEAD "]}\n");
	check(&sink_jsonl, "pid,fd", 0, NULL, 0, "");
}
END_TEST

/* As asked for: an alias is a key, what is absent is null, numbers are numbers. */
START_TEST(test_rows)
{
	struct fdmap_file files[2];
	struct fdmap_process proc;

	files[0] = rows_file(FDMAP_FD_CWD, ' ', &file_stat, "/a \"b\"");
	files[1] = rows_file(3, 'r', &file_stat, "/\xff");
	proc = rows_process(5, "sh", files, 2);
	check(&sink_jsonl, "name,PID,command,tid,fd,inode,mode", 0, &proc, 1,
	      "{\"name\":\"/a \\\"b\\\"\",\"pid\":5,\"command\":\"sh\",\"tid\":null,\"fd\":\"cwd\","
	      "\"inode\":18446744073709551615,\"mode\":null}\n"
	      "{\"name\":\"/\\\\xff\",\"name_bytes\":\"L/8=\",\"pid\":5,\"command\":\"sh\","
	      "\"tid\":null,\"fd\":\"3\",\"inode\":18446744073709551615,\"mode\":\"r\"}\n");
	check(&sink_json, "fd,tid", 0, &proc, 1,
	      HEAD "{\"fd\":\"cwd\",\"tid\":null},{\"fd\":\"3\",\"tid\":null}]}\n");
}
END_TEST

START_TEST(test_processes)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x");
	struct fdmap_file files[] = { file, file };
	struct fdmap_process procs[3];
	struct format fmt = rows_format();
	struct buf why;

	procs[0] = rows_process(5, "a", files, 2);
	procs[1] = rows_process(7, "b", files, 2);
	procs[2] = rows_process(0, NULL, files, 1);
	procs[2].nobody = true;
	check(&sink_json, "pid,uid", 0, procs, 3,
	      HEAD "{\"pid\":5,\"uid\":0},{\"pid\":7,\"uid\":0}]}\n");
	check(&sink_jsonl, "pid", 0, procs, 3, "{\"pid\":5}\n{\"pid\":7}\n");
	check(&sink_jsonl, "pid,fd", 0, &procs[2], 1, "{\"pid\":null,\"fd\":\"3\"}\n");

	buf_init(&why);
	ck_assert_int_eq(columns_choose(&fmt.columns, "pid,comm", &why), 0);
	ck_assert_uint_eq(sink_json.wants(&fmt), FDMAP_COMM);
	ck_assert_int_eq(columns_choose(&fmt.columns, "fd", &why), 0);
	ck_assert_uint_eq(sink_jsonl.wants(&fmt), FDMAP_COMM | COLUMN_ROWS);
	columns_fini(&fmt.columns);
	buf_fini(&why);
}
END_TEST

/* Keys that are there keep their looks; the others come behind them, each where it belongs. */
START_TEST(test_added)
{
	struct fdmap_file file = rows_file(3, 'r', &file_stat, "/x");
	struct fdmap_process proc = rows_process(5, "sh", &file, 1);
	uint64_t letters = FIELD_BIT('p') | FIELD_BIT('f') | FIELD_BIT('n') | FIELD_BIT('s');

	check(&sink_jsonl, "+mode,size,tid,name,sid", letters, &proc, 1,
	      "{\"pid\":5,\"sid\":0,\"fd\":\"3\",\"size\":\"7\",\"name\":\"/x\",\"mode\":\"r\"}\n");
	check(&sink_jsonl, "+mode,sid", FIELD_BIT('p'), &proc, 1,
	      "{\"pid\":5,\"sid\":0,\"mode\":\"r\"}\n");
	check(&sink_json, "+mode,sid", letters, &proc, 1,
	      "{\"lsof_version\":\"4.99.7\",\"schema\":\"fdmap-1\",\"fdmap_version\":\"" FDMAP_VERSION
	      "\",\"processes\":[{\"pid\":5,\"sid\":0,\"files\":[{\"fd\":\"3\",\"size\":\"7\","
	      "\"name\":\"/x\",\"mode\":\"r\"}]}]}\n");
}
END_TEST

/* A key that letters left out has its own shape; "path" is not what a socket is bound to. */
START_TEST(test_left_out)
{
	struct fdmap_sock sock = { .ino = 9, .table = FDMAP_UNIX, .family = AF_UNIX,
				   .type = SOCK_STREAM, .path = "/run/s" };
	struct fdmap_file files[] = { rows_file(3, 'r', &file_stat, "/x"), rows_socket(4, &sock) };
	struct fdmap_process proc = rows_process(5, "sh", files, 2);

	files[1].path = "socket:[9]";
	check(&sink_jsonl, "+size,mode", FIELD_BIT('p'), &proc, 1,
	      "{\"pid\":5,\"size\":\"7\",\"mode\":\"r\"}\n"
	      "{\"pid\":5,\"mode\":\"u\"}\n");
	check(&sink_jsonl, "+path", FIELD_BIT('n'), &proc, 1,
	      "{\"pid\":5,\"name\":\"/x\",\"path\":\"/x\"}\n"
	      "{\"pid\":5,\"name\":\"/run/s type=STREAM\",\"path\":\"/run/s\","
	      "\"socket_type\":\"STREAM\"}\n");
}
END_TEST

UNIT_MAIN("jsonflat", test_nothing, test_rows, test_processes, test_added, test_left_out)
