/* SPDX-License-Identifier: MIT */
/* --explain: the words for typical plans, and the lines of what a run has cost. */
#include "engine/explain.h"

#include <errno.h>
#include <string.h>

#include "cli/explain.h"
#include "os/peak.h"
#include "test/lib/cost.h"
#include "test/lib/tree.h"
#include "test/lib/unit.h"

static struct fdmap_query *query;
static struct buf text;
static struct explain_system there;
static bool skips; /* what a pass is for is not the words' to say */

static void begin(uint32_t want)
{
	ck_assert_int_eq(fdmap_query_new(&query), 0);
	fdmap_query_want(query, want);
	fdmap_query_hide_failed(query, true);
	buf_init(&text);
	there = (struct explain_system){ .threads = 4, .asks = true };
	skips = false;
	fdmap_query_engine(query, FDMAP_ENGINE_PROC);
}

/* Where BPF can be used, or why not. */
static void with_bpf(const char *why)
{
	there.no_bpf = why;
	fdmap_query_engine(query, FDMAP_ENGINE_AUTO);
}

static int put(void *arg, const char *part, const char *line)
{
	(void)arg;
	buf_printf(&text, "%s: %s\n", part, line);
	return 0;
}

/* The words of the query, as lines "part: text". */
static void explained(const char *expected)
{
	struct plan p;

	plan_make(query, &p);
	p.pass_skips = skips;
	ck_assert_int_eq(explain_plan(&p, query, &there, put, NULL), 0);
	ck_assert_str_eq(buf_str(&text), expected);
	buf_fini(&text);
	fdmap_query_free(query);
}

/* -t -i :22 */
START_TEST(test_port)
{
	begin(0);
	ck_assert_int_ge(fdmap_query_inet(query, NULL, ":22", NULL), 0);
	explained("selected: Internet address\n"
		  "sockets: tcp, udp and udplite by sock_diag, before the walk: they decide\n"
		  "sockets: the kernel leaves out other ports than 22\n"
		  "sockets: no process is looked at when none of them is meant\n"
		  "engine: proc: it was not wanted\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "walk: descriptors (fd)\n"
		  "walk: the first row of a process is enough\n"
		  "rows: must be sockets of the tables that were read before\n"
		  "rows: link (readlink) decides\n");
}
END_TEST

/* -i -sTCP:LISTEN where only the text can be read; by BPF, too */
START_TEST(test_listen)
{
	begin(cost_table_wants());
	there.asks = false;
	skips = true;
	with_bpf(NULL);
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	ck_assert_int_ge(fdmap_query_state(query, "tcp", "LISTEN", 0, NULL), 0);
	explained("selected: Internet socket\n"
		  "sockets: tcp, udp and udplite by /proc/net, before the walk: they decide\n"
		  "sockets: no process is looked at when none of them is meant\n"
		  "engine: bpf: one pass finds the sockets\n"
		  "engine: processes without such a descriptor are not opened\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "walk: descriptors (fd)\n"
		  "rows: must be sockets of the tables that were read before\n"
		  "rows: link (readlink) decides\n"
		  "of a row: open mode (lstat): to be shown\n"
		  "of its process: owner (fstat of its directory) and command and state (stat): "
		  "to be shown\n");
}
END_TEST

/* -i -sTCP:LISTEN,^ESTABLISHED and the like: what the kernel is asked to leave out */
START_TEST(test_states)
{
	begin(0);
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	ck_assert_int_ge(fdmap_query_state(query, "tcp", "LISTEN", FDMAP_NOT, NULL), 0);
	ck_assert_int_ge(fdmap_query_state(query, "udp", "ESTABLISHED", 0, NULL), 0);
	explained(
		"selected: Internet socket\n"
		"sockets: tcp, udp and udplite by sock_diag, before the walk: they decide\n"
		"sockets: the kernel leaves out tcp in LISTEN\n"
		"sockets: the kernel leaves out udp and udplite in other states than ESTABLISHED\n"
		"sockets: no process is looked at when none of them is meant\n"
		"engine: proc: it was not wanted\n"
		"threads: 4 at most\n"
		"processes: all that /proc lists\n"
		"walk: descriptors (fd)\n"
		"walk: the first row of a process is enough\n"
		"rows: must be sockets of the tables that were read before\n"
		"rows: link (readlink) decides\n");
}
END_TEST

/* no arguments at all */
START_TEST(test_everything)
{
	begin(cost_table_wants());
	with_bpf("not root");
	explained("selected: everything\n"
		  "engine: proc: not root\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "processes: each of their threads, too (task)\n"
		  "walk: links cwd, root and exe; mappings (maps); descriptors (fd)\n"
		  "of a row: link (readlink), statx, open mode (lstat), position (fdinfo) and "
		  "what an anonymous inode is (fdinfo): to be shown\n"
		  "of its process: owner (fstat of its directory) and command and state (stat): "
		  "to be shown\n"
		  "after: tcp, udp and udplite by sock_diag; raw, icmp, unix, netlink and packet "
		  "by /proc/net, if a row is a socket\n"
		  "after: mounts (mountinfo), if a row is a file\n"
		  "after: locks (locks), if there is a row\n");
}
END_TEST

/* -p 812,813 -d cwd -a, with rows of what could not be read */
START_TEST(test_pids)
{
	begin(FDMAP_SPECIAL | FDMAP_LINK | FDMAP_CRED);
	fdmap_query_hide_failed(query, false);
	with_bpf(NULL);
	ck_assert_int_ge(fdmap_query_pid(query, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_pid(query, 813, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_slot(query, FDMAP_FD_CWD, 0), 0);
	fdmap_query_match(query, FDMAP_MATCH_ALL);
	explained("selected: process ID and descriptor\n"
		  "engine: proc: only a few processes are looked at\n"
		  "threads: 4 at most\n"
		  "processes: 2 that are named; /proc is not listed\n"
		  "walk: link cwd\n"
		  "rows: descriptors with other numbers are not read\n"
		  "of a row: link (readlink): to be shown\n"
		  "of its process: owner (fstat of its directory): to be shown\n"
		  "of its process: command and state (stat): to be sure that it is there\n");
}
END_TEST

/* -u 33 -i: a process that is selected is walked as a whole */
START_TEST(test_user_or_inet)
{
	begin(FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS | FDMAP_LINK);
	ck_assert_int_ge(fdmap_query_uid(query, 33, NULL, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_inet_all(query, 0), 0);
	explained("selected: user or Internet socket\n"
		  "sockets: tcp, udp and udplite by sock_diag, before the walk: they decide\n"
		  "engine: proc: it was not wanted\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "processes: owner (fstat of its directory) must be known of each\n"
		  "walk: links cwd, root and exe; mappings (maps); descriptors (fd) of a process "
		  "that is selected; of others descriptors (fd)\n"
		  "rows: link (readlink) decides\n");
}
END_TEST

/* -t FILE */
START_TEST(test_file)
{
	begin(0);
	query->used |= SEL_NM;
	with_bpf(NULL);
	explained("selected: file\n"
		  "engine: bpf: one pass finds the descriptors of those files\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "walk: links cwd, root and exe; mappings (maps); descriptors (fd)\n"
		  "walk: the first row of a process is enough\n"
		  "rows: statx decides\n");
}
END_TEST

/* --filter: what was typed stays as it is */
START_TEST(test_filter)
{
	const char *expr = "tcp and dport == 5432 and comm == '\x1b[2J'";

	begin(FDMAP_FDS | FDMAP_SOCK);
	with_bpf(NULL);
	ck_assert_int_ge(fdmap_query_filter(query, NULL, expr, NULL), 0);
	explained("filter: tcp and dport == 5432 and comm == '\x1b[2J'\n"
		  "sockets: tcp by sock_diag, before the walk: they decide\n"
		  "sockets: the kernel leaves out other ports than 5432\n"
		  "sockets: no process is looked at when none of them is meant\n"
		  "engine: proc: processes are rejected before their descriptors are looked at\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "processes: command and state (stat) may reject one, for the filter\n"
		  "walk: descriptors (fd)\n"
		  "rows: must be sockets of the tables that were read before\n"
		  "rows: link (readlink) decides\n"
		  "rows: the filter judges after each fact, what is cheap first\n");
}
END_TEST

/* -E --unowned --columns=+detail, of all namespaces */
START_TEST(test_joins)
{
	begin(FDMAP_FDS | FDMAP_SOCK | FDMAP_MORE | FDMAP_ENDS | FDMAP_CONTAINER | FDMAP_CGROUP);
	fdmap_query_ends(query, FDMAP_ENDS_SELECT);
	fdmap_query_unowned(query, true);
	ck_assert_int_ge(fdmap_query_unix(query), 0);
	query->netns.given = query->netns.all = true;
	explained("selected: UNIX socket\n"
		  "namespaces: all network namespaces, by links of all processes and mounts\n"
		  "sockets: unix by /proc/net, before the walk: they decide\n"
		  "sockets: no process is looked at when none of them is meant\n"
		  "engine: proc: it was not wanted\n"
		  "threads: 4 at most\n"
		  "processes: all that /proc lists\n"
		  "walk: descriptors (fd)\n"
		  "rows: must be sockets of the tables that were read before\n"
		  "rows: link (readlink) decides\n"
		  "of a row: open mode (lstat): for other ends\n"
		  "of its process: container and unit (cgroup): to be shown\n"
		  "of its process: owner (fstat of its directory) and command and state (stat): "
		  "for other ends\n"
		  "after: other ends: what the walk has noted, and links of processes that it has left "
		  "out, if a row can have one\n"
		  "after: other ends are rows, too\n"
		  "after: names of containers, from files of their runtimes\n"
		  "after: what details name\n"
		  "after: unix by /proc/net: those that nobody holds\n"
		  "after: links, rings and messages of all processes, if one has no holder yet\n");
}
END_TEST

static int stop(void *arg, const char *part, const char *line)
{
	(void)part;
	(void)line;
	return ++*(int *)arg == 2 ? -EPIPE : 0;
}

START_TEST(test_stop)
{
	struct plan p;
	int calls = 0;

	begin(0);
	plan_make(query, &p);
	ck_assert_int_eq(explain_plan(&p, query, &there, stop, &calls), -EPIPE);
	ck_assert_int_eq(calls, 2);
	fdmap_query_free(query);
}
END_TEST

/* What fdmap_take counts, on a tree that is known. */
START_TEST(test_counted)
{
	char *dir = tree_unpack_file("two-sshd");
	const struct fdmap_config cfg = { .proc = dir, .threads = 1 };
	const struct fdmap_costs *c;
	struct fdmap_snapshot *s;
	struct fdmap_counts before, after;
	struct fdmap *m;
	size_t n, rows = 0;
	const struct fdmap_process *p;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	for (int i = 0; i < 2; i++) {
		begin(cost_table_wants());
		fdmap_counts(m, &before);
		ck_assert_int_eq(fdmap_take(m, query, &s), 0);
		fdmap_counts(m, &after);
		c = fdmap_snapshot_costs(s);
		p = fdmap_processes(s, &n);
		rows = 0;
		for (size_t j = 0; j < n; j++)
			rows += p[j].nfiles;
		ck_assert_uint_eq(c->rows, rows);
		ck_assert_uint_eq(c->kept + c->tasks, n);
		ck_assert_uint_eq(c->examined, 26);
		ck_assert_uint_eq(c->listed, 4);
		ck_assert_uint_eq(c->walked, 4);
		ck_assert_uint_eq(c->scans, 1);
		ck_assert_uint_eq(c->threads, 1);
		ck_assert_uint_eq(c->unowned, 0);
		ck_assert_uint_eq(c->diag_tables, 0);
		ck_assert(c->text_tables & 1u << FDMAP_TCP);
		ck_assert_int_eq(c->engine, FDMAP_ENGINE_PROC);
		/* Of this run alone, also the second time. */
		ck_assert_uint_eq(c->calls.links, after.links - before.links);
		ck_assert_uint_eq(c->calls.stats, after.stats - before.stats);
		ck_assert_uint_eq(c->calls.tables, after.tables - before.tables);
		ck_assert_uint_eq(c->calls.bytes, after.bytes - before.bytes);
		ck_assert_uint_gt(c->calls.links, 0);
		fdmap_snapshot_free(s);
		fdmap_query_free(query);
	}
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

/* Nobody has the port: no process is looked at. */
START_TEST(test_nothing)
{
	char *dir = tree_unpack_file("two-sshd");
	const struct fdmap_config cfg = { .proc = dir, .threads = 1 };
	const struct fdmap_costs *c;
	struct fdmap_snapshot *s;
	struct fdmap *m;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	begin(0);
	ck_assert_int_ge(fdmap_query_inet(query, NULL, "TCP:2", NULL), 0);
	ck_assert_int_eq(fdmap_take(m, query, &s), 0);
	c = fdmap_snapshot_costs(s);
	ck_assert_uint_eq(c->scans, 0);
	ck_assert_uint_eq(c->listed + c->examined + c->rows + c->threads, 0);
	ck_assert_uint_eq(c->text_tables, 1u << FDMAP_TCP);
	fdmap_snapshot_free(s);
	fdmap_query_free(query);
	fdmap_close(m);
	tree_remove(dir);
}
END_TEST

/* The lines of a run, with all that can be in them. */
START_TEST(test_lines)
{
	const struct fdmap_costs c = {
		.ns = { [FDMAP_STAGE_TABLES] = 1500000,
			[FDMAP_STAGE_LIST] = 9999,
			[FDMAP_STAGE_SCAN] = 3000000,
			[FDMAP_STAGE_LAST] = 490001 },
		.scans = 2,
		.threads = 3,
		.listed = 1212,
		.walked = 212,
		.kept = 12,
		.tasks = 1000,
		.examined = 1234567,
		.rows = 123456,
		.unowned = 1,
		.sockets = 999,
		.text_tables = 1u << FDMAP_UNIX,
		.diag_tables = 1u << FDMAP_TCP | 1u << FDMAP_UDP,
		.engine = FDMAP_ENGINE_PROC,
		.engine_why = "not root",
		.calls = { .links = 4812, .reads = 7, .tables = 3, .diags = 2, .bytes = 1000 },
	};
	const uint64_t own[EXPLAIN_STAGES] = { [EXPLAIN_OUTPUT] = 5000000 };
	const struct explain_used used = { 1234567, 500, 1 << 20 };

	buf_init(&text);
	explain_costs(&c, own, &used, &text);
	ck_assert_str_eq(
		buf_str(&text),
		"cost:\n"
		"  engine        proc: not root\n"
		"  threads       3\n"
		"  processes     1,212 looked at, 1,000 rejected or gone, 12 with rows; 1,000\n"
		"                threads with rows; twice, since the first time told where to\n"
		"                look\n"
		"  rows          1,234,567 examined, 123,456 kept, of these 1 that nobody holds\n"
		"  sockets       999: tcp, udp by sock_diag; unix by /proc/net; 1,000 bytes\n"
		"  calls         readlinkat 4,812; socket tables read 3; other files read 4;\n"
		"                sock_diag asked 2\n"
		"  time          10.000 ms\n"
		"    tables      1.500 ms (15%)\n"
		"    walk        3.000 ms (30%)\n"
		"    last        0.490 ms (4%)\n"
		"    output      5.000 ms (50%)\n"
		"  cpu           1.235 ms user, 0.001 ms system\n"
		"  memory        1.0M at most\n");
	buf_fini(&text);
}
END_TEST

/* A run that did nothing; one of BPF. */
START_TEST(test_lines_few)
{
	struct fdmap_costs c = { .engine = FDMAP_ENGINE_BPF,
				 .bpf_records = 31000,
				 .bpf_tables = 1u << FDMAP_TCP | 1u << FDMAP_UNIX,
				 .sockets = 7,
				 .bpf_bytes = 1240000,
				 .bpf_reads = 5,
				 .scans = 1,
				 .threads = 1 };
	const uint64_t own[EXPLAIN_STAGES] = { 0 };
	const struct explain_used used = { 0, 0, 6120 * 1024 };

	buf_init(&text);
	explain_costs(&c, own, &used, &text);
	ck_assert_str_eq(buf_str(&text),
			 "cost:\n"
			 "  engine        bpf\n"
			 "  bpf           31,000 records, 1,240,000 bytes, 5 reads\n"
			 "  threads       1\n"
			 "  processes     0 looked at, 0 rejected or gone, 0 with rows\n"
			 "  rows          0 examined, 0 kept\n"
			 "  sockets       7: tcp, unix by bpf; 0 bytes\n"
			 "  calls         none\n"
			 "  time          0.000 ms\n"
			 "  cpu           0.000 ms user, 0.000 ms system\n"
			 "  memory        6.0M at most\n");
	buf_fini(&text);
}
END_TEST

static uint64_t peak_of(const char *status)
{
	return parse_peak((struct span){ status, strlen(status) });
}

START_TEST(test_peak)
{
	ck_assert_uint_eq(peak_of("Name:\tfdmap\nVmPeak:\t   99 kB\nVmHWM:\t    6120 kB\n"),
			  6120 * 1024);
	ck_assert_uint_eq(peak_of("Name:\tVmHWM: 7 kB\n"), 0);
	ck_assert_uint_eq(peak_of("VmHWM:\n"), 0);
	ck_assert_uint_eq(peak_of("VmHWM:\t18446744073709551615 kB\n"), 0);
	ck_assert_uint_eq(peak_of(""), 0);
	ck_assert_uint_gt(fdmap_peak_memory(), 0);
}
END_TEST

UNIT_MAIN("explain", test_port, test_listen, test_states, test_everything, test_pids,
	  test_user_or_inet, test_file, test_filter, test_joins, test_stop, test_counted,
	  test_nothing, test_lines, test_lines_few, test_peak)
