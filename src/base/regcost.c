/* SPDX-License-Identifier: MIT */
/*
 * glibc copies the part that a repetition is of (posix/regcomp.c, parse_dup_op): "+" once more,
 * "{m,n}" as often as the greater of them. What is counted here is at least that.
 *
 * Repetitions of repetitions make each other's closures larger (calc_eclosure_iter): with an
 * anchor in the part, a hundred stars behind it take seconds, 150 half a gigabyte.
 */
#include "base/regcost.h"

#include <regex.h>
#include <stdint.h>
#include <string.h>

#define MOST 5000u
#define DEPTH 64u
#define MOST_STACKED 16u

/* A part: how many nodes it becomes, and of how many repetitions in each other it is. */
struct part {
	uint64_t nodes;
	unsigned stacked;
};

struct regcost {
	struct part group[DEPTH]; /* each that is open */
	unsigned depth;
	struct part last; /* what a repetition would be of */
};

/* "[]a]", "[^]a]", "[[:alpha:]]": to behind it. */
static const char *skip_bracket(const char *at)
{
	at += *at == '^';
	at += *at == ']';
	while (*at && *at != ']') {
		const char *end = at[0] == '[' && at[1] && strchr(":.=", at[1])
					  ? strchr(at + 2, ']')
					  : NULL;

		at = end ? end + 1 : at + 1;
	}
	return *at ? at + 1 : at;
}

/* Behind what the innermost group has so far. */
static bool add(struct regcost *c, struct part part)
{
	struct part *in = &c->group[c->depth];

	c->last = part;
	in->nodes += part.nodes;
	if (part.stacked > in->stacked)
		in->stacked = part.stacked;
	return in->nodes <= MOST;
}

/* by 0: no repetition, but a character. */
static bool repeat(struct regcost *c, uint64_t by)
{
	struct part *in = &c->group[c->depth], *last = &c->last;
	uint64_t more;

	if (!by)
		return add(c, (struct part){ .nodes = 1 });
	more = last->nodes * (by - 1);
	last->nodes += more;
	in->nodes += more;
	if (++last->stacked > in->stacked)
		in->stacked = last->stacked;
	return in->nodes <= MOST && last->stacked <= MOST_STACKED;
}

static uint64_t number(const char **at)
{
	uint64_t n = 0;

	for (; **at >= '0' && **at <= '9'; ++*at)
		n = n <= MOST ? n * 10 + (uint64_t)(**at - '0') : n;
	return n;
}

/* "3}", "3,}", "3,7\}": to behind it; 0: it is none. */
static uint64_t repeats(const char **re)
{
	const char *at = *re;
	uint64_t m = number(&at), n = 0;

	if (*at == ',') {
		at++;
		n = number(&at);
	}
	at += *at == '\\';
	if (*at != '}')
		return 0;
	*re = at + 1;
	return (m > n ? m : n) + 1;
}

static bool open_group(struct regcost *c)
{
	if (++c->depth == DEPTH)
		return false;
	c->group[c->depth] = c->last = (struct part){ .nodes = 0 };
	return true;
}

static bool close_group(struct regcost *c)
{
	struct part whole = c->group[c->depth];

	if (!c->depth)
		return true;
	c->depth--;
	whole.nodes++;
	return add(c, whole);
}

bool regcost_is_small(const char *re, int flags)
{
	bool extended = flags & REG_EXTENDED;
	struct regcost c = { .depth = 0 };
	bool small = true;

	while (small && *re) {
		bool escaped = *re == '\\' && re[1];
		/* Of basic ones the operators are those behind a backslash, "+" and "?" as well (glibc). */
		bool operates = escaped != extended;
		char ch = escaped ? re[1] : *re;

		re += 1 + escaped;
		if (ch == '[' && !escaped)
			re = skip_bracket(re);
		if (operates && ch == '(')
			small = open_group(&c);
		else if (operates && ch == ')')
			small = close_group(&c);
		else if (operates && ch == '+')
			small = repeat(&c, 2);
		else if (operates && ch == '{')
			small = repeat(&c, repeats(&re));
		else if ((operates && ch == '?') || (ch == '*' && !escaped))
			small = repeat(&c, 1);
		else
			small = add(&c, (struct part){ .nodes = 1 });
	}
	return small;
}
