/* SPDX-License-Identifier: MIT */
/* What a question costs: calls through the door, counted on a recorded tree. */
#include <stdlib.h>
#include <string.h>

#include "fdmap.h"
#include "test/lib/cost.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static char *dir;
static struct fdmap *map;
static struct fdmap_query *query;

static void setup(const char *tree)
{
	struct fdmap_config cfg = { .threads = 1 };

	dir = tree_unpack_file(tree);
	cfg.proc = dir;
	ck_assert_int_eq(fdmap_open(&map, &cfg), 0);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_hide_failed(query, true);
}

static void teardown(void)
{
	fdmap_query_free(query);
	fdmap_close(map);
	tree_remove(dir);
}

static struct fdmap_counts take(size_t *rows)
{
	bool hit;

	return cost_take(map, query, rows, &hit);
}

static void ask_inet(const char *spec)
{
	struct fdmap_error err;

	ck_assert_int_ge(fdmap_query_inet(query, map, spec, &err), 0);
}

/* -t -i :22 */
START_TEST(test_terse_port)
{
	size_t rows;

	setup("two-sshd");
	ask_inet(":22");
	struct fdmap_counts c = take(&rows);

	/* One row of each process is enough. */
	ck_assert_uint_eq(rows, 2);
	ck_assert_uint_eq(c.stats, 0);
	ck_assert_uint_eq(c.fdinfos, 0);
	ck_assert_uint_eq(c.lmodes, 0);
	ck_assert_uint_eq(c.owners, 0);
	ck_assert_uint_eq(c.protos, 0);
	/* Every link of 1 and 1300 (7), 0 and 3 of 812, 3 of 1290; no cwd, root, exe. */
	ck_assert_uint_eq(c.links, 10);
	/* The socket tables are all that is read: no PID/stat. */
	ck_assert_uint_eq(c.tables, 6);
	ck_assert_uint_eq(c.reads, 6);
	teardown();
}
END_TEST

/* -t -i :2: no socket has that port, so no process is looked at. */
START_TEST(test_free_port)
{
	size_t rows;

	setup("two-sshd");
	ask_inet("TCP:2");
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_eq(c.tables, 2);
	ck_assert_uint_eq(c.lists + c.dirs + c.links, 0);
	/* A process that is asked for, too, is found by looking. */
	ck_assert_int_ge(fdmap_query_pid(query, 812, 0, NULL), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	c = take(&rows);
	ck_assert_uint_eq(rows, 0);
	ck_assert_uint_ge(c.dirs, 1);
	teardown();
}
END_TEST

/* -i, as a table */
START_TEST(test_table_inet)
{
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	fdmap_query_want(query, cost_table_wants());
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 3);
	ck_assert_uint_eq(c.stats, 0);
	ck_assert_uint_eq(c.fdinfos, 0);
	ck_assert_uint_eq(c.lmodes, 3);
	ck_assert_uint_eq(c.owners, 2);
	ck_assert_uint_eq(c.tables, 6);
	teardown();
}
END_TEST

/* -i tcp:80, -i udp, -U: only their tables */
START_TEST(test_tables_by_family)
{
	size_t rows;

	setup("web");
	ask_inet("tcp:80");
	ck_assert_uint_eq(take(&rows).tables, 2);
	ck_assert_uint_eq(rows, 4);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	ask_inet("udp:53");
	ck_assert_uint_eq(take(&rows).tables, 2);
	ck_assert_uint_eq(rows, 2);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	ck_assert_int_ge(fdmap_query_unix(query), 0);
	ck_assert_uint_eq(take(&rows).tables, 1);
	ck_assert_uint_eq(rows, 2);
	teardown();
}
END_TEST

/* -p 812: that directory, its fd, and nothing of anybody else */
START_TEST(test_pid_direct)
{
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_pid(query, 812, 0, NULL), 0);
	fdmap_query_want(query, cost_table_wants());
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 8);
	ck_assert_uint_eq(c.dirs, 2);
	ck_assert_uint_eq(c.lists, 1);
	ck_assert_uint_eq(c.links, 7);
	ck_assert_uint_eq(c.lmodes, 4);
	/* Only /dev/null shows its position. */
	ck_assert_uint_eq(c.fdinfos, 1);
	teardown();
}
END_TEST

/* -a -p 812 -d cwd */
START_TEST(test_cwd_of_pid)
{
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_pid(query, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_slot(query, FDMAP_FD_CWD, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	fdmap_query_want(query, cost_table_wants());
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.dirs, 1);
	ck_assert_uint_eq(c.lists, 0);
	ck_assert_uint_eq(c.links, 1);
	ck_assert_uint_eq(c.stats, 1);
	ck_assert_uint_eq(c.tables, 0);
	ck_assert_uint_eq(c.fdinfos, 0);
	teardown();
}
END_TEST

/* -t +L1: no socket table, no fdinfo */
START_TEST(test_unlinked)
{
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_nlink(query, 1), 0);
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.tables, 0);
	ck_assert_uint_eq(c.fdinfos, 0);
	ck_assert_uint_eq(c.lmodes, 0);
	teardown();
}
END_TEST

/* -t FILE: inodes are compared, no name is read, no table */
START_TEST(test_terse_file)
{
	struct fdmap_error err;
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_path(query, map, "/var/log/auth.log", 0, &err), 0);
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.links, 0);
	ck_assert_uint_eq(c.fdinfos, 0);
	ck_assert_uint_eq(c.lmodes, 0);
	ck_assert_uint_eq(c.tables, 0);
	teardown();
}
END_TEST

/* -t -c bash, -t -u alice: what a rejected process costs */
START_TEST(test_rejected_processes)
{
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_command(query, "bash", 0, NULL), 0);
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	/* Each PID/stat, and nothing else. */
	ck_assert_uint_eq(c.reads, 4);
	ck_assert_uint_eq(c.dirs, 4);
	ck_assert_uint_eq(c.links, 1);
	ck_assert_uint_eq(c.stats, 0);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_hide_failed(query, true);
	ck_assert_int_ge(fdmap_query_uid(query, 1000, NULL, 0, NULL), 0);
	c = take(&rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.owners, 4);
	ck_assert_uint_eq(c.reads, 0);
	ck_assert_uint_eq(c.links, 1);
	teardown();
}
END_TEST

/* -p ^812: its directory is not even opened */
START_TEST(test_excluded_pid)
{
	size_t rows, all;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	struct fdmap_counts c = take(&all);

	ck_assert_int_ge(fdmap_query_pid(query, 812, FDMAP_NOT, NULL), 0);
	struct fdmap_counts d = take(&rows);

	ck_assert_uint_eq(all, 4);
	ck_assert_uint_eq(rows, 3);
	ck_assert_uint_eq(d.dirs + 1, c.dirs);
	teardown();
}
END_TEST

/* -t -i on a server with many sockets: the first one ends the process */
START_TEST(test_first_hit)
{
	size_t rows;

	setup("web");
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	struct fdmap_counts c = take(&rows);

	/* nginx: 0, 2, 4 are no sockets, 6 is; 3 times. */
	ck_assert_uint_eq(rows, 8);
	ck_assert_uint_eq(c.links, 3 * 4 + 1 + 1 + 1 + 2 + 1);
	teardown();
}
END_TEST

/* One process: its sockets are asked for their family before tables are read. */
START_TEST(test_ask_family)
{
	size_t rows;

	setup("two-sshd");
	ck_assert_int_ge(fdmap_query_pid(query, 1290, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(query, 3, 3, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	fdmap_query_want(query, cost_table_wants());
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.protos, 1);
	ck_assert_uint_eq(c.tables, 2);
	teardown();
}
END_TEST

static void ask_ends(pid_t pid, uint32_t lo, uint32_t hi, enum fdmap_ends_mode mode)
{
	setup("ends");
	ck_assert_int_ge(fdmap_query_pid(query, pid, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(query, lo, hi, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	fdmap_query_ends(query, mode);
	fdmap_query_want(query, cost_table_wants() | FDMAP_ENDS);
}

/* -E -a -p 104 -d 0: /dev/null has no other end, so nobody else is looked at. */
START_TEST(test_no_ends)
{
	size_t rows;

	ask_ends(104, 0, 0, FDMAP_ENDS_NOTE);
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.links, 1);
	ck_assert_uint_eq(c.lists, 1);
	ck_assert_uint_eq(c.tables, 0);
	teardown();
}
END_TEST

/* -E -a -p 100 -d 3: a pipe is told by its link; only who holds it is asked more. */
START_TEST(test_ends_of_pipe)
{
	size_t rows;

	ask_ends(100, 3, 3, FDMAP_ENDS_NOTE);
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	/* The row itself, then every descriptor of 100 to 104. */
	ck_assert_uint_eq(c.links, 1 + 17 + 13 + 12 + 5 + 5);
	/* The five that hold it, and the row. */
	ck_assert_uint_eq(c.lmodes, 1 + 5);
	ck_assert_uint_eq(c.stats, 1);
	ck_assert_uint_eq(c.fdinfos, 0);
	ck_assert_uint_eq(c.tables, 0);
	teardown();
}
END_TEST

/* -E -a -p 100 -d 18: eventfds are told by fdinfo, which is read of no other kind. */
START_TEST(test_ends_of_eventfd)
{
	size_t rows;

	ask_ends(100, 18, 18, FDMAP_ENDS_NOTE);
	struct fdmap_counts c = take(&rows);

	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.fdinfos, 1 + 3);
	ck_assert_uint_eq(c.stats, 1);
	teardown();
}
END_TEST

/* -E: what is listed whole is not walked again. */
static struct fdmap_counts cost_of_end(uint32_t fd, uint32_t ends)
{
	const struct fdmap_process *p;
	struct fdmap_counts counts;
	struct fdmap_snapshot *s;
	size_t n;

	setup("ends-more");
	ck_assert_int_ge(fdmap_query_pid(query, 200, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_fd(query, fd, fd, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	fdmap_query_ends(query, FDMAP_ENDS_NOTE);
	fdmap_query_want(query, cost_table_wants() | FDMAP_ENDS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	p = fdmap_processes(s, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(p->nfiles, 1);
	ck_assert_uint_eq(fdmap_more(&p->files[0])->nends, ends);
	fdmap_snapshot_free(s);
	fdmap_counts(map, &counts);
	teardown();
	return counts;
}

/* Other namespaces are looked for where an end is not here and may be there, and only then. */
START_TEST(test_ends_elsewhere)
{
	struct fdmap_counts here = cost_of_end(9, 1), there = cost_of_end(10, 1);

	/* The ns/net of four processes, and the tables of one that is elsewhere: tcp and tcp6. */
	ck_assert_uint_ge(there.links, here.links + 4);
	ck_assert_uint_eq(there.tables, here.tables + 2);
	/* On loopback nothing is elsewhere: who has not been accepted, UDP, UNIX. */
	ck_assert_uint_eq(cost_of_end(3, 1).links, here.links);
	ck_assert_uint_eq(cost_of_end(6, 1).links, here.links);
	ck_assert_uint_eq(cost_of_end(8, 1).links, here.links);
}
END_TEST

/* -E -U, and what else selects sockets: one walk tells rows and holders. */
START_TEST(test_ends_noted)
{
	struct fdmap_counts c, without;
	size_t rows, all;

	setup("ends");
	ck_assert_int_ge(fdmap_query_unix(query), 0);
	fdmap_query_want(query, cost_table_wants());
	without = take(&all);
	fdmap_query_ends(query, FDMAP_ENDS_NOTE);
	fdmap_query_want(query, cost_table_wants() | FDMAP_ENDS);
	c = take(&rows);
	ck_assert_uint_ge(rows, 6);
	ck_assert_uint_eq(rows, all);
	ck_assert_uint_eq(c.links, without.links);
	ck_assert_uint_eq(c.lmodes, without.lmodes);
	ck_assert_uint_eq(c.dirs, without.dirs);
	/* Who has come since: the list of processes, once more. */
	ck_assert_uint_eq(c.lists, without.lists + 1);
	teardown();
}
END_TEST

/* -E -a -i -c srv: what its rows lead to is looked for among those that were rejected. */
START_TEST(test_ends_rejected)
{
	const struct fdmap_process *p;
	struct fdmap_snapshot *s;
	size_t n;

	setup("ends");
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	ck_assert_int_ge(fdmap_query_command(query, "srv", 0, NULL), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	ck_assert_int_ge(fdmap_query_state(query, "TCP", "ESTABLISHED", 0, NULL), 0);
	fdmap_query_ends(query, FDMAP_ENDS_NOTE);
	fdmap_query_want(query, cost_table_wants() | FDMAP_ENDS);
	ck_assert_int_eq(fdmap_take(map, query, &s), 0);
	p = fdmap_processes(s, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(p->files[0].fd, 11);
	ck_assert_uint_eq(fdmap_more(&p->files[0])->nends, 1);
	ck_assert_int_eq(fdmap_more(&p->files[0])->ends[0].pid, 101);
	fdmap_snapshot_free(s);
	teardown();
}
END_TEST

START_TEST(test_ends_of_all)
{
	struct fdmap_counts c, without;
	size_t rows;

	setup("ends");
	ck_assert_int_ge(fdmap_query_tasks(query, FDMAP_TASKS_IGNORE), 0);
	fdmap_query_want(query, cost_table_wants());
	without = take(&rows);
	fdmap_query_want(query, cost_table_wants() | FDMAP_ENDS);
	c = take(&rows);
	ck_assert_uint_eq(c.links, without.links);
	ck_assert_uint_eq(c.stats, without.stats);
	ck_assert_uint_eq(c.lmodes, without.lmodes);
	teardown();
}
END_TEST

/* --columns=+unit, =+container: a file of each process more, and names of one file each. */
START_TEST(test_columns)
{
	struct fdmap_counts plain, unit, container;
	size_t rows;

	setup("containers");
	ck_assert_int_ge(fdmap_query_slot(query, FDMAP_FD_CWD, 0), 0);
	fdmap_query_want(query, cost_table_wants());
	plain = take(&rows);
	ck_assert_uint_eq(rows, 27);
	ck_assert_uint_eq(plain.paths, 0);
	fdmap_query_want(query, cost_table_wants() | FDMAP_CGROUP);
	unit = take(&rows);
	ck_assert_uint_eq(unit.reads, plain.reads + 27);
	ck_assert_uint_eq(unit.paths, 0);
	ck_assert_uint_eq(unit.links, plain.links);
	/* mountinfo, and that of 6 processes: 9 containers may have names, 3 are told with others */
	fdmap_query_want(query, cost_table_wants() | FDMAP_CGROUP | FDMAP_CONTAINER);
	container = take(&rows);
	ck_assert_uint_eq(container.reads, unit.reads + 1 + 6);
	ck_assert_uint_eq(container.links, plain.links);
	ck_assert_uint_ne(container.paths, 0);
	teardown();
}
END_TEST

/* Files registered in a ring: only fdinfo of rings is read, and of no ring nothing. */
START_TEST(test_rings)
{
	struct fdmap_error err;
	struct fdmap_counts c;
	size_t rows;

	setup("uring");
	ask_inet(":8080");
	c = take(&rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.fdinfos, 3);
	/* 40's up to the ring, which is enough; two roots, as no path is asked of 42. */
	ck_assert_uint_eq(c.links, 3 + 1 + 1 + 2);
	ck_assert_uint_eq(c.stats, 0);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	/*
	 * By inode, the link of the first file without a type tells what the others
	 * are that share its inode: one of 40's three is read, then the two rings of
	 * their own; of each ring's process the link of its root.
	 */
	ck_assert_int_ge(fdmap_query_path(query, map, "/srv/log", 0, &err), 0);
	c = take(&rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.fdinfos, 2);
	ck_assert_uint_eq(c.links, 3 + 2);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	/* -d 5 is the ring, not what is in it. */
	ck_assert_int_ge(fdmap_query_fd(query, 5, 5, 0), 0);
	fdmap_query_want(query, FDMAP_FDS);
	c = take(&rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(c.fdinfos, 0);
	teardown();
}
END_TEST

/* What was recorded of a ring while it was being used says no more when it is asked again. */
START_TEST(test_ring_in_use)
{
	struct fdmap_counts c;
	size_t rows;

	setup("kinds");
	fdmap_query_want(query, cost_table_wants());
	c = take(&rows);
	ck_assert_uint_ne(c.fdinfos, 0);
	ck_assert_uint_lt(c.fdinfos, 100);
	teardown();
}
END_TEST

/* Other network namespaces cost nothing until they are asked for, or a socket is in one. */
START_TEST(test_namespaces)
{
	struct fdmap_counts self, found, all, named;
	size_t rows;

	setup("namespaces");
	ask_inet(":80");
	self = take(&rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(self.tables, 6);
	ck_assert_uint_eq(self.reads, 6);
	/* Up to the row of 100, all descriptors of the others. */
	ck_assert_uint_eq(self.links, 1 + 4 + 1 + 4);
	ck_assert_uint_eq(self.paths + self.protos, 0);
	/* All that could be told is in our own tables: not even our own inode is asked for. */
	fdmap_query_want(query, cost_table_wants());
	found = take(&rows);
	ck_assert_uint_eq(rows, 1);
	ck_assert_uint_eq(found.links, 3 + 4 + 1 + 4);
	ck_assert_uint_eq(found.paths, 0);
	/* Four more namespaces: two through processes, one through a thread; one is out of reach. */
	ck_assert_int_eq(fdmap_query_netns(query, map, "all", NULL), 0);
	all = take(&rows);
	ck_assert_uint_eq(rows, 4);
	ck_assert_uint_eq(all.tables, 4 * 6);
	ck_assert_uint_gt(all.links, found.links);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	/* -p 300: our table of its socket, and that where it is; nobody else is looked at. */
	ck_assert_int_ge(fdmap_query_pid(query, 300, 0, NULL), 0);
	fdmap_query_want(query, cost_table_wants());
	named = take(&rows);
	ck_assert_uint_eq(rows, 3 + 1);
	ck_assert_uint_eq(named.lists, 1);
	ck_assert_uint_eq(named.tables, 2 + 2);
	fdmap_query_free(query);
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	/*
	 * -p 200: one of its sockets is nowhere and can't be asked: looked for everywhere.
	 * tcp, udp and unix here and where 200 is; then those of tcp in two more.
	 */
	ck_assert_int_ge(fdmap_query_pid(query, 200, 0, NULL), 0);
	fdmap_query_want(query, cost_table_wants());
	named = take(&rows);
	ck_assert_uint_eq(rows, 3 + 4);
	ck_assert_uint_gt(named.lists, 1);
	ck_assert_uint_eq(named.tables, 2 * (2 + 2 + 1) + 2 * 2);
	teardown();
}
END_TEST

/* --unowned: where every socket is held by a row, its tables are read once more, no more. */
START_TEST(test_unowned)
{
	struct fdmap_counts without, with;
	size_t rows, more;

	setup("two-sshd");
	fdmap_query_want(query, cost_table_wants());
	ask_inet("TCP");
	without = take(&rows);
	fdmap_query_unowned(query, true);
	with = take(&more);
	/* What has no inode needs no walk, either: it is in TIME_WAIT. */
	ck_assert_uint_eq(more, rows + 1);
	ck_assert_uint_eq(with.tables, without.tables + 2);
	ck_assert_uint_eq(with.dirs, without.dirs);
	ck_assert_uint_eq(with.links, without.links);
	ck_assert_uint_eq(with.fdinfos, without.fdinfos);
	teardown();
}
END_TEST

/* Looked for in all processes, twice, and in messages and rings the second time only. */
START_TEST(test_unowned_walks)
{
	struct fdmap_counts without, with;
	size_t rows, more;

	setup("unowned");
	fdmap_query_want(query, cost_table_wants());
	ask_inet("UDP");
	without = take(&rows);
	fdmap_query_unowned(query, true);
	with = take(&more);
	ck_assert_uint_eq(more, rows + 2);
	ck_assert_uint_eq(with.tables, without.tables + 2);
	/* Seven descriptors of four processes. */
	ck_assert_uint_eq(with.links, without.links + 2 * 7);
	/* Three UNIX sockets, a ring, and three descriptors of sockets in no table that was read. */
	ck_assert_uint_eq(with.fdinfos, without.fdinfos + 7);
	teardown();
}
END_TEST

UNIT_MAIN("cost", test_unowned, test_unowned_walks, test_namespaces, test_rings, test_ring_in_use, test_columns, test_no_ends, test_ends_of_pipe, test_ends_of_eventfd, test_ends_elsewhere, test_ends_noted, test_ends_rejected, test_ends_of_all, test_terse_port, test_free_port, test_table_inet, test_tables_by_family, test_pid_direct,
	  test_cwd_of_pid, test_unlinked, test_terse_file, test_rejected_processes,
	  test_excluded_pid, test_first_hit, test_ask_family)
