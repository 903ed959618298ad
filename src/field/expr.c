/* SPDX-License-Identifier: MIT */
/* The tree of an expression: how it is built and freed, and what its tests need to know. */
#include "field/expr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field/exprtree.h"

struct expr *expr_new(enum expr_op op)
{
	struct expr *e = calloc(1, sizeof(*e));

	if (e)
		e->op = (uint8_t)op;
	return e;
}

struct expr *expr_test(enum expr_what what, const struct fdmap_field *field)
{
	struct expr *e = expr_new(EXPR_TEST);

	if (!e)
		return NULL;
	e->what = (uint8_t)what;
	e->field = field;
	e->of = FDMAP_OF_SOCKET;
	e->needs = FDMAP_LINK | FDMAP_SOCK;
	if (field) {
		e->of = field->of;
		e->needs = field->needs;
		e->late = field_of(field)->late;
	}
	return e;
}

/* Room for one more where there are n: grown whenever n is a power of two. */
static void *room_for(void *v, size_t n, size_t size)
{
	if (n & (n - 1))
		return v;
	return reallocarray(v, n ? n * 2 : 1, size);
}

struct expr_value *expr_more(struct expr *test)
{
	struct expr_value *v = room_for(test->v, test->n, sizeof(*v));

	if (!v)
		return NULL;
	test->v = v;
	v += test->n++;
	*v = (struct expr_value){ .mask = UINT64_MAX };
	return v;
}

int expr_append(struct expr *group, struct expr *sub)
{
	struct expr **v = room_for(group->sub, group->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	group->sub = v;
	v[group->n++] = sub;
	return 0;
}

int expr_join(struct expr **e, enum expr_op op, struct expr *sub)
{
	struct expr *group = *e;

	if (!group) {
		*e = sub;
		return 0;
	}
	if (group->op != op) {
		group = expr_new(op);
		if (!group || expr_append(group, *e) < 0) {
			expr_free(group);
			expr_free(sub);
			return -ENOMEM;
		}
		*e = group;
	}
	if (expr_append(group, sub) < 0) {
		expr_free(sub);
		return -ENOMEM;
	}
	return 0;
}

struct expr *expr_and(struct expr *a, struct expr *b)
{
	if (!b)
		return a;
	if (expr_join(&a, EXPR_AND, b) < 0) {
		expr_free(a);
		return NULL;
	}
	return a;
}

void expr_free(struct expr *e)
{
	if (!e)
		return;
	for (size_t i = 0; e->sub && i < e->n; i++)
		expr_free(e->sub[i]);
	for (size_t i = 0; e->v && i < e->n; i++)
		free(e->v[i].text);
	if (e->re)
		regfree(e->re);
	free(e->re);
	free(e->sub);
	free(e->v);
	free(e);
}

uint32_t expr_needs(const struct expr *e, bool *late)
{
	uint32_t needs = 0;

	*late = false;
	if (!e)
		return 0;
	if (e->op == EXPR_TEST) {
		*late = e->late;
		return e->needs;
	}
	for (size_t i = 0; i < e->n; i++) {
		bool sub;

		needs |= expr_needs(e->sub[i], &sub);
		*late |= sub;
	}
	return needs;
}

/* Which of the two could an expression become? */
struct could {
	bool no, yes;
};

static struct could test_could(const struct expr *e, uint32_t known, bool rows)
{
	bool all = !(e->needs & ~known) && !e->late && (rows || e->of == FDMAP_OF_PROCESS);

	/* What is seen to be no socket has nothing of one. */
	if (rows && e->of == FDMAP_OF_SOCKET && known & FDMAP_LINK)
		return (struct could){ .no = true, .yes = all };
	return (struct could){ all, all };
}

static struct could could(const struct expr *e, uint32_t known, bool rows)
{
	struct could c = { e->op == EXPR_OR, e->op == EXPR_AND };

	if (e->op == EXPR_TEST)
		return test_could(e, known, rows);
	if (e->op == EXPR_NOT) {
		c = could(e->sub[0], known, rows);
		return (struct could){ c.yes, c.no };
	}
	for (size_t i = 0; i < e->n; i++) {
		struct could sub = could(e->sub[i], known, rows);

		if (e->op == EXPR_AND) {
			c.no |= sub.no;
			c.yes &= sub.yes;
		} else {
			c.no &= sub.no;
			c.yes |= sub.yes;
		}
	}
	return c;
}

bool expr_can_reject(const struct expr *e, uint32_t known, bool rows)
{
	return e && could(e, known, rows).no;
}
