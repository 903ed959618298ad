/* SPDX-License-Identifier: MIT */
/*
 * What all rows that pass have in common. Never less than what passes: where a test says
 * nothing sure, it says nothing. "not" says nothing but of "not" in it, since it lets pass
 * whatever has no such value.
 */
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "field/exprtree.h"
#include "net/family.h"

static void bound_nothing(struct expr_bounds *b)
{
	*b = (struct expr_bounds){ .tables = UINT32_MAX };
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		b->states[i] = UINT32_MAX;
}

/* It is a socket of these tables; what is in no other has no state there. */
static void bound_tables(struct expr_bounds *b, uint32_t tables)
{
	b->sockets = true;
	b->tables &= tables;
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		if (!(b->tables & TABLE_BIT(i)))
			b->states[i] = 0;
}

/* What is in a table, or in none. */
static void bound_states(struct expr_bounds *b, uint32_t states)
{
	b->sockets = true;
	b->states[FDMAP_TCP] &= states;
	b->states[FDMAP_UDP] &= states;
	b->states[FDMAP_UDPLITE] &= states;
}

/* ---- ports ---------------------------------------------------------------------------- */

static void widen(struct expr_bounds *b, uint16_t lo, uint16_t hi)
{
	b->ports[0].lo = lo < b->ports[0].lo ? lo : b->ports[0].lo;
	b->ports[0].hi = hi > b->ports[0].hi ? hi : b->ports[0].hi;
}

/* One more range; when there are too many, one for all. */
static void add_ports(struct expr_bounds *b, uint16_t lo, uint16_t hi)
{
	for (unsigned i = 0; i < b->nports; i++)
		if (lo >= b->ports[i].lo && hi <= b->ports[i].hi)
			return;
	if (b->nports == EXPR_PORTS) {
		for (unsigned i = 1; i < b->nports; i++)
			widen(b, b->ports[i].lo, b->ports[i].hi);
		widen(b, lo, hi);
		b->nports = 1;
		return;
	}
	b->ports[b->nports].lo = lo;
	b->ports[b->nports].hi = hi;
	b->nports++;
}

static unsigned ports_in(const struct expr_bounds *b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < b->nports; i++)
		n += b->ports[i].hi - b->ports[i].lo + 1u;
	return n;
}

/* From the smallest to the largest that passes. false: any may. */
static bool add_range(struct expr_bounds *b, const struct expr_num *lo, const struct expr_num *hi)
{
	uint64_t from = lo && !lo->neg ? lo->n : 0;
	uint64_t to = hi ? hi->neg ? 0 : hi->n : UINT16_MAX;

	if (from > UINT16_MAX)
		return false;
	add_ports(b, (uint16_t)from, to > UINT16_MAX ? UINT16_MAX : (uint16_t)to);
	return true;
}

static void bound_ports(const struct expr *e, struct expr_bounds *b)
{
	bool sure = true;

	if (e->cmp == CMP_IN)
		for (size_t i = 0; i < e->n && sure; i++)
			sure = e->v[i].lo.n <= e->v[i].hi.n &&
			       add_range(b, &e->v[i].lo, &e->v[i].hi);
	else if (e->cmp == CMP_LT || e->cmp == CMP_LE)
		sure = add_range(b, NULL, &e->v[0].hi);
	else if (e->cmp == CMP_GT || e->cmp == CMP_GE)
		sure = add_range(b, &e->v[0].lo, NULL);
	else
		sure = false;
	/* All of them say nothing. */
	if (!sure || ports_in(b) > UINT16_MAX)
		b->nports = 0;
}

/* ---- tests ------------------------------------------------------------------------------ */

static bool is_key(const struct expr *e, const char *key)
{
	return strcmp(e->field->key, key) == 0;
}

static void bound_pids(const struct expr *e, struct expr_bounds *b)
{
	if (e->cmp != CMP_IN || e->n > EXPR_PIDS)
		return;
	for (size_t i = 0; i < e->n; i++) {
		const struct expr_num *lo = &e->v[i].lo, *hi = &e->v[i].hi;

		if (lo->more || hi->more || lo->neg || hi->neg || lo->n != hi->n)
			return;
		if (lo->n <= INT32_MAX)
			b->pid[b->npids++] = (uint32_t)lo->n;
	}
	b->pids = true;
}

/* The tables whose name is among the values. */
static uint32_t tables_named(const struct expr *e)
{
	uint32_t tables = 0;

	for (size_t i = 0; i < e->n; i++)
		for (uint32_t t = 0; t < FDMAP_SOCK_TABLES; t++)
			if (strcasecmp(families[t]->name, e->v[i].text) == 0)
				tables |= TABLE_BIT(t);
	return tables;
}

/* Of which tables a socket must be to have that column. */
static uint32_t tables_of(const struct expr *e)
{
	if (is_key(e, "lport") || is_key(e, "rport"))
		return TABLES_PORTS;
	if (is_key(e, "laddr") || is_key(e, "raddr"))
		return TABLES_INET;
	if (is_key(e, "proto") && e->cmp == CMP_IN)
		return tables_named(e);
	if (strcmp(e->field->group, "unix") == 0)
		return TABLE_BIT(FDMAP_UNIX);
	if (strcmp(e->field->group, "tcp") == 0)
		return TABLE_BIT(FDMAP_TCP) | TABLE_BIT(FDMAP_MPTCP);
	return UINT32_MAX;
}

static void bound_field(const struct expr *e, struct expr_bounds *b)
{
	struct expr_bounds pids = *b;

	if (e->of == FDMAP_OF_PROCESS && is_key(e, "pid")) {
		bound_pids(e, &pids);
		if (pids.pids)
			*b = pids;
	}
	if (e->of != FDMAP_OF_SOCKET)
		return;
	b->sockets = true;
	if ((is_key(e, "lport") || is_key(e, "rport")) && e->field->unit == FDMAP_UNIT_PORT &&
	    e->field->type == FDMAP_VALUE_U64)
		bound_ports(e, b);
	bound_tables(b, tables_of(e));
}

/* Only HOSTs of the Internet, and what it says of their ports. */
static void bound_end(const struct expr *e, struct expr_bounds *b)
{
	uint32_t tables = 0;
	bool any = false;

	for (size_t i = 0; i < e->n; i++) {
		const struct expr_value *v = &e->v[i];
		bool ports = v->lo.n != 0 || v->hi.n != UINT32_MAX;

		any |= !ports || e->cmp != CMP_IN;
		if (v->family == AF_UNIX)
			tables |= TABLE_BIT(FDMAP_UNIX);
		else if (v->family == AF_VSOCK)
			tables |= TABLE_BIT(FDMAP_VSOCK);
		else if (v->family == AF_NETLINK)
			tables |= TABLE_BIT(FDMAP_NETLINK);
		else if (v->family == AF_PACKET)
			tables |= TABLE_BIT(FDMAP_PACKET);
		else
			tables |= ports && e->cmp == CMP_IN ? TABLES_PORTS : TABLES_INET;
	}
	bound_tables(b, tables);
	if (!any && !(tables & ~TABLES_PORTS))
		bound_ports(e, b);
}

static void bound_word(const struct expr_word *w, struct expr_bounds *b)
{
	if (w->what == WORD_TABLES)
		bound_tables(b, w->arg);
	if (w->what == WORD_SOCKET || w->what == WORD_UNOWNED)
		b->sockets = true;
}

static void bound_test(const struct expr *e, struct expr_bounds *b)
{
	bound_nothing(b);
	switch ((enum expr_what)e->what) {
	case TEST_FIELD:
		bound_field(e, b);
		return;
	case TEST_STATE:
		b->sockets = true;
		/* What has texts, too, or is compared with "<", is not looked into. */
		if (e->cmp == CMP_OUT && !e->n)
			bound_states(b, ~e->states);
		else if (!e->n && !e->re)
			bound_states(b, e->states);
		return;
	case TEST_WORD:
		bound_word(e->word, b);
		return;
	case TEST_END:
		bound_end(e, b);
		return;
	case TEST_AUTOBOUND:
		bound_tables(b, TABLES_PORTS | TABLE_BIT(FDMAP_UNIX));
		return;
	case TEST_IFACE:
	case TEST_CGROUP:
		b->sockets = true;
		return;
	}
}

/* ---- and, or ------------------------------------------------------------------------------- */

static bool has_pid(const struct expr_bounds *b, uint32_t pid)
{
	for (unsigned i = 0; i < b->npids; i++)
		if (b->pid[i] == pid)
			return true;
	return false;
}

static void narrow_pids(struct expr_bounds *b, const struct expr_bounds *by)
{
	unsigned n = 0;

	if (!by->pids)
		return;
	if (!b->pids) {
		memcpy(b->pid, by->pid, sizeof(b->pid));
		b->npids = by->npids;
		b->pids = true;
		return;
	}
	for (unsigned i = 0; i < b->npids; i++)
		if (has_pid(by, b->pid[i]))
			b->pid[n++] = b->pid[i];
	b->npids = n;
}

static void narrow(struct expr_bounds *b, const struct expr_bounds *by)
{
	b->sockets |= by->sockets;
	b->tables &= by->tables;
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		b->states[i] &= by->states[i];
	/* Both hold, perhaps of one end each: either is enough. */
	if (by->nports && (!b->nports || ports_in(by) < ports_in(b))) {
		memcpy(b->ports, by->ports, sizeof(b->ports));
		b->nports = by->nports;
	}
	narrow_pids(b, by);
}

static void widen_pids(struct expr_bounds *b, const struct expr_bounds *by)
{
	b->pids &= by->pids;
	for (unsigned i = 0; b->pids && i < by->npids; i++) {
		if (has_pid(b, by->pid[i]))
			continue;
		if (b->npids == EXPR_PIDS)
			b->pids = false;
		else
			b->pid[b->npids++] = by->pid[i];
	}
	if (!b->pids)
		b->npids = 0;
}

static void widen_all(struct expr_bounds *b, const struct expr_bounds *by)
{
	b->sockets &= by->sockets;
	b->tables |= by->tables;
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		b->states[i] |= by->states[i];
	if (!by->nports)
		b->nports = 0;
	for (unsigned i = 0; b->nports && i < by->nports; i++)
		add_ports(b, by->ports[i].lo, by->ports[i].hi);
	widen_pids(b, by);
}

static void bounds(const struct expr *e, bool not, struct expr_bounds *b)
{
	bool both;

	if (e->op == EXPR_NOT) {
		bounds(e->sub[0], !not, b);
		return;
	}
	if (e->op == EXPR_TEST) {
		if (not)
			bound_nothing(b);
		else
			bound_test(e, b);
		return;
	}
	both = (e->op == EXPR_AND) != not;
	for (size_t i = 0; i < e->n; i++) {
		struct expr_bounds sub;

		bounds(e->sub[i], not, i ? &sub : b);
		if (i && both)
			narrow(b, &sub);
		else if (i)
			widen_all(b, &sub);
	}
}

void expr_bounds(const struct expr *e, struct expr_bounds *b)
{
	if (!e) {
		bound_nothing(b);
		return;
	}
	bounds(e, false, b);
	if (!b->sockets)
		b->tables = UINT32_MAX;
	if (ports_in(b) > UINT16_MAX)
		b->nports = 0;
}
