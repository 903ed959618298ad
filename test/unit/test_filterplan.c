/* SPDX-License-Identifier: MIT */
/* What filters make of the plan, one expression a test: what is read, and what is not. */
#include "engine/filter.h"

#include <errno.h>

#include "engine/plan.h"
#include "net/family.h"
#include "test/lib/unit.h"

#define TABLE                                                                              \
	(FDMAP_COMM | FDMAP_CRED | FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_POS |    \
	 FDMAP_DETAIL | FDMAP_LOCKS | FDMAP_SOCK | FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)
#define LISTS (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)
#define TCP FAMILY_BIT(FDMAP_TCP)
#define LISTEN 10
#define ESTABLISHED 1

static struct fdmap_query *query(uint32_t want, const char *expr)
{
	struct fdmap_error err = { .text = "" };
	struct fdmap_query *q;
	int t;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_want(q, want);
	fdmap_query_hide_failed(q, !want);
	t = fdmap_query_filter(q, NULL, expr, &err);
	ck_assert_msg(t >= 0, "%s: %s", expr, err.text);
	return q;
}

static void made(struct fdmap_query *q, struct plan *p)
{
	plan_make(q, p);
	fdmap_query_free(q);
}

static void planned(uint32_t want, const char *expr, struct plan *p)
{
	made(query(want, expr), p);
}

/* --filter 'pid == 812': as -p 812, which is no selection. */
START_TEST(one_pid)
{
	struct plan p;

	planned(TABLE, "pid == 812", &p);
	ck_assert(p.direct);
	ck_assert_uint_eq(p.bounds.npids, 1);
	ck_assert_uint_eq(p.bounds.pid[0], 812);
	ck_assert_uint_eq(p.lists_all, LISTS);
	ck_assert_uint_eq(p.proc_filter, 0);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert(!p.tasks);
	ck_assert(p.ask_proto);
}
END_TEST

/* -u www --filter 'pid == 812': whether there is such a user must be found by looking. */
START_TEST(pid_and_terms)
{
	struct fdmap_query *q = query(TABLE, "pid == 812");
	struct plan p;

	ck_assert_int_ge(fdmap_query_uid(q, 33, "www", 0, NULL), 0);
	made(q, &p);
	ck_assert(!p.direct);
	q = query(TABLE, "pid in (812, 813)");
	ck_assert_int_ge(fdmap_query_pid(q, 813, 0, NULL), 0);
	made(q, &p);
	ck_assert(p.direct);
	q = query(TABLE, "pid == 812");
	ck_assert_int_ge(fdmap_query_inet_all(q, 0), 0);
	made(q, &p);
	ck_assert(p.direct);
	planned(TABLE, "pid == 812 or deleted", &p);
	ck_assert(!p.direct);
}
END_TEST

/* Processes: what alone may reject one is read before its descriptors are. */
START_TEST(process_facts)
{
	struct plan p;

	planned(TABLE, "uid == 33", &p);
	ck_assert_uint_eq(p.proc_filter, FDMAP_CRED);
	planned(TABLE, "comm == nginx", &p);
	ck_assert_uint_eq(p.proc_filter, FDMAP_COMM);
	planned(TABLE, "comm == nginx and uid == 33 and deleted", &p);
	ck_assert_uint_eq(p.proc_filter, FDMAP_COMM | FDMAP_CRED);
	planned(TABLE, "cmdline =~ java or deleted", &p);
	ck_assert_uint_eq(p.proc_filter, 0);
	ck_assert(p.proc_row & FDMAP_CMDLINE);
	/* Only both together can. */
	planned(TABLE, "comm == nginx or uid == 33", &p);
	ck_assert_uint_eq(p.proc_filter, FDMAP_COMM | FDMAP_CRED);
	/* What the format does not want is read for the filter, and -t stays -t. */
	planned(0, "uid == 33", &p);
	ck_assert_uint_eq(p.proc_row, FDMAP_CRED);
	ck_assert(p.first_hit);
}
END_TEST

/* --filter 'tcp and dport == 5432 and comm =~ "java|nginx"' */
START_TEST(port_and_command)
{
	struct plan p;

	planned(TABLE, "tcp and dport == 5432 and comm =~ \"java|nginx\"", &p);
	ck_assert_uint_eq(p.lists, FDMAP_FDS);
	ck_assert_uint_eq(p.lists_all, FDMAP_FDS);
	ck_assert_uint_eq(p.gate_families, TCP);
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert_uint_eq(p.rare, 0);
	ck_assert(p.need_match);
	ck_assert(p.has_filter);
	ck_assert_uint_eq(p.filter.nports, 1);
	ck_assert_uint_eq(p.ports[0].lo, 5432);
	ck_assert_uint_eq(p.ports[0].hi, 5432);
	ck_assert_uint_eq(p.proc_filter, FDMAP_COMM);
	ck_assert(!p.mounts);
}
END_TEST

/* A port may be that of a family which nobody asks for unless a socket says it is one. */
START_TEST(port_of_any_protocol)
{
	struct plan p;

	planned(TABLE, "dport == 5432", &p);
	ck_assert_uint_eq(p.gate_families, FAMILY_INET);
	ck_assert(p.need_match);
	ck_assert_uint_eq(p.rare, FAMILY_BIT(FDMAP_MPTCP) | FAMILY_BIT(FDMAP_SCTP));
}
END_TEST

/* --filter 'state listening' and its like */
START_TEST(states)
{
	struct plan p;

	planned(TABLE, "tcp and listening", &p);
	ck_assert_uint_eq(p.gate_families, TCP);
	ck_assert(p.has_filter);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], 1u << LISTEN);
	ck_assert_uint_eq(p.filter.nports, 0);
	planned(TABLE, "tcp and state != listening", &p);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP] & 1u << LISTEN, 0);
	ck_assert_uint_ne(p.filter.states[FDMAP_TCP] & 1u << ESTABLISHED, 0);
	/* A row of another kind may pass as well. */
	planned(TABLE, "tcp or deleted", &p);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert_uint_eq(p.row_families, FAMILY_ALL);
	ck_assert_uint_eq(p.lists_all, LISTS);
	ck_assert(!p.need_match);
	ck_assert(!p.has_filter);
}
END_TEST

/* Any socket, of whatever table or of none: no table decides. */
/* -X --filter raw: of raw sockets those of IPv6 are not read, as without a filter. */
START_TEST(without_inet)
{
	struct fdmap_query *q = query(TABLE, "raw");
	struct plan p;

	fdmap_query_skip_inet(q, true);
	made(q, &p);
	ck_assert_uint_eq(p.gate_families, FAMILY_BIT(FDMAP_RAW) | FAMILY_NO_RAW6);
}
END_TEST

START_TEST(any_socket)
{
	struct plan p;

	planned(0, "socket", &p);
	ck_assert_uint_eq(p.lists, FDMAP_FDS);
	ck_assert_uint_eq(p.gate_families, 0);
	ck_assert_uint_eq(p.row_families, 0);
	ck_assert(!p.need_match);
	ck_assert(p.first_hit);
}
END_TEST

/* --filter 'deleted and size > 1G': the link first, and what it leaves is asked for its stat. */
START_TEST(deleted)
{
	struct plan p;

	planned(0, "deleted and size > 1G", &p);
	ck_assert_uint_eq(p.file_row, FDMAP_LINK | FDMAP_STAT);
	ck_assert_uint_eq(p.file_shown, FDMAP_LINK);
	ck_assert_uint_eq(p.gate_families | p.row_families, 0);
	ck_assert_uint_eq(p.proc_row, 0);
	ck_assert(p.first_hit);
}
END_TEST

/* A descriptor without a number that can't pass is not looked for. */
START_TEST(slots)
{
	struct plan p;

	planned(TABLE, "fd == cwd", &p);
	ck_assert_uint_eq(p.slots, 1u << -FDMAP_FD_CWD);
	ck_assert_uint_eq(p.lists_all & (FDMAP_SPECIAL | FDMAP_MAPS), FDMAP_SPECIAL);
	planned(TABLE, "fd < 3", &p);
	ck_assert_uint_eq(p.lists_all & (FDMAP_MAPS | FDMAP_FDS), FDMAP_FDS);
}
END_TEST

/* -i TCP:22 --filter 'state established': one term, so that both narrow. */
START_TEST(one_inet_term)
{
	struct fdmap_query *q = query(TABLE, "state established");
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, "TCP:22", NULL), 0);
	made(q, &p);
	ck_assert_uint_eq(p.gate_families, TCP);
	ck_assert_uint_eq(p.filter.nports, 1);
	q = query(TABLE, "tcp and state established and lport == 80");
	ck_assert_int_ge(fdmap_query_inet_all(q, 0), 0);
	made(q, &p);
	ck_assert_uint_eq(p.gate_families, TCP);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], 1u << ESTABLISHED);
	ck_assert_uint_eq(p.filter.nports, 1);
	ck_assert_uint_eq(p.ports[0].lo, 80);
}
END_TEST

/* With two terms, one of them is found by sockets that the filter does not let pass. */
START_TEST(two_inet_terms)
{
	struct fdmap_query *q = query(TABLE, "tcp and listening and lport == 22");
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":80", NULL), 0);
	made(q, &p);
	ck_assert_uint_eq(p.gate_families, FAMILY_INET);
	ck_assert_uint_eq(p.filter.nports, 2);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], UINT32_MAX);
	/* A state that is looked for, too. */
	q = query(TABLE, "tcp and listening and lport == 22");
	ck_assert_int_ge(fdmap_query_inet_all(q, 0), 0);
	ck_assert_int_ge(fdmap_query_state(q, "tcp", "ESTABLISHED", 0, NULL), 0);
	made(q, &p);
	ck_assert_uint_eq(p.filter.nports, 0);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], 1u << ESTABLISHED);
}
END_TEST

/* -p 12 --filter tcp: that process alone, and of its descriptors what is in the gate. */
START_TEST(pid_and_sockets)
{
	struct fdmap_query *q = query(TABLE, "tcp");
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 12, 0, NULL), 0);
	made(q, &p);
	ck_assert(p.direct);
	ck_assert_uint_eq(p.lists, 0);
	ck_assert_uint_eq(p.lists_all, FDMAP_FDS);
	ck_assert_uint_eq(p.gate_families, TCP);
	ck_assert(p.need_match);
	/* -i or -p 12: the gate is as wide as the terms need it. */
	q = query(TABLE, "tcp and listening");
	ck_assert_int_ge(fdmap_query_pid(q, 12, 0, NULL), 0);
	ck_assert_int_ge(fdmap_query_inet_all(q, 0), 0);
	made(q, &p);
	ck_assert_uint_eq(p.gate_families, FAMILY_INET);
	ck_assert(p.need_match);
	ck_assert(!p.has_filter);
}
END_TEST

/* --unowned --filter 'state time-wait', and filters that no socket without a holder passes */
START_TEST(unowned)
{
	static const char *const of_processes[] = { "pid == 1", "comm == x", "uid == 0 and tcp" };
	struct fdmap_query *q = query(TABLE, "tcp and state time-wait");
	struct plan p;

	fdmap_query_unowned(q, true);
	made(q, &p);
	ck_assert_uint_eq(p.unowned_families, TCP);
	/* They may be any socket: the tables are whole. */
	ck_assert(!p.has_filter);
	for (size_t i = 0; i < ARRAY_LEN(of_processes); i++) {
		q = query(TABLE, of_processes[i]);
		fdmap_query_unowned(q, true);
		made(q, &p);
		ck_assert_uint_eq(p.unowned_families, 0);
	}
}
END_TEST

/* Several narrow further; the term is one each. */
START_TEST(several)
{
	struct fdmap_query *q = query(TABLE, "tcp or udp");
	const struct fdmap_term *v;
	struct plan p;
	size_t n;

	ck_assert_int_eq(fdmap_query_filter(q, NULL, "listening", NULL), 1);
	v = fdmap_query_terms(q, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(v[1].what, FDMAP_TERM_FILTER);
	ck_assert_str_eq(v[1].text, "listening");
	ck_assert(!fdmap_query_selects(q));
	made(q, &p);
	ck_assert_uint_eq(p.gate_families & ~(TCP | FAMILY_BIT(FDMAP_UDP)), 0);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], 1u << LISTEN);
}
END_TEST

/* What the joins must do for a filter, no column wants. */
START_TEST(joins)
{
	struct plan p;

	planned(FDMAP_SPECIAL | FDMAP_FDS, "lock_owner == 812", &p);
	ck_assert(p.locks);
	planned(0, "peer_comm == x", &p);
	ck_assert_int_eq(p.ends, FDMAP_ENDS_NOTE);
	ck_assert(!p.first_hit);
	planned(0, "container == x", &p);
	ck_assert(p.want & FDMAP_CONTAINER);
	planned(0, "rtt > 1ms", &p);
	ck_assert(p.more & FDMAP_TCPINFO);
	ck_assert_uint_eq(p.gate_families, TCP);
}
END_TEST

/* Wrong words, and none. */
START_TEST(wrong)
{
	static const char *const empty[] = { "", " ", "\t\r\n " };
	struct fdmap_error err = { .text = "" };
	struct fdmap_query *q = query(TABLE, "tcp");
	size_t n;

	ck_assert_int_eq(fdmap_query_filter(q, NULL, "tcp and (dprt == 1)", &err), -EINVAL);
	ck_assert_uint_eq(err.at, 9);
	for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
		ck_assert_int_eq(fdmap_query_filter(q, NULL, empty[i], &err), -EINVAL);
		ck_assert_str_eq(err.text, "empty filter");
	}
	ck_assert_int_eq(fdmap_query_filter(q, NULL, "x", NULL), -EINVAL);
	(void)fdmap_query_terms(q, &n);
	ck_assert_uint_eq(n, 1);
	/* Names that nobody looks up are no error. */
	ck_assert_int_ge(fdmap_query_filter(q, NULL, "user == nobody-of-that-name", &err), 0);
	ck_assert_int_ge(fdmap_query_filter(q, NULL, "dport == no-such-service", &err), 0);
	ck_assert_int_ge(fdmap_query_filter(q, NULL, "src no-such-host.invalid", &err), 0);
	fdmap_query_free(q);
}
END_TEST

UNIT_MAIN("filterplan", one_pid, pid_and_terms, process_facts, port_and_command,
	  port_of_any_protocol, states, without_inet, any_socket, deleted, slots, one_inet_term,
	  two_inet_terms, pid_and_sockets, unowned, several, joins, wrong)
