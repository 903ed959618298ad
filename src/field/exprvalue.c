/* SPDX-License-Identifier: MIT */
/* Values of tests: what stands behind an operator, as the type and unit of the column have it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sysmacros.h>

#include "base/regcost.h"
#include "field/exprtree.h"

#define SHOWN(s) ((s).n > 60 ? 60 : (int)(s).n), (s).p

static bool is_number(const struct fdmap_field *f)
{
	return f->type == FDMAP_VALUE_U64 || f->type == FDMAP_VALUE_I64;
}

static bool is_tree(const struct fdmap_field *f)
{
	return f->type == FDMAP_VALUE_LIST || f->type == FDMAP_VALUE_TREE;
}

/* Names that are the same in any case. */
static uint8_t how_of(const struct fdmap_field *f)
{
	static const char *const fold[] = { "state",	"family", "proto",
					    "socktype", "type",	  "kind" };

	if (f->unit == FDMAP_UNIT_USER)
		return HOW_USER;
	for (size_t i = 0; i < ARRAY_LEN(fold); i++)
		if (strcmp(f->key, fold[i]) == 0)
			return HOW_FOLD;
	return HOW_EXACT;
}

static bool has_order(const struct fdmap_field *f)
{
	return is_number(f) || (f->type == FDMAP_VALUE_TEXT && f->unit != FDMAP_UNIT_USER);
}

int value_suits(struct parser *p, const struct expr *test, size_t at, const struct token *column)
{
	const struct fdmap_field *f = test->field;
	bool regex = test->cmp == CMP_MATCH || test->cmp == CMP_UNLIKE;

	if (test->cmp == CMP_IN || test->cmp == CMP_OUT)
		return 0;
	if (regex && f->unit == FDMAP_UNIT_USER)
		return parse_wrong(p, at, "%.*s is no text: use = or in, with logins or numbers",
				   SHOWN(column->text));
	if (regex && f->type != FDMAP_VALUE_TEXT && !is_tree(f))
		return parse_wrong(p, at, "%.*s is no text: no expression can match it",
				   SHOWN(column->text));
	if (!regex && !has_order(f))
		return parse_wrong(p, at, "%.*s has no order: use =, != or in",
				   SHOWN(column->text));
	return 0;
}

/* ---- each kind of value ------------------------------------------------------------- */

static int no_such(struct parser *p, const struct token *column, const char *what)
{
	return parse_wrong(p, p->tok.at, "%.*s: \"%.*s\" is no %s", SHOWN(column->text),
			   SHOWN(p->tok.text), what);
}

/* "0-2" is a text, and also the numbers from the one to the other. */
static void take_text_range(struct expr_value *v)
{
	const char *dash = memchr(v->text, '-', v->len);
	size_t n = dash ? (size_t)(dash - v->text) : 0;

	v->mask = dash && text_is_number(v->text, n, &v->lo.n) &&
		  text_is_number(dash + 1, v->len - n - 1, &v->hi.n);
}

static int add_text(struct parser *p, struct expr *test)
{
	struct expr_value *v = expr_more(test);

	if (!v)
		return -ENOMEM;
	v->text = token_dup(&p->tok, false, &v->len);
	if (!v->text)
		return -ENOMEM;
	take_text_range(v);
	return 0;
}

/* What the C library makes of one of these takes time, however simple it is. */
#define REGEX_LEN_MAX 4096

static int add_regex(struct parser *p, struct expr *test)
{
	size_t len;
	char *text = token_dup(&p->tok, true, &len);
	char why[128];
	int err;

	if (!text)
		return -ENOMEM;
	if (len > REGEX_LEN_MAX) {
		free(text);
		return parse_wrong(p, p->tok.at, "an expression of more than %d bytes",
				   REGEX_LEN_MAX);
	}
	if (!regcost_is_small(text, REG_EXTENDED)) {
		free(text);
		return parse_wrong(p, p->tok.at, "an expression with too many groups or repetitions");
	}
	test->re = calloc(1, sizeof(*test->re));
	err = test->re ? regcomp(test->re, text, REG_EXTENDED | REG_NOSUB) : REG_ESPACE;
	free(text);
	if (!err)
		return 0;
	if (test->re)
		(void)regerror(err, test->re, why, sizeof(why));
	free(test->re);
	test->re = NULL;
	if (err == REG_ESPACE)
		return -ENOMEM;
	return parse_wrong(p, p->tok.at, "\"%.*s\" is no regular expression: %s",
			   SHOWN(p->tok.text), why);
}

/* "a-b" when a list may hold ranges; the first byte may be a sign. */
static struct span range_end(const struct expr *test, struct span *s)
{
	struct span hi = { NULL, 0 };
	const char *dash;

	if (s->n < 3 || (test->cmp != CMP_IN && test->cmp != CMP_OUT))
		return hi;
	dash = memchr(s->p + 1, '-', s->n - 1);
	if (!dash)
		return hi;
	hi = (struct span){ dash + 1, (size_t)(s->p + s->n - dash - 1) };
	s->n = (size_t)(dash - s->p);
	return hi;
}

/* Nobody who writes age > 60 means sixty nanoseconds. */
static bool lacks_unit(const struct fdmap_field *f, struct span s)
{
	uint64_t n;

	return f->unit == FDMAP_UNIT_NS && text_is_number(s.p, s.n, &n) && n;
}

static int add_number(struct parser *p, struct expr *test, const struct token *column,
		      struct span s)
{
	struct expr_value *v = expr_more(test);
	struct span hi = range_end(test, &s);
	const char *wrong;

	if (!v)
		return -ENOMEM;
	if (lacks_unit(test->field, s))
		return parse_wrong(p, p->tok.at, "%.*s: \"%.*s\" has no unit: ns, us, ms, s, m, h or d",
				   SHOWN(column->text), SHOWN(s));
	wrong = num_parse(s, test->field->unit, &v->lo);
	v->hi = v->lo;
	if (!wrong && hi.p) {
		wrong = num_parse(hi, test->field->unit, &v->hi);
		if (!wrong && !v->lo.neg && !v->hi.neg && v->lo.n > v->hi.n)
			return parse_wrong(p, p->tok.at, "%.*s: the range \"%.*s\" ends before it begins",
					   SHOWN(column->text), SHOWN(p->tok.text));
	}
	return wrong ? no_such(p, column, wrong) : 0;
}

/* "0x1/0xff": only the bits of the second count. */
static int add_bits(struct parser *p, struct expr *test, const struct token *column, struct span s)
{
	const char *slash = memchr(s.p, '/', s.n);
	struct expr_num mask = { .n = UINT64_MAX };
	struct expr_value *v;
	int err;

	if (slash && (test->cmp == CMP_IN || test->cmp == CMP_OUT)) {
		struct span m = { slash + 1, (size_t)(s.p + s.n - slash - 1) };

		if (num_parse(m, FDMAP_UNIT_HEX, &mask))
			return no_such(p, column, "mask");
		s.n = (size_t)(slash - s.p);
	}
	err = add_number(p, test, column, s);
	if (err < 0)
		return err;
	v = &test->v[test->n - 1];
	v->mask = mask.n;
	return 0;
}

/* "8:1", or a number. */
static int add_device(struct parser *p, struct expr *test, const struct token *column,
		      struct span s)
{
	struct cursor c = cursor_span(s);
	struct expr_value *v;
	uint32_t major, minor;

	if (!cursor_u32(&c, &major) || !cursor_char(&c, ':') || !cursor_u32(&c, &minor) ||
	    !cursor_done(&c))
		return add_number(p, test, column, s);
	v = expr_more(test);
	if (!v)
		return -ENOMEM;
	v->lo.n = v->hi.n = makedev(major, minor);
	return 0;
}

static int add_user(struct parser *p, struct expr *test, const struct token *column,
		    const char *name, struct span s)
{
	struct expr_value *v;
	uid_t uid;

	if (s.n && s.p[0] >= '0' && s.p[0] <= '9' && strspn(name, "0123456789-") == s.n)
		return add_number(p, test, column, s);
	if (!p->names->user || p->names->user(p->names->ctx, name, &uid) < 0)
		return parse_wrong(p, p->tok.at, "%.*s: there is no user \"%.*s\"",
				   SHOWN(column->text), SHOWN(p->tok.text));
	v = expr_more(test);
	if (!v)
		return -ENOMEM;
	v->lo.n = v->hi.n = uid;
	return 0;
}

static int add_time(struct parser *p, struct expr *test, const struct token *column, struct span s)
{
	struct expr_value *v = expr_more(test);

	if (!v)
		return -ENOMEM;
	return num_time(s, &v->lo, &v->hi) ? 0 : no_such(p, column, "time");
}

static int add_bool(struct parser *p, struct expr *test, const struct token *column,
		    const char *word)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off", "on", "0", "1" };
	struct expr_value *v;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcasecmp(word, words[i]) != 0)
			continue;
		v = expr_more(test);
		if (!v)
			return -ENOMEM;
		v->lo.n = v->hi.n = i & 1;
		return 0;
	}
	return no_such(p, column, "yes or no");
}

static int add_addr(struct parser *p, struct expr *test, const struct token *column,
		    const char *word, struct span s)
{
	struct expr_value v = { .mask = UINT64_MAX }, *to;
	int n;

	if (addr_read(s, &v)) {
		to = expr_more(test);
		if (!to)
			return -ENOMEM;
		*to = v;
		return 0;
	}
	n = addr_lookup(p, test, word);
	if (n < 0)
		return n;
	return n ? 0 : no_such(p, column, "address, and no host that is known");
}

static int add_scalar(struct parser *p, struct expr *test, const struct token *column,
		      const char *word, struct span s)
{
	const struct fdmap_field *f = test->field;

	if (f->type == FDMAP_VALUE_BOOL)
		return add_bool(p, test, column, word);
	if (f->type == FDMAP_VALUE_ADDR)
		return add_addr(p, test, column, word, s);
	if (f->unit == FDMAP_UNIT_USER)
		return add_user(p, test, column, word, s);
	if (f->unit == FDMAP_UNIT_EPOCH)
		return add_time(p, test, column, s);
	if (f->unit == FDMAP_UNIT_DEVICE)
		return add_device(p, test, column, s);
	if (f->unit == FDMAP_UNIT_HEX)
		return add_bits(p, test, column, s);
	return add_number(p, test, column, s);
}

int value_add(struct parser *p, struct expr *test, const struct token *column)
{
	const struct fdmap_field *f = test->field;
	size_t len;
	char *word;
	int err;

	test->how = how_of(f);
	if (test->cmp == CMP_MATCH || test->cmp == CMP_UNLIKE)
		return add_regex(p, test);
	if (test->what == TEST_STATE && (test->cmp == CMP_IN || test->cmp == CMP_OUT)) {
		uint32_t states = state_named(p->tok.text);

		test->states |= states;
		return states ? 0 : add_text(p, test);
	}
	if (f->unit == FDMAP_UNIT_PORT && is_number(f))
		return port_add(p, test, column);
	if (is_tree(f) || (f->type == FDMAP_VALUE_TEXT && f->unit != FDMAP_UNIT_USER))
		return add_text(p, test);
	word = token_dup(&p->tok, false, &len);
	if (!word)
		return -ENOMEM;
	err = add_scalar(p, test, column, word, (struct span){ word, len });
	free(word);
	return err;
}
