/* SPDX-License-Identifier: MIT */
/*
 * A tree against a row. Many threads do that with one tree at the same time, for every
 * descriptor: nothing in the tree changes.
 */
#include <fnmatch.h>
#include <string.h>
#include <sys/socket.h>

#include "field/exprtree.h"

/* ---- tests ------------------------------------------------------------------------------ */

/* The UID behind a column that shows a name. */
static int user_of(const struct expr *e, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	if (e->field->type != FDMAP_VALUE_TEXT)
		return fdmap_field_get(e->field, row, v);
	v->type = FDMAP_VALUE_U64;
	if (e->of == FDMAP_OF_PROCESS) {
		v->u = row->proc->uid;
		return !row->proc->nobody && row->proc->have & FDMAP_CRED;
	}
	if (!s || !(s->told & FDMAP_TOLD_UID))
		return 0;
	v->u = s->uid;
	return 1;
}

static int field_is(const struct expr *e, const struct fdmap_row *row, struct fdmap_value *v)
{
	bool tree, is;
	int r = e->how == HOW_USER ? user_of(e, row, v) : fdmap_field_get(e->field, row, v);

	if (r <= 0)
		return r;
	tree = v->type == FDMAP_VALUE_LIST || v->type == FDMAP_VALUE_TREE;
	switch ((enum expr_cmp)e->cmp) {
	case CMP_THERE:
		return v->type != FDMAP_VALUE_BOOL || v->u;
	case CMP_IN:
	case CMP_OUT:
		r = tree ? cmp_details(e, v->tree.v, v->tree.n) : cmp_in(e, v);
		is = r > 0;
		return r < 0 ? r : is == (e->cmp == CMP_IN);
	case CMP_MATCH:
	case CMP_UNLIKE:
		r = tree ? cmp_details(e, v->tree.v, v->tree.n)
			 : cmp_regex(e->re, v->text.p, v->text.n);
		is = r > 0;
		return r < 0 ? r : is == (e->cmp == CMP_MATCH);
	case CMP_LT:
	case CMP_LE:
	case CMP_GT:
	case CMP_GE:
		break;
	}
	return cmp_ordered(e, v);
}

/* A state has many names: its number is compared; a text only if it is none of them. */
static int state_is(const struct expr *e, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);
	bool is;
	int r = 0;

	if (e->field && e->cmp != CMP_IN && e->cmp != CMP_OUT)
		return field_is(e, row, v);
	if (!s)
		return 0;
	is = state_of(s) & e->states;
	if (!is && e->n) {
		r = fdmap_field_get(e->field, row, v);
		if (r < 0)
			return r;
		is = r && cmp_in(e, v);
	}
	return is == (e->cmp != CMP_OUT);
}

static bool port_in(const struct expr_value *v, uint64_t port)
{
	return port >= v->lo.n && port <= v->hi.n;
}

/* What HOST says of one end of a socket of that family; false also where it has no such end. */
static bool inet_end_is(const struct expr_value *v, const struct fdmap_sock *s, bool remote)
{
	if (v->family && v->family != s->family)
		return false;
	if (v->addr.family && !addr_is(v, s->family, remote ? &s->raddr : &s->laddr))
		return false;
	if (v->lo.n == 0 && v->hi.n == UINT32_MAX)
		return true;
	return TABLES_PORTS & TABLE_BIT(s->table) && port_in(v, remote ? s->rport : s->lport);
}

static bool pair_is(const struct expr_value *v, uint32_t first, uint32_t second)
{
	return (!v->addr.family || v->mask == first) && port_in(v, second);
}

/* 1, 0; -1: a socket without such an end, of which nothing is true. */
static int end_is(const struct expr_value *v, const struct fdmap_sock *s, bool remote)
{
	switch (v->family) {
	case AF_UNIX:
		if (s->table != FDMAP_UNIX || remote || !s->path)
			return -1;
		return fnmatch(v->text, s->path, FNM_CASEFOLD) == 0;
	case AF_VSOCK:
		if (s->table != FDMAP_VSOCK || !(s->told & FDMAP_TOLD_CID))
			return -1;
		return remote ? pair_is(v, s->rcid, s->rport32) : pair_is(v, s->lcid, s->lport32);
	case AF_NETLINK:
		if (s->table != FDMAP_NETLINK || remote)
			return -1;
		return pair_is(v, s->proto, s->told & FDMAP_TOLD_PORTID ? s->lport32 : UINT32_MAX);
	case AF_PACKET:
		if (s->table != FDMAP_PACKET || remote)
			return -1;
		return pair_is(v, s->proto, s->ifindex);
	default:
		if (s->table >= FDMAP_SOCK_TABLES || !(TABLES_INET & TABLE_BIT(s->table)))
			return -1;
		return inet_end_is(v, s, remote);
	}
}

static bool ends_are(const struct expr *e, const struct fdmap_sock *s)
{
	bool there = false, is = false;

	for (size_t i = 0; i < e->n; i++) {
		int r = end_is(&e->v[i], s, e->remote);

		there |= r >= 0;
		is |= r > 0;
	}
	return there && is == (e->cmp == CMP_IN);
}

/* Bound to an interface, or listening on one. */
static bool iface_is(const struct expr *e, const struct fdmap_sock *s)
{
	bool told = s->x && s->x->told & FDMAP_X_IFACE;
	uint32_t index = told ? s->x->ifindex : s->ifindex;
	bool is = false;

	if (!told && s->table != FDMAP_PACKET)
		return false;
	for (size_t i = 0; i < e->n; i++)
		is |= e->v[i].lo.n == index;
	return is == (e->cmp == CMP_IN);
}

static bool cgroup_is(const struct expr *e, const struct fdmap_sock *s)
{
	if (!s->x || !(s->x->told & FDMAP_X_CGROUP))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].lo.n == s->x->cgroup)
			return true;
	return false;
}

/* A port, or "@" and five hex digits, that bind(2) chose. */
static bool is_autobound(const struct expr *e, const struct fdmap_sock *s)
{
	if (s->table == FDMAP_UNIX)
		return s->path && s->path[0] == '@' && strlen(s->path) == 6 &&
		       strspn(s->path + 1, "0123456789abcdef") == 5;
	return TABLES_PORTS & TABLE_BIT(s->table) && port_in(e->v, s->lport);
}

static int test_is(const struct expr *e, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	switch ((enum expr_what)e->what) {
	case TEST_FIELD:
		return field_is(e, row, v);
	case TEST_STATE:
		return state_is(e, row, v);
	case TEST_WORD:
		return word_is(e->word, row);
	case TEST_END:
		return s && ends_are(e, s);
	case TEST_IFACE:
		return s && iface_is(e, s);
	case TEST_CGROUP:
		return s && cgroup_is(e, s);
	case TEST_AUTOBOUND:
		return s && s->table < FDMAP_SOCK_TABLES && is_autobound(e, s);
	}
	return 0;
}

/* TRUTH_YES: all is known that it asks for; TRUTH_NO: enough is, and it can't be true. */
static enum truth askable(const struct expr *e, const struct expr_row *r)
{
	const struct fdmap_row *row = &r->row;

	if (e->of == FDMAP_OF_PROCESS) {
		if (!row->proc)
			return TRUTH_UNKNOWN;
	} else if (!row->file || (r->only_sock && e->of != FDMAP_OF_SOCKET)) {
		return TRUTH_UNKNOWN;
	} else if (e->of == FDMAP_OF_SOCKET) {
		if (r->foreign)
			return TRUTH_NO;
		if (!r->only_sock && r->known & FDMAP_LINK && !field_is_socket(row->file))
			return TRUTH_NO;
	}
	if (e->needs & ~r->known || (e->late && !row->snap))
		return TRUTH_UNKNOWN;
	return TRUTH_YES;
}

static int eval_test(const struct expr *e, const struct expr_row *row, struct fdmap_value *v)
{
	enum truth t = askable(e, row);
	int r;

	/* Of a socket it is known what it is. */
	if (t == TRUTH_UNKNOWN && row->only_sock && field_sock(&row->row) &&
	    e->what == TEST_WORD && e->word->what == WORD_SOCKET)
		return TRUTH_YES;
	if (t != TRUTH_YES)
		return t;
	r = test_is(e, &row->row, v);
	return r < 0 ? r : r ? TRUTH_YES : TRUTH_NO;
}

int expr_eval(const struct expr *e, const struct expr_row *row, struct fdmap_value *v)
{
	int stop, all, r;

	if (e->op == EXPR_TEST)
		return eval_test(e, row, v);
	if (e->op == EXPR_NOT) {
		r = expr_eval(e->sub[0], row, v);
		return r == TRUTH_YES ? TRUTH_NO : r == TRUTH_NO ? TRUTH_YES : r;
	}
	stop = e->op == EXPR_AND ? TRUTH_NO : TRUTH_YES;
	all = e->op == EXPR_AND ? TRUTH_YES : TRUTH_NO;
	for (size_t i = 0; i < e->n; i++) {
		r = expr_eval(e->sub[i], row, v);
		if (r < 0 || r == stop)
			return r;
		if (r == TRUTH_UNKNOWN)
			all = r;
	}
	return all;
}
