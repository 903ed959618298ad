/* SPDX-License-Identifier: MIT */
/* The JSON writer: RFC 8259, nothing but printable characters, no blanks. */
#include "out/jsonw.h"

#include <string.h>

#include "base/plain.h"
#include "out/quote.h"

void jsonw_init(struct jsonw *w, struct buf *out)
{
	*w = (struct jsonw){ .out = out };
	buf_init(&w->tmp);
}

void jsonw_fini(struct jsonw *w)
{
	buf_fini(&w->tmp);
}

/* Every value begins here, and every key. */
static void put_comma(struct jsonw *w)
{
	if (w->comma)
		buf_putc(w->out, ',');
	w->comma = true;
}

static void put_begin(struct jsonw *w, char c)
{
	put_comma(w);
	buf_putc(w->out, c);
	w->comma = false;
}

static void put_end(struct jsonw *w, char c)
{
	buf_putc(w->out, c);
	w->comma = true;
}

void jsonw_object(struct jsonw *w)
{
	put_begin(w, '{');
}

void jsonw_object_end(struct jsonw *w)
{
	put_end(w, '}');
}

void jsonw_array(struct jsonw *w)
{
	put_begin(w, '[');
}

void jsonw_array_end(struct jsonw *w)
{
	put_end(w, ']');
}

void jsonw_i64(struct jsonw *w, int64_t v)
{
	put_comma(w);
	buf_put_i64(w->out, v);
}

void jsonw_u64(struct jsonw *w, uint64_t v)
{
	put_comma(w);
	buf_put_u64(w->out, v);
}

void jsonw_null(struct jsonw *w)
{
	put_comma(w);
	buf_puts(w->out, "null");
}

void jsonw_bool(struct jsonw *w, bool v)
{
	put_comma(w);
	buf_puts(w->out, v ? "true" : "false");
}

/* Length of the character that begins with this byte, and the least that needs it; 0: none. */
static size_t utf8_length(unsigned char first, uint32_t *least)
{
	if (first < 0x80) {
		*least = 0;
		return 1;
	}
	if (first >= 0xc2 && first < 0xe0) {
		*least = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first < 0xf0) {
		*least = 0x800;
		return 3;
	}
	*least = 0x10000;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* How many bytes the character at s takes; 0: it is none. */
static size_t utf8_character(const unsigned char *s, size_t n)
{
	uint32_t least, c;
	size_t len = utf8_length(*s, &least);

	if (!len || len > n)
		return 0;
	if (len == 1)
		return 1;
	c = *s & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

bool jsonw_is_utf8(const char *s, size_t n)
{
	size_t i = plain_run(s, n);

	while (i < n) {
		size_t len = utf8_character((const unsigned char *)s + i, n - i);

		if (!len)
			return false;
		i += len;
	}
	return true;
}

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c != '"' && c != '\\' && c != 0x7f && c != 0xc2 && c != 0xd8 &&
	       c != 0xe2;
}

static void put_escape(uint32_t c, struct buf *out)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; letters[i]; i += 2) {
		if (c == (unsigned char)letters[i]) {
			buf_putc(out, '\\');
			buf_putc(out, letters[i + 1]);
			return;
		}
	}
	buf_puts(out, "\\u");
	buf_put_hex(out, c, 4);
}

/* What a program reads is the same: only a terminal would obey it. */
static size_t put_odd(const char *s, size_t n, struct buf *out)
{
	uint32_t c;
	size_t len = quote_control(s, n, &c);

	if (len) {
		put_escape(c, out);
		return len;
	}
	if ((unsigned char)*s < 0x80)
		put_escape((unsigned char)*s, out);
	else
		buf_putc(out, *s);
	return 1;
}

void jsonw_string(struct jsonw *w, const char *s, size_t n)
{
	size_t i = 0;

	put_comma(w);
	buf_putc(w->out, '"');
	while (i < n) {
		size_t start = i;

		i += plain_run(s + i, n - i);
		while (i < n && is_plain((unsigned char)s[i]))
			i++;
		if (i > start)
			buf_put(w->out, s + start, i - start);
		if (i < n)
			i += put_odd(s + i, n - i, w->out);
	}
	buf_putc(w->out, '"');
}

/* Keys are ours: without anything to escape. */
void jsonw_key(struct jsonw *w, const char *key)
{
	size_t n = strlen(key);
	char *to;

	if (buf_reserve(w->out, n + 4) < 0)
		return;
	to = w->out->p + w->out->n;
	if (w->comma)
		*to++ = ',';
	*to++ = '"';
	memcpy(to, key, n);
	memcpy(to + n, "\":", 3);
	w->out->n += n + 3 + w->comma;
	w->comma = false;
}

/* RFC 4648, section 4, with its padding. */
static void put_base64(struct jsonw *w, const unsigned char *s, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	put_comma(w);
	buf_putc(w->out, '"');
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)s[i] << 16;

		if (n - i > 1)
			v |= (uint32_t)s[i + 1] << 8;
		if (n - i > 2)
			v |= s[i + 2];
		buf_putc(w->out, digits[v >> 18]);
		buf_putc(w->out, digits[v >> 12 & 63]);
		buf_putc(w->out, n - i > 1 ? digits[v >> 6 & 63] : '=');
		buf_putc(w->out, n - i > 2 ? digits[v & 63] : '=');
	}
	buf_putc(w->out, '"');
}

void jsonw_text(struct jsonw *w, const char *key, const char *s, size_t n)
{
	jsonw_key(w, key);
	if (jsonw_is_utf8(s, n)) {
		jsonw_string(w, s, n);
		return;
	}
	buf_reset(&w->tmp);
	quote_ascii(s, n, &w->tmp);
	jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
	w->out->failed |= w->tmp.failed;
	buf_reset(&w->tmp);
	buf_puts(&w->tmp, key);
	buf_puts(&w->tmp, "_bytes");
	jsonw_key(w, buf_str(&w->tmp));
	put_base64(w, (const unsigned char *)s, n);
	w->out->failed |= w->tmp.failed;
}

void jsonw_number_text(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	put_comma(w);
	buf_putc(w->out, '"');
	buf_put_u64(w->out, v);
	buf_putc(w->out, '"');
}
