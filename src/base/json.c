/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259), as much as is needed to find a key and its text. */
#include "base/json.h"

#include <string.h>

static void blanks(struct cursor *c)
{
	while (!cursor_done(c) && memchr(" \t\r\n", *c->at, 4))
		c->at++;
}

static void give_up(struct cursor *c)
{
	c->at = c->end;
}

bool json_begin(struct cursor *c, char open)
{
	struct cursor t = *c;

	blanks(&t);
	if (!cursor_char(&t, open))
		return false;
	*c = t;
	return true;
}

bool json_text(struct cursor *c, struct span *raw)
{
	struct cursor t = *c;
	const char *from;

	blanks(&t);
	if (!cursor_char(&t, '"'))
		return false;
	from = t.at;
	while (!cursor_done(&t) && *t.at != '"') {
		/* Whatever is escaped, it does not end the text. */
		t.at += *t.at == '\\' && t.end - t.at > 1 ? 2 : 1;
	}
	if (cursor_done(&t)) {
		give_up(c);
		return false;
	}
	*raw = (struct span){ from, (size_t)(t.at - from) };
	c->at = t.at + 1;
	return true;
}

bool json_element(struct cursor *c)
{
	blanks(c);
	if (cursor_char(c, ','))
		blanks(c);
	return !cursor_char(c, ']') && !cursor_done(c);
}

bool json_member(struct cursor *c, struct span *key)
{
	blanks(c);
	if (cursor_char(c, ','))
		blanks(c);
	if (cursor_char(c, '}'))
		return false;
	if (json_text(c, key)) {
		blanks(c);
		if (cursor_char(c, ':'))
			return true;
	}
	give_up(c);
	return false;
}

/* Unlike strchr, no NUL is among them. */
static bool is_one_of(char ch, const char *chars)
{
	return ch && strchr(chars, ch);
}

/* Objects and arrays by their brackets, everything else up to what ends it. */
void json_skip(struct cursor *c)
{
	const char *from;
	struct span text;
	size_t depth = 0;

	blanks(c);
	from = c->at;
	while (!cursor_done(c)) {
		char ch = *c->at;

		if (ch == '"') {
			if (!json_text(c, &text))
				return;
		} else if (depth == 0 && is_one_of(ch, ",]}")) {
			/* Not of this value; but never stay where we are. */
			if (c->at == from)
				give_up(c);
			return;
		} else {
			depth += ch == '{' || ch == '[';
			depth -= ch == '}' || ch == ']';
			c->at++;
		}
		if (depth == 0 && is_one_of(ch, "\"}]"))
			return;
	}
}

static void put_utf8(uint32_t v, struct buf *out)
{
	if (v < 0x80) {
		buf_putc(out, (char)v);
		return;
	}
	if (v < 0x800) {
		buf_putc(out, (char)(0xc0 | v >> 6));
	} else {
		if (v < 0x10000) {
			buf_putc(out, (char)(0xe0 | v >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | v >> 18));
			buf_putc(out, (char)(0x80 | (v >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (v >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (v & 0x3f)));
}

/* The four digits behind \u. */
static bool take_unit(struct cursor *c, uint32_t *v)
{
	struct cursor digits = cursor_of(c->at, 4);
	uint64_t n;

	if (c->end - c->at < 4 || !cursor_hex(&digits, &n) || !cursor_done(&digits))
		return false;
	*v = (uint32_t)n;
	c->at += 4;
	return true;
}

static bool take_code(struct cursor *c, struct buf *out)
{
	uint32_t v, low;

	if (!take_unit(c, &v))
		return false;
	if (v >= 0xd800 && v < 0xdc00) {
		if (!cursor_lit(c, "\\u") || !take_unit(c, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
	} else if (v >= 0xdc00 && v <= 0xdfff) {
		return false;
	}
	put_utf8(v, out);
	return v != 0;
}

bool json_unescape(struct span raw, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	struct cursor c = cursor_span(raw);

	while (!cursor_done(&c)) {
		char ch = *c.at++;

		if (ch == '\\') {
			if (cursor_done(&c))
				return false;
			ch = *c.at++;
			if (ch == 'u') {
				if (!take_code(&c, out))
					return false;
				continue;
			}
			if (!is_one_of(ch, from))
				return false;
			ch = to[strchr(from, ch) - from];
		}
		if (!ch)
			return false;
		buf_putc(out, ch);
	}
	return true;
}
