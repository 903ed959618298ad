/* SPDX-License-Identifier: MIT */
/* The grammar of expressions, as expr.h has it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field/exprtree.h"

/* Of parentheses and "not" in each other: a tree is walked by functions that call themselves. */
#define DEPTH_MAX 200

int parse_wrong(struct parser *p, size_t at, const char *fmt, ...)
{
	va_list args;

	p->err->at = at;
	va_start(args, fmt);
	(void)vsnprintf(p->err->text, sizeof(p->err->text), fmt, args);
	va_end(args);
	return -EINVAL;
}

void parse_advance(struct parser *p, bool regex)
{
	lex_next(&p->lex, regex, &p->tok);
}

/* How much of a word an error shows. */
static int shown(struct span s)
{
	return s.n > 60 ? 60 : (int)s.n;
}

static int unexpected(struct parser *p, const char *wanted)
{
	const struct token *t = &p->tok;

	if (t->what == TOK_WRONG)
		return parse_wrong(p, t->at, "%s", t->why);
	if (t->what == TOK_END)
		return parse_wrong(p, t->at, "%s is missing at the end", wanted);
	return parse_wrong(p, t->at, "%s is missing before \"%.*s\"", wanted, shown(t->text),
			   t->text.p);
}

/* ---- operators and values --------------------------------------------------------- */

int parse_operator(struct parser *p, enum expr_cmp *cmp, bool *list)
{
	struct parser was = *p;

	*list = false;
	if (token_cmp(&p->tok, cmp)) {
		parse_advance(p, *cmp == CMP_MATCH || *cmp == CMP_UNLIKE);
		return 1;
	}
	*cmp = CMP_IN;
	if (token_is(&p->tok, "not")) {
		*cmp = CMP_OUT;
		parse_advance(p, false);
	}
	if (!token_is(&p->tok, "in")) {
		p->lex = was.lex;
		p->tok = was.tok;
		return 0;
	}
	*list = true;
	parse_advance(p, false);
	if (p->tok.what != TOK_OPEN)
		return unexpected(p, "the ( of a list of values");
	parse_advance(p, false);
	return 1;
}

static bool is_value(const struct token *t)
{
	return t->what == TOK_WORD || t->what == TOK_QUOTED || t->what == TOK_SLASHED;
}

int parse_list(struct parser *p, bool list, struct expr *test, const struct token *column,
	       int (*add)(struct parser *p, struct expr *test, const struct token *column))
{
	for (;;) {
		int err;

		if (!is_value(&p->tok)) {
			char wanted[96];

			(void)snprintf(wanted, sizeof(wanted), "a value for %.*s",
				       shown(column->text), column->text.p);
			return unexpected(p, wanted);
		}
		err = add(p, test, column);
		if (err < 0)
			return err;
		parse_advance(p, false);
		if (!list)
			return 0;
		if (p->tok.what == TOK_CLOSE) {
			parse_advance(p, false);
			return 0;
		}
		if (p->tok.what != TOK_COMMA)
			return unexpected(p, "a comma or the ) of the list");
		parse_advance(p, false);
	}
}

int parse_values(struct parser *p, struct expr *test, const struct token *column, bool bare)
{
	size_t at = p->tok.at;
	enum expr_cmp cmp;
	bool list;
	int r = parse_operator(p, &cmp, &list);

	if (r < 0)
		return r;
	if (r == 0 && (!bare || token_ends(&p->tok)))
		return 0;
	test->cmp = r ? (uint8_t)cmp : CMP_IN;
	r = value_suits(p, test, at, column);
	if (r == 0)
		r = parse_list(p, list, test, column, value_add);
	return r < 0 ? r : 1;
}

/* ---- tests --------------------------------------------------------------------------- */

static int unknown(struct parser *p, const struct token *t, bool column)
{
	const char *what = column ? "column" : "word or column", *near = word_near(t->text);

	if (!near)
		near = fdmap_field_near(t->text.p, t->text.n);
	if (near)
		return parse_wrong(p, t->at, "unknown %s \"%.*s\": nearest is \"%s\"", what,
				   shown(t->text), t->text.p, near);
	return parse_wrong(p, t->at, "unknown %s \"%.*s\"", what, shown(t->text), t->text.p);
}

static bool is_state(const struct fdmap_field *f)
{
	return f->of == FDMAP_OF_SOCKET && f->type == FDMAP_VALUE_TEXT &&
	       strcmp(f->key, "state") == 0;
}

static int parse_word(const struct token *t, struct expr **e)
{
	const struct expr_word *word = word_find(t->text);
	uint32_t states = word ? 0 : state_group(t->text);

	*e = NULL;
	if (!word && !states)
		return 0;
	*e = expr_test(word ? TEST_WORD : TEST_STATE, NULL);
	if (!*e)
		return -ENOMEM;
	(*e)->word = word;
	(*e)->states = states;
	if (word)
		word_cost(word, *e);
	return 1;
}

/* COLUMN OP VALUE, COLUMN or WORD. */
static int parse_column(struct parser *p, struct expr **e)
{
	struct token column = p->tok;
	const struct fdmap_field *f = fdmap_field_find(column.text.p, column.text.n);
	bool ss_port = token_is(&column, "sport") || token_is(&column, "dport");
	enum expr_cmp cmp;
	bool list;
	int r;

	parse_advance(p, false);
	if (f) {
		*e = expr_test(is_state(f) ? TEST_STATE : TEST_FIELD, f);
		if (!*e)
			return -ENOMEM;
		r = parse_values(p, *e, &column, ss_port || token_is(&column, "fwmark"));
		if (r != 0)
			return r < 0 ? r : 0;
		if (ss_port)
			return 0;
	} else {
		r = parse_operator(p, &cmp, &list);
		if (r != 0)
			return unknown(p, &column, true);
	}
	/* Nothing is compared: a word goes before a column of that name. */
	expr_free(*e);
	*e = NULL;
	r = parse_word(&column, e);
	if (r < 0)
		return r;
	if (!*e && !f)
		return unknown(p, &column, false);
	if (!*e)
		*e = expr_test(TEST_FIELD, f);
	return *e ? 0 : -ENOMEM;
}

static int parse_test(struct parser *p, struct expr **e)
{
	int r;

	if (p->tok.what != TOK_WORD || token_is(&p->tok, "and") || token_is(&p->tok, "or"))
		return unexpected(p, "a column or a word");
	r = parse_ss(p, e);
	return r == 1 ? parse_column(p, e) : r;
}

/* ---- and, or, not ------------------------------------------------------------------------ */

static int parse_or(struct parser *p, struct expr **e);

static int parse_group(struct parser *p, struct expr **e)
{
	size_t at = p->tok.at;
	int err;

	parse_advance(p, false);
	err = parse_or(p, e);
	if (err < 0)
		return err;
	if (p->tok.what == TOK_END)
		return parse_wrong(p, at, "the ) for this ( is missing");
	if (p->tok.what != TOK_CLOSE)
		return unexpected(p, "an operator or a )");
	parse_advance(p, false);
	return 0;
}

/* '( dport = :80 or sport = :80 )', as it stands in a command line of ss. */
static bool is_quoted_group(const struct parser *p)
{
	struct span s = p->tok.text;

	while (s.n && strchr(" \t\n", *s.p)) {
		s.p++;
		s.n--;
	}
	return p->tok.what == TOK_QUOTED && !p->lex.until && s.n && *s.p == '(';
}

static int parse_quoted(struct parser *p, struct expr **e)
{
	int err;

	p->lex.until = p->tok.quote;
	p->lex.at = p->tok.at + 1;
	parse_advance(p, false);
	err = parse_or(p, e);
	if (err < 0)
		return err;
	if (p->tok.what != TOK_UNQUOTE)
		return unexpected(p, "an operator");
	p->lex.until = 0;
	parse_advance(p, false);
	return 0;
}

static int parse_not(struct parser *p, struct expr **e)
{
	bool not = p->tok.what == TOK_NOT || token_is(&p->tok, "not");
	struct expr *sub = NULL;
	int err;

	if (is_quoted_group(p))
		return parse_quoted(p, e);
	if (!not && p->tok.what != TOK_OPEN)
		return parse_test(p, e);
	if (p->depth == DEPTH_MAX)
		return parse_wrong(p, p->tok.at, "more than %d parentheses and \"not\" in each other",
				   DEPTH_MAX);
	p->depth++;
	if (not) {
		parse_advance(p, false);
		err = parse_not(p, &sub);
		if (err == 0) {
			*e = expr_new(EXPR_NOT);
			err = *e ? expr_append(*e, sub) : -ENOMEM;
		}
		if (err < 0)
			expr_free(sub);
	} else {
		err = parse_group(p, e);
	}
	p->depth--;
	return err;
}

/* One more part of a group; what was parsed of it is freed when it is wrong. */
static int parse_part(struct parser *p, struct expr **e, enum expr_op op,
		      int (*part)(struct parser *p, struct expr **e))
{
	struct expr *sub = NULL;
	int err = part(p, &sub);

	if (err == 0)
		return expr_join(e, op, sub);
	expr_free(sub);
	return err;
}

static bool and_goes_on(struct parser *p)
{
	const struct token *t = &p->tok;

	if (t->what == TOK_AND || token_is(t, "and")) {
		parse_advance(p, false);
		return true;
	}
	return t->what == TOK_OPEN || t->what == TOK_NOT || is_quoted_group(p) ||
	       (t->what == TOK_WORD && !token_is(t, "or"));
}

static int parse_and(struct parser *p, struct expr **e)
{
	int err;

	do
		err = parse_part(p, e, EXPR_AND, parse_not);
	while (err == 0 && and_goes_on(p));
	return err;
}

static int parse_or(struct parser *p, struct expr **e)
{
	for (;;) {
		int err = parse_part(p, e, EXPR_OR, parse_and);

		if (err < 0)
			return err;
		if (p->tok.what != TOK_OR && !token_is(&p->tok, "or"))
			return 0;
		parse_advance(p, false);
	}
}

int expr_parse(struct expr **e, const char *text, const struct expr_names *names,
	       struct expr_error *err)
{
	static const struct expr_names none = { 0 };
	struct parser p = { .lex = { .text = text }, .names = names ? names : &none, .err = err };
	struct expr *tree = NULL;
	int r;

	*e = NULL;
	*err = (struct expr_error){ .at = 0 };
	parse_advance(&p, false);
	if (p.tok.what == TOK_END)
		return parse_wrong(&p, 0, "the expression is empty");
	r = parse_or(&p, &tree);
	if (r == 0 && p.tok.what == TOK_CLOSE)
		r = parse_wrong(&p, p.tok.at, "the ( for this ) is missing");
	else if (r == 0 && p.tok.what != TOK_END)
		r = unexpected(&p, "an operator");
	if (r < 0) {
		expr_free(tree);
		return r;
	}
	*e = tree;
	return 0;
}
