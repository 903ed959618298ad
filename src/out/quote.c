/* SPDX-License-Identifier: MIT */
/*
 * Unprintable bytes to escapes. Nearly every name is plain ASCII, so runs of
 * that are copied as a whole and the locale is asked only about the rest.
 */
#include "out/quote.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/plain.h"

/* The longest escape: \x9b. */
#define ESCAPE_MAX 4

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '\\';
}

/* Letter of a two-character escape, 0: it has none. */
static char escape_letter(unsigned char c)
{
	switch (c) {
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '\\':
		return '\\';
	default:
		return '\0';
	}
}

/*
 * Printable to a locale, but no text: it turns what stands beside it around (U+202E), which
 * makes a name look like another one, or ends a line (U+2028).
 */
static bool is_format(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

size_t quote_control(const char *s, size_t n, uint32_t *c)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] == 0xc2 || u[0] == 0xd8 ? 2 : u[0] == 0xe2 ? 3 : 0;

	if (!len || len > n)
		return 0;
	*c = u[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++)
		*c = *c << 6 | (u[i] & 0x3f);
	return (*c >= 0x80 && *c < 0xa0) || is_format(*c) ? len : 0;
}

/* The escape of one byte that is not printed as it is; returns its length. */
static size_t escape_byte(unsigned char c, char esc[ESCAPE_MAX])
{
	static const char hex[] = "0123456789abcdef";
	char letter = escape_letter(c);

	if (letter) {
		esc[0] = '\\';
		esc[1] = letter;
		return 2;
	}
	if (c < ' ') {
		esc[0] = '^';
		esc[1] = (char)(c + '@');
		return 2;
	}
	esc[0] = '\\';
	esc[1] = 'x';
	esc[2] = hex[c >> 4];
	esc[3] = hex[c & 15];
	return 4;
}

static void put_escaped(const char *s, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		char esc[ESCAPE_MAX];

		buf_put(out, esc, escape_byte((unsigned char)s[i], esc));
	}
}

/*
 * What begins at s and is not plain: a character of the locale, or one byte.
 * Every character starts from the initial state, so that half a character in
 * one place never changes how the next is read. Returns how many bytes it took.
 */
static size_t put_odd(const char *s, size_t n, bool strict, struct buf *out)
{
	unsigned char first = (unsigned char)*s;
	mbstate_t state = { 0 };
	wchar_t wc;
	size_t len;

	if (first < 0x80) {
		put_escaped(s, 1, out);
		return 1;
	}
	len = mbrtowc(&wc, s, n, &state);
	if (len == 0 || len > n) { /* (size_t)-1, -2: no character, or only half of one */
		put_escaped(s, 1, out);
		return 1;
	}
	if (iswprint((wint_t)wc) && !(strict && is_format((uint32_t)wc)))
		buf_put(out, s, len);
	else
		put_escaped(s, len, out);
	return len;
}

enum how { BYTES, AS_LSOF, STRICT };

/* Plain text goes as it is, in one piece; the rest by the locale, or byte by byte. */
static void quote(const char *s, size_t n, enum how how, struct buf *out)
{
	size_t i = 0;

	while (i < n) {
		size_t start = i;

		i += plain_run(s + i, n - i);
		while (i < n && is_plain((unsigned char)s[i]))
			i++;
		if (i > start)
			buf_put(out, s + start, i - start);
		if (i < n && how != BYTES)
			i += put_odd(s + i, n - i, how == STRICT, out);
		else if (i < n)
			put_escaped(s + i++, 1, out);
	}
}

void quote_name(const char *s, size_t n, struct buf *out)
{
	quote(s, n, AS_LSOF, out);
}

void quote_text(const char *s, size_t n, struct buf *out)
{
	quote(s, n, STRICT, out);
}

void quote_ascii(const char *s, size_t n, struct buf *out)
{
	quote(s, n, BYTES, out);
}

void quote_command(const char *s, size_t width, struct buf *out)
{
	size_t used = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		char esc[ESCAPE_MAX];
		size_t n;

		if (c == ' ') {
			memcpy(esc, "\\x20", 4);
			n = 4;
		} else if (is_plain(c)) {
			esc[0] = (char)c;
			n = 1;
		} else {
			n = escape_byte(c, esc);
		}
		/*
		 * What does not fit ends the column: a later byte would tell a wrong
		 * name. The column is as wide as if it did.
		 */
		if (width && n > width - used) {
			buf_pad(out, ' ', width - used);
			return;
		}
		buf_put(out, esc, n);
		used += n;
	}
}
