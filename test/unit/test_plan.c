/* SPDX-License-Identifier: MIT */
/* The plan, one command line a test: what is read, and what is not. */
#include "engine/plan.h"

#include <stdlib.h>

#include "net/family.h"
#include "test/lib/unit.h"

#define TABLE                                                                              \
	(FDMAP_COMM | FDMAP_CRED | FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_POS |    \
	 FDMAP_DETAIL | FDMAP_LOCKS | FDMAP_SOCK | FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)

static struct fdmap_query *query(void)
{
	struct fdmap_query *q;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	return q;
}

static struct plan planned(struct fdmap_query *q)
{
	struct plan p;

	plan_make(q, &p);
	fdmap_query_free(q);
	return p;
}

static struct fdmap_query *terse(void)
{
	struct fdmap_query *q = query();

	fdmap_query_want(q, 0);
	fdmap_query_hide_failed(q, true);
	return q;
}

static struct fdmap_query *table(void)
{
	struct fdmap_query *q = query();

	fdmap_query_want(q, TABLE);
	return q;
}

/* A table that shows letters of locks alone. */
static struct fdmap_query *letters(void)
{
	struct fdmap_query *q = query();

	fdmap_query_want(q, (TABLE & ~(uint32_t)FDMAP_LOCKS) | FDMAP_LOCK);
	return q;
}

/* -p 812: what its descriptors tell of locks is enough, where all of them are rows. */
START_TEST(letters_of_locks)
{
	struct fdmap_query *q = letters();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	p = planned(q);
	ck_assert(p.locks);
	ck_assert(p.few_locks);

	q = table();
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	p = planned(q);
	ck_assert(p.locks);
	ck_assert(!p.few_locks);

	p = planned(letters());
	ck_assert(p.locks);
	ck_assert(!p.few_locks);
}
END_TEST

/* A lock may be by a descriptor that is no row. */
START_TEST(locks_of_some_rows)
{
	struct fdmap_query *q = letters();

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_CWD, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	ck_assert(!planned(q).few_locks);

	q = letters();
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_tasks(q, FDMAP_TASKS_SELECT), 0);
	ck_assert(!planned(q).few_locks);

	q = letters();
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_SELECT);
	ck_assert(!planned(q).few_locks);

	q = letters();
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	ck_assert(planned(q).few_locks);
}
END_TEST

/* -t -i :22 */
START_TEST(port_terse)
{
	struct fdmap_query *q = terse();
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
	p = planned(q);
	ck_assert_uint_eq(p.lists, FDMAP_FDS);
	ck_assert_uint_eq(p.proc_gate, 0);
	ck_assert_uint_eq(p.proc_row, 0);
	ck_assert_uint_eq(p.file_gate, FDMAP_LINK);
	ck_assert_uint_eq(p.file_row, FDMAP_LINK);
	ck_assert_uint_eq(p.gate_families, FAMILY_INET);
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert(p.first_hit);
	ck_assert(p.need_match);
	ck_assert(!p.direct);
	ck_assert(!p.tasks);
	ck_assert(!p.locks);
	ck_assert(!p.mounts);
}
END_TEST

/* -i TCP:22: only the tables of that protocol. */
START_TEST(port_of_a_protocol)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, "TCP:22", NULL), 0);
	p = planned(q);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_TCP));
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert(!p.mounts);
	ck_assert(!p.first_hit);
}
END_TEST

/* -iUDP:53 -sTCP:LISTEN: the state may be found though the address is not. */
START_TEST(states_need_their_table)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, "UDP:53", NULL), 0);
	ck_assert_int_ge(fdmap_query_state(q, "tcp", "LISTEN", 0, NULL), 0);
	p = planned(q);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_TCP) | FAMILY_BIT(FDMAP_UDP));
}
END_TEST

/* -p 812: nothing but that process; its sockets say which tables to read. */
START_TEST(one_pid)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	p = planned(q);
	ck_assert(p.direct);
	ck_assert(p.ask_proto);
	ck_assert(p.few);
	ck_assert(p.locks);
	ck_assert_uint_eq(p.lists, 0);
	ck_assert_uint_eq(p.lists_all, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL);
	ck_assert_uint_eq(p.proc_gate, 0);
	ck_assert(!p.only_sockets);
}
END_TEST

/* -a -p 812 -i */
START_TEST(inet_of_a_pid)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_inet_all(q, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	p = planned(q);
	ck_assert(p.direct);
	ck_assert(p.only_sockets);
	ck_assert(p.need_match);
	ck_assert_uint_eq(p.lists, FDMAP_FDS);
	ck_assert_uint_eq(p.gate_families, FAMILY_INET);
	ck_assert_uint_eq(p.row_families, 0);
}
END_TEST

/* -p 812 -i: every row of the process, and the sockets of all others. */
START_TEST(pid_or_inet)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_inet_all(q, 0), 0);
	p = planned(q);
	ck_assert(!p.direct);
	ck_assert(!p.need_match);
	ck_assert_uint_eq(p.lists, FDMAP_FDS);
	ck_assert_uint_eq(p.lists_all, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL & ~FAMILY_INET);
}
END_TEST

/* -u www */
START_TEST(user)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_uid(q, 33, "www", 0, NULL), 0);
	p = planned(q);
	ck_assert_uint_eq(p.proc_gate, FDMAP_CRED);
	ck_assert_uint_eq(p.file_gate, 0);
	ck_assert_uint_eq(p.lists, 0);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL);
	ck_assert(!p.tasks);
}
END_TEST

/* +L1 */
START_TEST(links)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_nlink(q, 1), 0);
	p = planned(q);
	ck_assert_uint_eq(p.file_gate, FDMAP_LINK | FDMAP_STAT);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert_uint_eq(p.lists, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS);
}
END_TEST

/* -a -p 812 -d cwd: one link. */
START_TEST(cwd_only)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_CWD, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	p = planned(q);
	ck_assert_uint_eq(p.lists, FDMAP_SPECIAL);
	ck_assert_uint_eq(p.slots, 1u << 1);
	ck_assert_uint_eq(p.gate_families | p.row_families, 0);
}
END_TEST

/* -d 0-2: descriptors, and the note that they could not be listed is none of them. */
START_TEST(numbers_only)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_fd(q, 0, 2, 0), 0);
	p = planned(q);
	ck_assert_uint_eq(p.lists, FDMAP_FDS);
	ck_assert_uint_eq(p.slots, 0);
}
END_TEST

/* -d ^mem: everything but the mappings; DEL stays. */
START_TEST(all_but_mem)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_MEM, FDMAP_NOT), 0);
	p = planned(q);
	ck_assert_uint_eq(p.lists, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS);
	ck_assert_uint_eq(p.slots, 0xfeu & ~(1u << 4));
}
END_TEST

/* No selection: everything, with threads; unless they are not wanted. */
START_TEST(everything)
{
	struct fdmap_query *q = table();
	struct plan p = planned(q);

	ck_assert(p.tasks);
	ck_assert_uint_eq(p.lists_all, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL);
	ck_assert(p.locks);
	q = table();
	ck_assert_int_ge(fdmap_query_tasks(q, FDMAP_TASKS_IGNORE), 0);
	ck_assert(!planned(q).tasks);
}
END_TEST

/* -U */
START_TEST(unix_only)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_unix(q), 0);
	p = planned(q);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_UNIX));
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert(p.need_match);
}
END_TEST

/* --sockets --count: links only; no table, no stat. */
START_TEST(sockets_counted)
{
	struct fdmap_query *q = query();
	struct plan p;

	fdmap_query_want(q, FDMAP_FDS);
	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	p = planned(q);
	ck_assert_uint_eq(p.gate_families | p.row_families, 0);
	ck_assert_uint_eq(p.file_gate, FDMAP_LINK);
	ck_assert(!p.first_hit);
	ck_assert(!p.need_match);
	ck_assert(p.only_sockets);
}
END_TEST

/* -E -p 7: the process alone is read; what tells its ends is read of its rows. */
START_TEST(ends_of_a_pid)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 7, 0, NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	p = planned(q);
	ck_assert_int_eq(p.ends, FDMAP_ENDS_NOTE);
	ck_assert(p.direct);
	ck_assert_uint_eq(p.file_gate, 0);
	ck_assert(p.file_row & FDMAP_ENDS);
}
END_TEST

/* -t -E -p 7: nobody sees a note. -t +E -p 7: all rows count. */
START_TEST(ends_terse)
{
	struct fdmap_query *q = terse();
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 7, 0, NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	p = planned(q);
	ck_assert_int_eq(p.ends, FDMAP_ENDS_NONE);
	ck_assert(p.first_hit);
	ck_assert_uint_eq(p.row_families, 0);
	q = terse();
	ck_assert_int_ge(fdmap_query_pid(q, 7, 0, NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_SELECT);
	p = planned(q);
	ck_assert_int_eq(p.ends, FDMAP_ENDS_SELECT);
	ck_assert(!p.first_hit);
	ck_assert_uint_eq(p.row_families, FAMILY_BIT(FDMAP_UNIX) | FAMILY_INET);
}
END_TEST

/* +E -U: sockets of one family, and nothing else has ends. */
START_TEST(ends_of_unix)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_unix(q), 0);
	fdmap_query_ends(q, FDMAP_ENDS_SELECT);
	p = planned(q);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_UNIX));
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert(!p.mounts);
	ck_assert(p.need_match);
	ck_assert(p.notes_socks);
}
END_TEST

/* What one walk has seen of sockets serves other ends, where it sees them all, and all stay rows. */
START_TEST(ends_noted)
{
	struct fdmap_query *q = table();

	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	ck_assert(!planned(q).notes_socks);
	q = table();
	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	ck_assert(planned(q).notes_socks);
	q = table();
	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	ck_assert_int_ge(fdmap_query_fd(q, 3, 9, 0), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	ck_assert(!planned(q).notes_socks);
	q = table();
	ck_assert_int_ge(fdmap_query_pid(q, 7, 0, NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	ck_assert(!planned(q).notes_socks);
}
END_TEST

/* +D DIR: links and inodes of everything; sockets have files there, too. */
START_TEST(tree)
{
	struct fdmap_query *q = terse();
	struct treeterm t = { .deep = true };
	struct plan p;

	q->tree = calloc(1, sizeof(t));
	ck_assert_ptr_nonnull(q->tree);
	q->tree[0] = t;
	q->ntrees = 1;
	q->used |= SEL_NM;
	p = planned(q);
	ck_assert_uint_eq(p.file_gate, FDMAP_LINK | FDMAP_STAT);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_UNIX));
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert(!p.need_match);
}
END_TEST

/* -N */
START_TEST(nfs)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_nfs(q), 0);
	p = planned(q);
	ck_assert_uint_eq(p.file_gate, FDMAP_LINK | FDMAP_STAT);
	ck_assert_uint_eq(p.gate_families, 0);
}
END_TEST

/* -X, alone and with states: the tables are never read. */
START_TEST(without_inet_tables)
{
	struct fdmap_query *q = table();
	struct plan p;

	fdmap_query_skip_inet(q, true);
	p = planned(q);
	ck_assert_uint_eq(p.row_families, (FAMILY_ALL & ~(unsigned)FAMILY_INET) | FAMILY_NO_RAW6);
	q = table();
	fdmap_query_skip_inet(q, true);
	ck_assert_int_ge(fdmap_query_state(q, "tcp", "LISTEN", 0, NULL), 0);
	p = planned(q);
	ck_assert_uint_eq((p.gate_families | p.row_families) & FAMILY_INET, 0);
	q = table();
	fdmap_query_skip_inet(q, true);
	fdmap_query_skip_inet(q, false);
	p = planned(q);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL);
}
END_TEST

/* -Z '*:sshd_t:*': decides early, but only descriptors have it. */
START_TEST(context)
{
	struct fdmap_query *q = table();
	struct plan p;

	q->context = calloc(1, sizeof(*q->context));
	ck_assert_ptr_nonnull(q->context);
	q->ncontexts = 1;
	q->used |= SEL_CNTX;
	p = planned(q);
	ck_assert_uint_eq(p.proc_gate, FDMAP_CONTEXT);
	ck_assert_uint_eq(p.lists_all, FDMAP_FDS);
	ck_assert_uint_eq(p.lists, 0);
	ck_assert(!p.tasks);
	q = table();
	fdmap_query_want(q, TABLE | FDMAP_CONTEXT);
	p = planned(q);
	ck_assert_uint_eq(p.proc_gate, 0);
	ck_assert(p.proc_row & FDMAP_CONTEXT);
}
END_TEST

/* --columns=+unit: to print a process, never to reject one. */
START_TEST(groups)
{
	struct fdmap_query *q = table();
	struct plan p = planned(q);

	ck_assert(!((p.proc_gate | p.proc_row) & FDMAP_CGROUP));
	q = table();
	fdmap_query_want(q, TABLE | FDMAP_CGROUP | FDMAP_CONTAINER);
	p = planned(q);
	ck_assert_uint_eq(p.proc_gate, 0);
	ck_assert(p.proc_row & FDMAP_CGROUP);
	ck_assert(!(p.file_row & FDMAP_CGROUP));
}
END_TEST

/* -i :22 -p 1 --netns=...: where terms select elsewhere, our own tables are read for rows. */
START_TEST(namespaces)
{
	static const struct {
		struct nsset set;
		uint32_t rows;
	} cases[] = {
		{ { .given = false }, FAMILY_ALL & ~FAMILY_INET },
		{ { .given = true, .self = true }, FAMILY_ALL & ~FAMILY_INET },
		{ { .given = true, .all = true }, FAMILY_ALL & ~FAMILY_INET },
		{ { .given = true }, FAMILY_ALL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fdmap_query *q = table();
		struct plan p;

		ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
		ck_assert_int_ge(fdmap_query_pid(q, 1, 0, NULL), 0);
		q->netns = cases[i].set;
		p = planned(q);
		ck_assert_uint_eq(p.gate_families, FAMILY_INET);
		ck_assert_uint_eq(p.row_families, cases[i].rows);
	}
}
END_TEST

/* --sockets --netns=...: which sockets are there is told by all tables. */
START_TEST(sockets_of_namespaces)
{
	struct fdmap_query *q = table();
	struct plan p;

	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	q->netns.given = true;
	plan_make(q, &p);
	ck_assert_uint_eq(p.gate_families, FAMILY_ALL);
	ck_assert(!p.need_match);
	q->netns.all = true;
	p = planned(q);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL);
}
END_TEST

/* SOCKET --netns=...: there its name may be that of another file, so that files are asked for. */
START_TEST(socket_by_name_of_namespaces)
{
	struct fdmap_query *q = table();
	struct plan p;

	q->used |= SEL_NM;
	q->path.nsockets = 1;
	plan_make(q, &p);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_UNIX));
	ck_assert(!p.files && !p.whole);
	q->netns.given = true;
	plan_make(q, &p);
	ck_assert(p.files && p.whole);
	q->path.nsockets = 0;
	p = planned(q);
	ck_assert(!p.files && !p.whole);
}
END_TEST

static uint32_t unowned_of(struct fdmap_query *q)
{
	fdmap_query_unowned(q, true);
	return planned(q).unowned_families;
}

/* --unowned: tables of what terms on sockets can select; terms on processes select none. */
START_TEST(unowned)
{
	struct fdmap_query *q = table();

	ck_assert_uint_eq(planned(table()).unowned_families, 0);
	ck_assert_uint_eq(unowned_of(q), FAMILY_ALL);
	q = table();
	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
	ck_assert_uint_eq(unowned_of(q), FAMILY_INET);
	q = table();
	ck_assert_int_ge(fdmap_query_unix(q), 0);
	ck_assert_uint_eq(unowned_of(q), FAMILY_BIT(FDMAP_UNIX));
	/* Those that wait to be accepted are in the text alone. */
	q = table();
	ck_assert_int_ge(fdmap_query_unix(q), 0);
	fdmap_query_unowned(q, true);
	fdmap_query_want(q, FDMAP_FDS | FDMAP_SOCK);
	ck_assert_uint_eq(planned(q).diag_families & FAMILY_BIT(FDMAP_UNIX), 0);
	q = table();
	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	fdmap_query_skip_inet(q, true);
	ck_assert_uint_eq(unowned_of(q) & (FAMILY_INET | FAMILY_NO_RAW6), FAMILY_NO_RAW6);
}
END_TEST

START_TEST(unowned_and_processes)
{
	struct fdmap_query *q = table();

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_uint_eq(unowned_of(q), 0);
	q = table();
	ck_assert_int_ge(fdmap_query_fd(q, 3, 3, 0), 0);
	ck_assert_uint_eq(unowned_of(q), 0);
	q = table();
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_unix(q), 0);
	ck_assert_uint_eq(unowned_of(q), FAMILY_BIT(FDMAP_UNIX));
	q = table();
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_unix(q), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	ck_assert_uint_eq(unowned_of(q), 0);
}
END_TEST

/* --columns=cmdline,...: to print a process, and the start needs the command's file. */
START_TEST(facts_of_processes)
{
	const uint32_t facts = FDMAP_CMDLINE | FDMAP_EXE | FDMAP_STATUS | FDMAP_LIMITS;
	struct fdmap_query *q = terse();
	struct plan p;

	fdmap_query_want(q, facts);
	p = planned(q);
	ck_assert_uint_eq(p.proc_row, facts);
	ck_assert_uint_eq(p.proc_gate, 0);
	ck_assert_uint_eq(p.file_row & facts, 0);
	q = terse();
	fdmap_query_want(q, FDMAP_START);
	p = planned(q);
	ck_assert_uint_eq(p.proc_row, FDMAP_START | FDMAP_COMM);
	/* What nobody asks for is not read. */
	p = planned(table());
	ck_assert_uint_eq((p.proc_gate | p.proc_row) & (facts | FDMAP_START), 0);
}
END_TEST

UNIT_MAIN("plan", facts_of_processes, groups, namespaces, sockets_of_namespaces,
	  socket_by_name_of_namespaces, tree, nfs, without_inet_tables, context, ends_of_a_pid, ends_terse, ends_of_unix, ends_noted, port_terse, port_of_a_protocol, states_need_their_table, one_pid, inet_of_a_pid,
	  pid_or_inet, user, links, cwd_only, numbers_only, all_but_mem, everything, unix_only,
	  sockets_counted, letters_of_locks, locks_of_some_rows,
	  unowned, unowned_and_processes)
