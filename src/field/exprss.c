/* SPDX-License-Identifier: MIT */
/*
 * What ss has and columns have not: "state X", "exclude X", src, dst, dev, cgroup,
 * autobound. A word that is a column, too, is ss's only where ss would take it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field/exprtree.h"

#define SHOWN(s) ((s).n > 60 ? 60 : (int)(s).n), (s).p

static bool is_exclude(const struct token *t)
{
	return token_is(t, "exclude") || token_is(t, "excl");
}

/* ---- states -------------------------------------------------------------------------- */

/* "state A state B exclude C", one behind the other: as ss adds them up. */
static int parse_states(struct parser *p, struct expr **e)
{
	uint32_t states = 0;
	bool first = true;

	while (token_is(&p->tok, "state") || is_exclude(&p->tok)) {
		struct parser was = *p;
		bool out = is_exclude(&p->tok);
		uint32_t bits;

		parse_advance(p, false);
		if (token_ends(&p->tok)) { /* "state = listen", "not state" */
			p->lex = was.lex;
			p->tok = was.tok;
			if (!out)
				break;
			return parse_wrong(p, p->tok.at, "a state is missing behind %.*s",
					   SHOWN(p->tok.text));
		}
		bits = state_group(p->tok.text);
		if (!bits)
			return parse_wrong(p, p->tok.at, "\"%.*s\" is no state",
					   SHOWN(p->tok.text));
		if (out)
			states = (first ? ~0u : states) & ~bits;
		else
			states |= bits;
		first = false;
		parse_advance(p, false);
	}
	if (first)
		return 1;
	*e = expr_test(TEST_STATE, NULL);
	if (!*e)
		return -ENOMEM;
	(*e)->states = states;
	return 0;
}

/* ---- what has a list of values ---------------------------------------------------------- */

/*
 * An operator that ss has here, or none. *list: values in parentheses. 1: to go on;
 * 0: this is not ss's.
 */
static int parse_ss_operator(struct parser *p, enum expr_cmp *cmp, bool *list)
{
	int r = parse_operator(p, cmp, list);

	if (r < 0)
		return r;
	if (r == 0) {
		*cmp = CMP_IN;
		return !token_ends(&p->tok);
	}
	return *cmp == CMP_IN || *cmp == CMP_OUT;
}

static int parse_end(struct parser *p, struct expr **e)
{
	struct token word = p->tok;
	enum expr_cmp cmp = CMP_IN;
	bool list = false;
	int r;

	parse_advance(p, false);
	r = parse_ss_operator(p, &cmp, &list);
	if (r < 0)
		return r;
	if (r == 0 && cmp != CMP_IN)
		return parse_wrong(p, word.at, "%.*s has no order: use =, != or in",
				   SHOWN(word.text));
	*e = expr_test(TEST_END, NULL);
	if (!*e)
		return -ENOMEM;
	(*e)->cmp = (uint8_t)cmp;
	(*e)->remote = token_is(&word, "dst");
	return parse_list(p, list, *e, &word, end_add);
}

/* "8:1", "0x801": the device of a file. ss takes plain numbers for interfaces. */
static bool is_device(struct span s)
{
	return s.n && ((s.p[0] >= '0' && s.p[0] <= '9' && memchr(s.p, ':', s.n)) ||
		       span_starts(s, "0x"));
}

static int iface_add(struct parser *p, struct expr *test, const struct token *column)
{
	struct expr_value *v;
	uint32_t index;
	size_t len;
	char *name = token_dup(&p->tok, false, &len);
	struct cursor c;
	bool found;

	if (!name)
		return -ENOMEM;
	found = p->names->interface && p->names->interface(p->names->ctx, name, &index) == 0;
	c = cursor_of(name, len);
	if (!found)
		found = cursor_u32(&c, &index) && cursor_done(&c);
	free(name);
	if (!found)
		return parse_wrong(p, p->tok.at, "%.*s: there is no interface \"%.*s\"",
				   SHOWN(column->text), SHOWN(p->tok.text));
	v = expr_more(test);
	if (!v)
		return -ENOMEM;
	v->lo.n = v->hi.n = index;
	return 0;
}

static int parse_dev(struct parser *p, struct expr **e)
{
	struct parser was = *p;
	enum expr_cmp cmp;
	bool list;
	int r;

	parse_advance(p, false);
	r = parse_ss_operator(p, &cmp, &list);
	if (r <= 0 || is_device(p->tok.text)) {
		p->lex = was.lex;
		p->tok = was.tok;
		return 1;
	}
	*e = expr_test(TEST_IFACE, NULL);
	if (!*e)
		return -ENOMEM;
	(*e)->needs |= FDMAP_SOCKX;
	(*e)->cmp = (uint8_t)cmp;
	return parse_list(p, list, *e, &was.tok, iface_add);
}

/* ---- cgroup ------------------------------------------------------------------------------ */

/* The path as PID/cgroup has it: from the root of the tree on. */
static int cgroup_add(struct parser *p, struct expr *test, const struct token *column)
{
	static const char mount[] = "/sys/fs/cgroup/";
	struct expr_value *v = expr_more(test);
	size_t len, skip;
	char *path;

	(void)column;
	if (!v)
		return -ENOMEM;
	path = token_dup(&p->tok, false, &len);
	if (!path)
		return -ENOMEM;
	skip = strncmp(path, mount, sizeof(mount) - 1) == 0 ? sizeof(mount) - 2 : 0;
	v->text = malloc(len + 2);
	if (v->text) {
		v->text[0] = '/';
		memcpy(v->text + (path[0] != '/'), path + skip, len - skip + 1);
		v->len = strlen(v->text);
		/* "/a/" is "/a". */
		if (v->len > 1 && v->text[v->len - 1] == '/')
			v->text[--v->len] = '\0';
	}
	free(path);
	return v->text ? 0 : -ENOMEM;
}

/* The sockets in those groups, by the number the kernel gives these; NULL: none is known. */
static int sockets_of(struct parser *p, const struct expr *paths, struct expr **e)
{
	*e = NULL;
	for (size_t i = 0; p->names->cgroup && i < paths->n; i++) {
		struct expr_value *v;
		uint64_t id;

		if (p->names->cgroup(p->names->ctx, paths->v[i].text, &id) < 0)
			continue;
		if (!*e)
			*e = expr_test(TEST_CGROUP, NULL);
		v = *e ? expr_more(*e) : NULL;
		if (!v)
			return -ENOMEM;
		(*e)->needs |= FDMAP_SOCKX;
		(*e)->cmp = CMP_IN;
		v->lo.n = v->hi.n = id;
	}
	return 0;
}

/* Of a process of that group, or a socket of it; "!=": neither, if it is told of one of them. */
static int join_cgroup(struct parser *p, struct expr *proc, bool out, struct expr **e)
{
	struct expr *sock, *any = proc;
	int err = sockets_of(p, proc, &sock);

	*e = proc;
	if (err == 0 && sock) {
		err = expr_join(&any, EXPR_OR, sock);
		*e = any;
	} else {
		expr_free(sock);
	}
	if (err < 0 || !out)
		return err;
	*e = expr_new(EXPR_NOT);
	if (!*e || expr_append(*e, any) < 0) {
		expr_free(any);
		return -ENOMEM;
	}
	any = expr_test(TEST_FIELD, proc->field);
	return any ? expr_join(e, EXPR_AND, any) : -ENOMEM;
}

static int parse_cgroup(struct parser *p, struct expr **e)
{
	const struct fdmap_field *f = fdmap_field_find("cgroup", strlen("cgroup"));
	struct parser was = *p;
	enum expr_cmp cmp;
	bool list;
	int r;

	parse_advance(p, false);
	r = f && f->type == FDMAP_VALUE_TEXT ? parse_ss_operator(p, &cmp, &list) : 0;
	if (r <= 0) {
		p->lex = was.lex;
		p->tok = was.tok;
		return 1;
	}
	*e = expr_test(TEST_FIELD, f);
	if (!*e)
		return -ENOMEM;
	(*e)->cmp = CMP_IN;
	r = parse_list(p, list, *e, &was.tok, cgroup_add);
	return r < 0 ? r : join_cgroup(p, *e, cmp == CMP_OUT, e);
}

/* A local port as the kernel chooses them. */
static int parse_autobound(struct parser *p, struct expr **e)
{
	uint16_t lo = 32768, hi = 60999;
	struct expr_value *v;

	parse_advance(p, false);
	*e = expr_test(TEST_AUTOBOUND, NULL);
	v = *e ? expr_more(*e) : NULL;
	if (!v)
		return -ENOMEM;
	if (p->names->autobound && p->names->autobound(p->names->ctx, &lo, &hi) < 0) {
		lo = 32768;
		hi = 60999;
	}
	v->lo.n = lo;
	v->hi.n = hi;
	return 0;
}

int parse_ss(struct parser *p, struct expr **e)
{
	if (token_is(&p->tok, "state") || is_exclude(&p->tok))
		return parse_states(p, e);
	if (token_is(&p->tok, "src") || token_is(&p->tok, "dst"))
		return parse_end(p, e);
	if (token_is(&p->tok, "dev"))
		return parse_dev(p, e);
	if (token_is(&p->tok, "cgroup"))
		return parse_cgroup(p, e);
	return token_is(&p->tok, "autobound") ? parse_autobound(p, e) : 1;
}
