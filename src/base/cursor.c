/* SPDX-License-Identifier: MIT */
/* Walking text by (at, end). */
#include "base/cursor.h"

#include <string.h>

struct cursor cursor_of(const char *p, size_t n)
{
	return (struct cursor){ p, p + n };
}

struct cursor cursor_span(struct span s)
{
	return cursor_of(s.p, s.n);
}

bool cursor_line(struct cursor *c, struct span *line, bool *whole)
{
	const char *nl;

	if (cursor_done(c))
		return false;
	nl = memchr(c->at, '\n', (size_t)(c->end - c->at));
	line->p = c->at;
	line->n = (size_t)((nl ? nl : c->end) - c->at);
	c->at = nl ? nl + 1 : c->end;
	if (whole)
		*whole = nl != NULL;
	return true;
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

void cursor_blanks(struct cursor *c)
{
	while (c->at < c->end && is_blank(*c->at))
		c->at++;
}

bool cursor_field(struct cursor *c, struct span *f)
{
	struct cursor t = *c;

	cursor_blanks(&t);
	f->p = t.at;
	while (t.at < t.end && !is_blank(*t.at))
		t.at++;
	f->n = (size_t)(t.at - f->p);
	if (!f->n)
		return false;
	*c = t;
	return true;
}

bool cursor_until(struct cursor *c, char stop, struct span *f)
{
	const char *s = cursor_done(c) ? NULL : memchr(c->at, stop, (size_t)(c->end - c->at));

	if (!s)
		return false;
	f->p = c->at;
	f->n = (size_t)(s - c->at);
	c->at = s + 1;
	return true;
}

bool cursor_char(struct cursor *c, char want)
{
	if (cursor_done(c) || *c->at != want)
		return false;
	c->at++;
	return true;
}

bool cursor_lit(struct cursor *c, const char *want)
{
	if (!span_starts(cursor_rest(c), want))
		return false;
	c->at += strlen(want);
	return true;
}

static int digit_of(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return 99;
}

static bool take_number(struct cursor *c, unsigned base, uint64_t *out)
{
	const char *p = c->at;
	uint64_t v = 0;

	for (; p < c->end; p++) {
		unsigned d = (unsigned)digit_of(*p);

		if (d >= base)
			break;
		if (v > (UINT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	if (p == c->at)
		return false;
	c->at = p;
	*out = v;
	return true;
}

bool cursor_u64(struct cursor *c, uint64_t *v)
{
	return take_number(c, 10, v);
}

bool cursor_u32(struct cursor *c, uint32_t *v)
{
	struct cursor t = *c;
	uint64_t big;

	if (!take_number(&t, 10, &big) || big > UINT32_MAX)
		return false;
	*v = (uint32_t)big;
	*c = t;
	return true;
}

bool cursor_oct(struct cursor *c, uint64_t *v)
{
	return take_number(c, 8, v);
}

bool cursor_hex(struct cursor *c, uint64_t *v)
{
	return take_number(c, 16, v);
}

bool cursor_named(struct span text, const char *name, struct cursor *at)
{
	struct cursor c = cursor_span(text);
	struct span line;
	bool whole;

	while (cursor_line(&c, &line, &whole) && whole) {
		*at = cursor_span(line);
		if (cursor_lit(at, name)) {
			cursor_blanks(at);
			return true;
		}
	}
	return false;
}

struct span cursor_rest(const struct cursor *c)
{
	return (struct span){ c->at, (size_t)(c->end - c->at) };
}

bool span_eq(struct span s, const char *text)
{
	size_t n = strlen(text);

	return s.n == n && memcmp(s.p, text, n) == 0;
}

bool span_starts(struct span s, const char *text)
{
	size_t n = strlen(text);

	return s.n >= n && memcmp(s.p, text, n) == 0;
}

bool span_ends(struct span s, const char *text)
{
	size_t n = strlen(text);

	return s.n >= n && memcmp(s.p + s.n - n, text, n) == 0;
}

static bool octal3(const char *p)
{
	return p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' &&
	       p[2] <= '7';
}

void span_unescape(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		const char *p = s.p + i;

		if (*p == '\\' && s.n - i >= 4 && octal3(p + 1)) {
			buf_putc(out, (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0')));
			i += 3;
		} else {
			buf_putc(out, *p);
		}
	}
}
