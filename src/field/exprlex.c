/* SPDX-License-Identifier: MIT */
/*
 * Words and signs of an expression. A word ends at a blank, a sign, a quote or a
 * parenthesis; a backslash takes the next byte into it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field/exprtree.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool ends_word(char c)
{
	return !c || is_blank(c) || strchr("()<>=!&|,\"'", c);
}

static void skip_blanks(struct lexer *l)
{
	for (;;) {
		while (is_blank(l->text[l->at]))
			l->at++;
		if (l->text[l->at] != '#')
			return;
		l->at += strcspn(l->text + l->at, "\n");
	}
}

/* The longest first. */
static const struct sign {
	const char *text;
	uint8_t what, cmp;
} signs[] = {
	{ "==", TOK_CMP, CMP_IN },    { "=~", TOK_CMP, CMP_MATCH }, { "!=", TOK_CMP, CMP_OUT },
	{ "!~", TOK_CMP, CMP_UNLIKE }, { "<>", TOK_CMP, CMP_OUT },   { "<=", TOK_CMP, CMP_LE },
	{ ">=", TOK_CMP, CMP_GE },    { "&&", TOK_AND, 0 },	    { "||", TOK_OR, 0 },
	{ "=", TOK_CMP, CMP_IN },     { "<", TOK_CMP, CMP_LT },	    { ">", TOK_CMP, CMP_GT },
	{ "&", TOK_AND, 0 },	      { "|", TOK_OR, 0 },	    { "!", TOK_NOT, 0 },
	{ "(", TOK_OPEN, 0 },	      { ")", TOK_CLOSE, 0 },	    { ",", TOK_COMMA, 0 },
};

static const struct sign *sign_at(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (strncmp(s, signs[i].text, strlen(signs[i].text)) == 0)
			return &signs[i];
	return NULL;
}

/* Up to the quote that ends it, which is not part of the text. */
static void quoted(struct lexer *l, uint8_t what, struct token *t)
{
	const char *s = l->text + l->at + 1;
	size_t n = 0;

	t->quote = l->text[l->at];
	while (s[n] && s[n] != t->quote)
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	t->what = what;
	t->text = (struct span){ s, n };
	l->at += n + 1;
	if (!s[n]) {
		t->what = TOK_WRONG;
		t->why = what == TOK_SLASHED ? "the / that ends the expression is missing"
					     : "the quote that ends the text is missing";
		return;
	}
	l->at++;
	if (what == TOK_SLASHED && !ends_word(l->text[l->at])) {
		t->what = TOK_WRONG;
		t->at = l->at;
		t->why = "the expression ends with the second /: one with more of them is to be quoted";
	}
}

void lex_next(struct lexer *l, bool regex, struct token *t)
{
	const struct sign *sign;
	const char *s;
	size_t n = 0;

	skip_blanks(l);
	s = l->text + l->at;
	*t = (struct token){ .at = l->at };
	sign = sign_at(s);
	if (!*s)
		return;
	if (*s == l->until) {
		t->what = TOK_UNQUOTE;
		t->text = (struct span){ s, 1 };
		l->at++;
		return;
	}
	if (sign) {
		t->what = sign->what;
		t->cmp = sign->cmp;
		t->text = (struct span){ s, strlen(sign->text) };
		l->at += t->text.n;
		return;
	}
	if (*s == '"' || *s == '\'' || (regex && *s == '/')) {
		quoted(l, *s == '/' ? TOK_SLASHED : TOK_QUOTED, t);
		return;
	}
	while (!ends_word(s[n]))
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	t->what = TOK_WORD;
	t->text = (struct span){ s, n };
	l->at += n;
}

bool token_is(const struct token *t, const char *word)
{
	return t->what == TOK_WORD && t->text.n == strlen(word) &&
	       strncasecmp(t->text.p, word, t->text.n) == 0;
}

bool token_cmp(const struct token *t, enum expr_cmp *cmp)
{
	static const struct {
		const char *word;
		enum expr_cmp cmp;
	} words[] = {
		{ "eq", CMP_IN }, { "ne", CMP_OUT }, { "neq", CMP_OUT }, { "lt", CMP_LT },
		{ "le", CMP_LE }, { "leq", CMP_LE }, { "gt", CMP_GT },	 { "ge", CMP_GE },
		{ "geq", CMP_GE },
	};

	if (t->what == TOK_CMP) {
		*cmp = t->cmp;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (token_is(t, words[i].word)) {
			*cmp = words[i].cmp;
			return true;
		}
	}
	return false;
}

bool token_ends(const struct token *t)
{
	enum expr_cmp cmp;

	return (t->what != TOK_WORD && t->what != TOK_QUOTED) || token_cmp(t, &cmp) ||
	       token_is(t, "and") || token_is(t, "or") || token_is(t, "not") || token_is(t, "in");
}

static char escaped(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

char *token_dup(const struct token *t, bool regex, size_t *len)
{
	char *to = malloc(t->text.n + 1);
	size_t n = 0;

	if (!to)
		return NULL;
	for (size_t i = 0; i < t->text.n; i++) {
		char c = t->text.p[i], next = i + 1 < t->text.n ? t->text.p[i + 1] : '\0';

		if (c != '\\' || !next) {
			to[n++] = c;
		} else if (!regex) {
			to[n++] = t->what == TOK_WORD ? next : escaped(next);
			i++;
		} else {
			/* Only what keeps the quote from ending the expression goes. */
			if (t->what == TOK_WORD || next != t->quote)
				to[n++] = c;
			to[n++] = next;
			i++;
		}
	}
	to[n] = '\0';
	*len = n;
	return to;
}
