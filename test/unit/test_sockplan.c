/* SPDX-License-Identifier: MIT */
/* The plan of sockets: which source tells of them, and what the kernel may leave out. */
#include "engine/plan.h"

#include "net/family.h"
#include "test/lib/unit.h"

#define TABLE (FDMAP_COMM | FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK | FDMAP_FDS)

static struct fdmap_query *wanting(uint32_t facts)
{
	struct fdmap_query *q;

	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_want(q, facts);
	return q;
}

static struct fdmap_query *terse(void)
{
	struct fdmap_query *q = wanting(0);

	fdmap_query_hide_failed(q, true);
	return q;
}

static struct fdmap_query *table(void)
{
	return wanting(TABLE);
}

static struct plan planned(struct fdmap_query *q)
{
	struct plan p;

	plan_make(q, &p);
	fdmap_query_free(q);
	return p;
}

START_TEST(source_by_word)
{
	struct fdmap_query *q = table();
	struct plan p;

	fdmap_query_source(q, FDMAP_SOURCE_TEXT);
	p = planned(q);
	ck_assert_uint_eq(p.diag_families, 0);
	q = table();
	fdmap_query_source(q, FDMAP_SOURCE_DIAG);
	p = planned(q);
	ck_assert_uint_eq(p.diag_families, FAMILY_ALL | FAMILY_RARE);
	ck_assert(p.whole);
	p = planned(table());
	ck_assert_uint_eq(p.diag_families, FAMILY_DIAG | FAMILY_RARE);
	ck_assert(!p.whole);
	ck_assert(!p.peers);
}
END_TEST

/* DEVICE of UNIX sockets is told by the text alone. */
START_TEST(source_of_pointers)
{
	struct fdmap_query *q = wanting(TABLE | FDMAP_POINTER);
	struct plan p = planned(q);

	ck_assert_uint_eq(p.diag_families,
			  (FAMILY_DIAG | FAMILY_RARE) & ~FAMILY_BIT(FDMAP_UNIX));
	q = wanting(TABLE | FDMAP_POINTER);
	fdmap_query_source(q, FDMAP_SOURCE_DIAG);
	p = planned(q);
	ck_assert_uint_eq(p.diag_families, FAMILY_ALL | FAMILY_RARE);
}
END_TEST

START_TEST(source_with_peers)
{
	struct fdmap_query *q = table();
	struct plan p;

	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	p = planned(q);
	ck_assert(p.peers);
	q = table();
	fdmap_query_unowned(q, true);
	p = planned(q);
	ck_assert(p.peers);
	ck_assert(p.whole);
}
END_TEST

/* What only sock_diag tells is asked of it, where the text would be cheaper, too. */
START_TEST(source_of_more)
{
	struct plan p = planned(table());

	ck_assert_uint_eq(p.more, 0);
	ck_assert_uint_eq(p.also_families, 0);
	p = planned(wanting(TABLE | FDMAP_TCPINFO));
	ck_assert_uint_eq(p.more, FDMAP_TCPINFO);
	ck_assert_uint_eq(p.diag_families, FAMILY_DIAG | FAMILY_RARE);
	ck_assert(!p.whole);
	p = planned(wanting(TABLE | FDMAP_SKMEM));
	ck_assert_uint_eq(p.more, FDMAP_SKMEM);
	ck_assert_uint_eq(p.diag_families, FAMILY_ALL | FAMILY_RARE);
	ck_assert(!p.whole);
	p = planned(wanting(TABLE | FDMAP_SOCKX));
	ck_assert_uint_eq(p.more, FDMAP_SOCKX);
	ck_assert_uint_eq(p.diag_families, FAMILY_ALL | FAMILY_RARE);
	ck_assert_uint_eq(p.also_families, 0);
	ck_assert(p.whole);
}
END_TEST

/* UNIX sockets are told by both where each knows what the other does not. */
START_TEST(source_of_both)
{
	struct fdmap_query *q = wanting(TABLE | FDMAP_SOCKX | FDMAP_POINTER);
	struct plan p = planned(q);

	ck_assert_uint_eq(p.diag_families, (FAMILY_ALL | FAMILY_RARE) & ~FAMILY_BIT(FDMAP_UNIX));
	ck_assert_uint_eq(p.also_families, FAMILY_BIT(FDMAP_UNIX));
	q = wanting(TABLE | FDMAP_SKMEM);
	fdmap_query_unowned(q, true);
	p = planned(q);
	ck_assert_uint_eq(p.also_families, FAMILY_BIT(FDMAP_UNIX));
	p = planned(wanting(TABLE | FDMAP_TCPINFO | FDMAP_POINTER));
	ck_assert_uint_eq(p.also_families, 0);
	/* Who wants one source gets it alone. */
	q = wanting(TABLE | FDMAP_SOCKX | FDMAP_POINTER);
	fdmap_query_source(q, FDMAP_SOURCE_TEXT);
	p = planned(q);
	ck_assert_uint_eq(p.diag_families, 0);
	ck_assert_uint_eq(p.also_families, 0);
	q = wanting(TABLE | FDMAP_SOCKX | FDMAP_POINTER);
	fdmap_query_source(q, FDMAP_SOURCE_DIAG);
	p = planned(q);
	ck_assert_uint_eq(p.also_families, 0);
}
END_TEST

static struct fdmap_query *with_ports(const char *spec)
{
	struct fdmap_query *q = terse();

	ck_assert_int_ge(fdmap_query_inet(q, NULL, spec, NULL), 0);
	return q;
}

static void any_state(const struct plan *p)
{
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		ck_assert_uint_eq(p->filter.states[i], UINT32_MAX);
}

START_TEST(filter_of_ports)
{
	struct fdmap_query *q = with_ports("TCP:22,8000-8010");
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, "@127.0.0.1:22", NULL), 0);
	p = planned(q);
	ck_assert(p.has_filter);
	any_state(&p);
	ck_assert_uint_eq(p.filter.nports, 2);
	ck_assert_uint_eq(p.ports[0].lo, 22);
	ck_assert_uint_eq(p.ports[0].hi, 22);
	ck_assert_uint_eq(p.ports[1].lo, 8000);
	ck_assert_uint_eq(p.ports[1].hi, 8010);
}
END_TEST

static void no_filter(struct fdmap_query *q)
{
	struct plan p = planned(q);

	ck_assert(!p.has_filter);
	ck_assert_uint_eq(p.filter.nports, 0);
	any_state(&p);
}

START_TEST(filter_never)
{
	struct fdmap_query *q = with_ports(":22");

	/* An address without a port; all Internet files. */
	ck_assert_int_ge(fdmap_query_inet(q, NULL, "@127.0.0.1", NULL), 0);
	no_filter(q);
	q = with_ports(":22");
	ck_assert_int_ge(fdmap_query_inet_all(q, 4), 0);
	no_filter(q);
	no_filter(with_ports("TCP"));
	/* More ranges than are sent. */
	no_filter(with_ports(":1,3,5,7,9,11,13,15,17"));
	ck_assert(planned(with_ports(":1,3,5,7,9,11,13,15,15")).has_filter);
	/* Rows of other sockets, or of other files. */
	q = with_ports(":22");
	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	no_filter(q);
	q = with_ports(":22");
	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	no_filter(q);
	/* Their other ends, and sockets nobody holds. */
	q = table();
	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
	fdmap_query_ends(q, FDMAP_ENDS_SELECT);
	no_filter(q);
	q = with_ports(":22");
	fdmap_query_unowned(q, true);
	no_filter(q);
	no_filter(terse());
}
END_TEST

/* -a -p 812 -i :22 */
START_TEST(filter_of_a_process)
{
	struct fdmap_query *q = with_ports(":22");
	struct plan p;

	ck_assert_int_ge(fdmap_query_pid(q, 812, 0, NULL), 0);
	fdmap_query_match(q, FDMAP_MATCH_ALL);
	p = planned(q);
	ck_assert(p.has_filter);
	ck_assert_uint_eq(p.filter.nports, 1);
}
END_TEST

static struct fdmap_query *with_state(struct fdmap_query *q, const char *proto, const char *state,
				      unsigned how)
{
	ck_assert_int_ge(fdmap_query_state(q, proto, state, how, NULL), 0);
	return q;
}

#define LISTEN (1u << 10)
#define ESTABLISHED (1u << 1)

/* TCP's list counts for UDP, too, unless UDP has one. */
START_TEST(filter_of_states)
{
	struct fdmap_query *q = with_state(with_ports("@127.0.0.1"), "tcp", "LISTEN", 0);
	struct plan p = planned(q);

	ck_assert(p.has_filter);
	ck_assert_uint_eq(p.filter.nports, 0);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], LISTEN);
	ck_assert_uint_eq(p.filter.states[FDMAP_UDP], LISTEN);
	ck_assert_uint_eq(p.filter.states[FDMAP_UDPLITE], LISTEN);
	ck_assert_uint_eq(p.filter.states[FDMAP_UNIX], UINT32_MAX);
	q = with_state(with_ports("@127.0.0.1"), "tcp", "LISTEN", FDMAP_NOT);
	p = planned(with_state(q, "udp", "ESTABLISHED", 0));
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], ~LISTEN);
	ck_assert_uint_eq(p.filter.states[FDMAP_UDP], ESTABLISHED);
	ck_assert_uint_eq(p.filter.states[FDMAP_UDPLITE], ESTABLISHED);
}
END_TEST

/* A state that is looked for is found on any port; one that is left out is not. */
START_TEST(filter_of_ports_and_states)
{
	struct plan p = planned(with_state(with_ports(":22"), "tcp", "LISTEN", 0));

	ck_assert(p.has_filter);
	ck_assert_uint_eq(p.filter.nports, 0);
	p = planned(with_state(with_ports(":22"), "udp", "ESTABLISHED", 0));
	ck_assert_uint_eq(p.filter.nports, 0);
	p = planned(with_state(with_ports(":22"), "tcp", "LISTEN", FDMAP_NOT));
	ck_assert_uint_eq(p.filter.nports, 1);
	ck_assert_uint_eq(p.filter.states[FDMAP_TCP], ~LISTEN);
}
END_TEST

UNIT_MAIN("sockplan", source_by_word, source_of_pointers, source_with_peers, source_of_more,
	  source_of_both, filter_of_ports,
	  filter_never, filter_of_a_process, filter_of_states, filter_of_ports_and_states)
