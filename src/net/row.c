/* SPDX-License-Identifier: MIT */
/* Fields of a row: words of a fixed width, numbers, and what nobody asks for. */
#include "net/row.h"

bool row_hex(struct cursor *c, size_t digits, uint64_t *v)
{
	struct cursor t;

	if ((size_t)(c->end - c->at) < digits)
		return false;
	t = cursor_of(c->at, digits);
	if (!cursor_hex(&t, v) || !cursor_done(&t))
		return false;
	c->at = t.at;
	return true;
}

bool row_number(struct cursor *c, uint64_t max, uint64_t *v)
{
	struct cursor t = *c;

	cursor_blanks(&t);
	if (!cursor_u64(&t, v) || *v > max || (!cursor_done(&t) && *t.at != ' '))
		return false;
	*c = t;
	return true;
}

bool row_skip(struct cursor *c, unsigned n)
{
	struct span skip;

	while (n > 0 && cursor_field(c, &skip))
		n--;
	return n == 0;
}

bool row_done(struct cursor *c)
{
	cursor_blanks(c);
	return cursor_done(c);
}
