/* SPDX-License-Identifier: MIT */
/*
 * glibc copies the part that a repetition is of (posix/regcomp.c, parse_dup_op): "+" once more,
 * "{m,n}" as often as the greater of them. What is counted here is at least that.
 */
#include "base/regcost.h"

#include <regex.h>
#include <stdint.h>
#include <string.h>

#define MOST 5000u
#define DEPTH 64u

struct regcost {
	uint64_t sum[DEPTH]; /* of each group that is open */
	unsigned depth;
	uint64_t last; /* of the part that a repetition would be of */
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

static bool multiply(struct regcost *c, uint64_t by)
{
	/* A brace that begins nothing is itself. */
	uint64_t more = by ? c->last * (by - 1) : 1;

	c->last += more;
	c->sum[c->depth] += more;
	return c->last <= MOST && c->sum[c->depth] <= MOST;
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
	c->sum[c->depth] = 0;
	c->last = 0;
	return true;
}

static bool close_group(struct regcost *c)
{
	if (!c->depth)
		return true;
	c->last = c->sum[c->depth--] + 1;
	c->sum[c->depth] += c->last;
	return c->sum[c->depth] <= MOST;
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
			small = multiply(&c, 2);
		else if (operates && ch == '{')
			small = multiply(&c, repeats(&re));
		else if (!(operates && ch == '?') && (ch != '*' || escaped))
			small = ++c.sum[c.depth] <= MOST && (c.last = 1);
	}
	return small;
}
