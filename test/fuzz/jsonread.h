/* SPDX-License-Identifier: MIT */
/*
 * A reader of JSON that has no mercy: as strict as RFC 8259, and no blanks, no key twice in an
 * object, no character that a terminal obeys, escapes for nothing but those. What is wrong aborts.
 */
#ifndef TEST_FUZZ_JSONREAD_H
#define TEST_FUZZ_JSONREAD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "out/quote.h"

#define JSON_DEPTH 16

static inline void json_must(bool ok)
{
	if (!ok)
		abort();
}

static inline uint32_t json_hex4(struct cursor *c)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char digit;

		json_must(!cursor_done(c));
		digit = *c->at++;
		json_must((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'));
		v = v << 4 | (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
	}
	return v;
}

static inline void json_escape(struct cursor *c, struct buf *out)
{
	static const char letters[] = "\"\"\\\\b\bf\fn\nr\rt\t";
	char text[3];
	size_t n = 1;
	uint32_t v, shown;

	json_must(!cursor_done(c));
	for (size_t i = 0; letters[i]; i += 2) {
		if (cursor_char(c, letters[i])) {
			buf_putc(out, letters[i + 1]);
			return;
		}
	}
	json_must(cursor_char(c, 'u'));
	v = json_hex4(c);
	if (v < 0x80) {
		text[0] = (char)v;
	} else if (v < 0x800) {
		text[0] = (char)(0xc0 | v >> 6);
		text[n++] = (char)(0x80 | (v & 0x3f));
	} else {
		text[0] = (char)(0xe0 | v >> 12);
		text[n++] = (char)(0x80 | (v >> 6 & 0x3f));
		text[n++] = (char)(0x80 | (v & 0x3f));
	}
	json_must(v < ' ' || v == 0x7f || quote_control(text, n, &shown) == n);
	buf_put(out, text, n);
}

static inline void json_string(struct cursor *c, struct buf *out)
{
	uint32_t shown;

	json_must(cursor_char(c, '"'));
	while (!cursor_char(c, '"')) {
		unsigned char ch;

		json_must(!cursor_done(c));
		ch = (unsigned char)*c->at;
		json_must(ch >= ' ' && ch != 0x7f);
		json_must(!quote_control(c->at, (size_t)(c->end - c->at), &shown));
		if (cursor_char(c, '\\'))
			json_escape(c, out);
		else
			buf_putc(out, *c->at++);
	}
}

static inline void json_digits(struct cursor *c)
{
	const char *from = c->at;

	while (!cursor_done(c) && *c->at >= '0' && *c->at <= '9')
		c->at++;
	json_must(c->at > from);
}

static inline void json_number(struct cursor *c)
{
	(void)cursor_char(c, '-');
	json_must(c->end - c->at < 2 || *c->at != '0' || c->at[1] < '0' || c->at[1] > '9');
	json_digits(c);
	if (cursor_char(c, '.'))
		json_digits(c);
}

static inline void json_value(struct cursor *c, unsigned depth);

/* Against those before it in its object, each with a NUL behind it. */
static inline void json_new_key(const struct buf *keys, const struct buf *key)
{
	for (const char *p = buf_str(keys); p && p < buf_str(keys) + keys->n; p += strlen(p) + 1)
		json_must(strcmp(p, buf_str(key)) != 0);
}

static inline void json_members(struct cursor *c, unsigned depth)
{
	struct buf key, keys;

	buf_init(&key);
	buf_init(&keys);
	do {
		buf_reset(&key);
		json_string(c, &key);
		json_must(key.n > 0 && cursor_char(c, ':'));
		json_new_key(&keys, &key);
		buf_put(&keys, buf_str(&key), key.n + 1);
		json_value(c, depth);
	} while (cursor_char(c, ','));
	buf_fini(&key);
	buf_fini(&keys);
}

static inline void json_value(struct cursor *c, unsigned depth)
{
	struct buf text;

	json_must(depth < JSON_DEPTH && !cursor_done(c));
	if (*c->at == '"') {
		buf_init(&text);
		json_string(c, &text);
		buf_fini(&text);
	} else if (cursor_char(c, '{')) {
		if (cursor_char(c, '}'))
			return;
		json_members(c, depth + 1);
		json_must(cursor_char(c, '}'));
	} else if (cursor_char(c, '[')) {
		if (cursor_char(c, ']'))
			return;
		do
			json_value(c, depth + 1);
		while (cursor_char(c, ','));
		json_must(cursor_char(c, ']'));
	} else if (!cursor_lit(c, "true") && !cursor_lit(c, "false") && !cursor_lit(c, "null")) {
		json_number(c);
	}
}

/* The C library's opinion, which knows characters that Unicode does not have. */
static inline bool json_is_utf8(const char *s, size_t n)
{
	mbstate_t state = { 0 };

	while (n) {
		wchar_t wc;
		size_t len = mbrtowc(&wc, s, n, &state);

		if (len > n || (uint32_t)wc > 0x10ffff || ((uint32_t)wc & 0xfffff800) == 0xd800)
			return false;
		if (len == 0)
			len = 1;
		s += len;
		n -= len;
	}
	return true;
}

/* One value and a newline, and that again; how many. */
static inline size_t json_lines(const char *text, size_t n)
{
	struct cursor c = cursor_of(text, n);
	size_t values = 0;

	for (; !cursor_done(&c); values++) {
		json_value(&c, 0);
		json_must(cursor_char(&c, '\n'));
	}
	return values;
}

#endif
