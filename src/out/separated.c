/* SPDX-License-Identifier: MIT */
/* Commas, tabs, quotes. */
#include "out/separated.h"

#include <string.h>

static bool is_odd(bool tabs, char c)
{
	return c == '\n' || c == '\r' || (tabs ? c == '\t' || c == '\\' : c == ',' || c == '"');
}

/* How many bytes from there on are nothing special: nearly always all. */
static size_t plain(bool tabs, const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && !is_odd(tabs, text[i]))
		i++;
	return i;
}

/* Blanks at an end are taken away by some who read it. */
static bool needs_quotes(const char *text, size_t n)
{
	return n && (text[0] == ' ' || text[n - 1] == ' ' || plain(false, text, n) < n);
}

static void put_quoted(const char *text, size_t n, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, text[i]);
	}
	buf_putc(out, '"');
}

static void put_escaped(const char *text, size_t n, struct buf *out)
{
	static const char odd[] = "\t\n\r\\", letters[] = "tnr\\";
	size_t i = 0;

	while (i < n) {
		size_t run = plain(true, text + i, n - i);

		buf_put(out, text + i, run);
		i += run;
		if (i == n)
			break;
		buf_putc(out, '\\');
		buf_putc(out, letters[strchr(odd, text[i++]) - odd]);
	}
}

void separated_put(bool tabs, const char *text, size_t n, struct buf *out)
{
	if (tabs)
		put_escaped(text, n, out);
	else if (needs_quotes(text, n))
		put_quoted(text, n, out);
	else
		buf_put(out, text, n);
}
