/* SPDX-License-Identifier: MIT */
/* -r and +r: how often, how many times, and what stands between the listings. */
#include "cli/set.h"

#include <limits.h>
#include <string.h>

#include "base/cursor.h"

/* lsof's time when none is given. */
#define REPEAT_SECONDS 15

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * "2c10m%T": seconds, cycles, marker. A c without digits is the option -c, and
 * so is one without a time before it: lsof reads "-rc2" as "-r -c2".
 */
size_t repeat_takes(const char *word)
{
	size_t digits = strspn(word, "0123456789");
	const char *p = word + digits;

	if (digits)
		p += strspn(p, " ");
	if (digits && p[0] == 'c' && is_digit(p[1])) {
		p++;
		p += strspn(p, "0123456789");
		digits = (size_t)(p - word);
	}
	return *p == 'm' ? strlen(word) : digits;
}

/* Numbers too large for the clock are as good as the largest. */
static unsigned repeat_number(struct cursor *at)
{
	const char *behind = at->at + strspn(at->at, "0123456789");
	uint32_t n;

	if (cursor_u32(at, &n) && n <= INT_MAX)
		return n;
	at->at = behind;
	return INT_MAX;
}

void parse_repeat(const char *text, struct repeat *out)
{
	struct cursor at = cursor_of(text, strlen(text));

	out->seconds = is_digit(*text) ? repeat_number(&at) : REPEAT_SECONDS;
	while (cursor_char(&at, ' '))
		;
	if (at.end - at.at > 1 && at.at[0] == 'c' && is_digit(at.at[1])) {
		at.at++;
		out->cycles = repeat_number(&at);
	}
	if (cursor_char(&at, 'm'))
		out->marker = at.at;
}

void set_repeat(struct options *o, const struct optuse *use)
{
	struct repeat *r = &o->repeat;

	r->on = true;
	r->until_none = r->until_none || use->row->prefix == '+';
	r->seconds = REPEAT_SECONDS;
	if (!use->value)
		return;
	parse_repeat(use->value, r);
	if (r->marker && !*r->marker)
		options_wrong(o, "illegal <fmt>: \"%s\"", r->marker);
}
