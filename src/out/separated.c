/* SPDX-License-Identifier: MIT */
/* Commas, tabs, quotes. */
#include "out/separated.h"

#include <string.h>

/* Blanks at an end are taken away by some who read it. */
static bool needs_quotes(const char *text, size_t n)
{
	if (n && (text[0] == ' ' || text[n - 1] == ' '))
		return true;
	for (size_t i = 0; i < n; i++)
		if (strchr(",\"\r\n", text[i]))
			return true;
	return false;
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

	for (size_t i = 0; i < n; i++) {
		const char *is = text[i] ? strchr(odd, text[i]) : NULL;

		if (is)
			buf_putc(out, '\\');
		buf_putc(out, is ? letters[is - odd] : text[i]);
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
