/* SPDX-License-Identifier: MIT */
/* What a filter costs and saves: calls through the door, counted on a recorded tree. */
#include <stdlib.h>
#include <string.h>

#include "fdmap.h"
#include "test/lib/cost.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;

static void setup(const char *tree)
{
	struct fdmap_config cfg = { .threads = 1 };

	dir = tree_unpack_file(tree);
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
}

static void teardown(void)
{
	fdmap_close(map);
	tree_remove(dir);
}

static struct fdmap_query *query(const char *expr)
{
	struct fdmap_error err = { .text = "" };
	struct fdmap_query *q;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_hide_failed(q, true);
	ck_assert_msg(fdmap_query_filter(q, map, expr, &err) >= 0, "%s: %s", expr, err.text);
	return q;
}

static struct fdmap_counts take(struct fdmap_query *q, size_t *rows)
{
	struct fdmap_counts cost;
	bool hit;

	cost = cost_take(map, q, rows, &hit);
	ck_assert_int_eq(hit, *rows != 0);
	fdmap_query_free(q);
	return cost;
}

/* -t, and as a table */
static struct fdmap_counts terse(const char *expr, size_t *rows)
{
	return take(query(expr), rows);
}

static struct fdmap_counts table(const char *expr, size_t *rows)
{
	struct fdmap_query *q = query(expr);

	fdmap_query_want(q, cost_table_wants());
	return take(q, rows);
}

/* --filter 'pid == 812': /proc is not listed, nobody else is opened. */
START_TEST(test_pid)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_counts c = table("pid == 812", &rows);

	ck_assert_uint_eq(rows, 8);
	ck_assert_uint_eq(c.dirs, 2);
	ck_assert_uint_eq(c.lists, 1);
	ck_assert_uint_eq(c.links, 7);
	ck_assert_uint_eq(c.lmodes, 4);
	ck_assert_uint_eq(c.fdinfos, 1);
	c = terse("pid == 812", &rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.dirs, 1);
	ck_assert_uint_eq(c.lists, 0);
	ck_assert_uint_eq(c.links, 1);
	/* Whether 812 is a process, and no thread. */
	ck_assert_uint_eq(c.reads, 1);
	ck_assert_uint_eq(c.owners + c.stats, 0);
	c = terse("pid == 4", &rows);
	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_eq(c.lists + c.links, 0);
	teardown();
}
END_TEST

/* -u root --filter 'pid == 812': all are looked at, but only one is opened. */
START_TEST(test_pid_and_user)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_query *q = query("pid == 812");

	ck_assert_int_ge(fdmap_query_uid(q, 0, NULL, 0, NULL), 0);
	struct fdmap_counts c = take(q, &rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.owners, 4);
	ck_assert_uint_eq(c.dirs, 4);
	ck_assert_uint_eq(c.lists, 1);
	ck_assert_uint_eq(c.links, 1);
	teardown();
}
END_TEST

/* A process that can't pass costs what tells so, and nothing else. */
START_TEST(test_rejected_processes)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_counts c = terse("comm == bash", &rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.reads, 4);
	ck_assert_uint_eq(c.dirs, 4);
	ck_assert_uint_eq(c.links, 1);
	ck_assert_uint_eq(c.owners + c.stats + c.tables, 0);
	c = terse("uid == 1000", &rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.owners, 4);
	ck_assert_uint_eq(c.links, 1);
	ck_assert_uint_eq(c.reads, 0);
	/* The owner is cheaper, so that only alice's processes are asked for their name. */
	c = terse("comm == bash and user == alice", &rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.owners, 4);
	/* The first time users are needed, etc/passwd is read for the name; then PID/stat. */
	ck_assert_uint_eq(c.reads, 1);
	c = table("comm == nobody-is-called-so", &rows);
	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_eq(c.links + c.stats + c.lmodes + c.fdinfos + c.tables, 0);
	ck_assert_uint_eq(c.lists, 1);
	teardown();
}
END_TEST

/* Sockets: the tables first; whoever has none of them costs links. */
START_TEST(test_sockets)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_counts c = table("tcp and lport == 22", &rows);

	ck_assert_uint_eq(rows, 3);
	ck_assert_uint_eq(c.tables, 2);
	ck_assert_uint_eq(c.stats, 0);
	ck_assert_uint_eq(c.lmodes, 3);
	ck_assert_uint_eq(c.owners, 2);
	/* All numbered descriptors, once. */
	ck_assert_uint_eq(c.links, 13);
	ck_assert_uint_eq(c.protos, 0);
	/* No socket has that port. */
	c = table("tcp and lport == 2", &rows);
	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_eq(c.tables, 2);
	ck_assert_uint_eq(c.lists + c.dirs + c.links, 0);
	/* Nor does any listen there whose process is called so. */
	c = table("tcp and lport == 22 and comm == bash", &rows);
	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_eq(c.tables, 2);
	ck_assert_uint_eq(c.reads, 2 + 4);
	ck_assert_uint_eq(c.links, 5);
	teardown();
}
END_TEST

/* Rows: the number, then the link, then the stat. */
START_TEST(test_rows)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_counts c = terse("fd == 5", &rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.links, 1);
	ck_assert_uint_eq(c.stats + c.reads, 0);
	c = terse("fd == cwd", &rows);
	ck_assert_uint_eq(rows, 4);
	ck_assert_uint_eq(c.links, 4);
	ck_assert_uint_eq(c.dirs, 4);
	/* Only what is deleted is asked for its size. */
	c = terse("deleted and size > 100 and fd < 1000", &rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.stats, 1);
	ck_assert_uint_eq(c.fdinfos + c.lmodes + c.tables, 0);
	c = terse("deleted and size > 1G and fd < 1000", &rows);
	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_eq(c.stats, 1);
	/* What passes already is not asked for what the other side would need. */
	c = terse("fd == 3 and (deleted or pos > 5) and comm == bash", &rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.fdinfos, 0);
	/* Positions: of nobody but the one file that is a file. */
	c = terse("fd < 1000 and pos > 5 and path =~ auth", &rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.fdinfos, 1);
	ck_assert_uint_eq(c.stats, 1);
	teardown();
}
END_TEST

/* Columns are read only of what passes. */
START_TEST(test_table_rows)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_counts c = table("path =~ auth[.]log", &rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.lmodes, 1);
	ck_assert_uint_eq(c.fdinfos, 0);
	/* exe of 812, to know which mapping is the program's; the file. */
	ck_assert_uint_eq(c.stats, 2);
	ck_assert_uint_eq(c.tables, 0);
	teardown();
}
END_TEST

/* The same rows as if all had been listed, whatever decides them: also one row of each. */
START_TEST(test_or)
{
	size_t rows;

	setup("two-sshd");
	struct fdmap_counts c = table("tcp or deleted", &rows);

	ck_assert_uint_eq(rows, 4);
	/* mountinfo is read for mappings, tables when the sockets are there. */
	ck_assert_uint_gt(c.tables, 2);
	c = terse("not (fd < 1000)", &rows);
	/* cwd is enough of each; all that has no number passes. */
	ck_assert_uint_eq(rows, 4);
	teardown();
}
END_TEST

UNIT_MAIN("filtercost", test_pid, test_pid_and_user, test_rejected_processes, test_sockets,
	  test_rows, test_table_rows, test_or)
