/* SPDX-License-Identifier: MIT */
/* Columns of a terminal. Nearly every text is ASCII: only the rest asks the locale. */
#include "out/width.h"

#include <langinfo.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

/* The character at s: its bytes, and in *width its columns. */
static size_t character(const char *s, size_t n, size_t *width)
{
	mbstate_t state = { 0 };
	wchar_t wc;
	size_t len;
	int columns;

	*width = 1;
	if ((unsigned char)*s < 0x80)
		return 1;
	len = mbrtowc(&wc, s, n, &state);
	if (len == 0 || len > n)
		return 1;
	columns = wcwidth(wc);
	*width = columns < 0 ? 1 : (size_t)columns;
	return len;
}

size_t width_of(const char *s, size_t n)
{
	size_t columns = 0, i = 0;

	while (i < n) {
		size_t width;

		i += character(s + i, n - i, &width);
		columns += width;
	}
	return columns;
}

/* One column wide. */
static const char *mark(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? "\xe2\x80\xa6" : ">";
}

size_t width_put(const char *s, size_t n, size_t width, struct buf *out)
{
	size_t columns = 0, i = 0, fits = 0, fitting = 0;

	while (i < n) {
		size_t w, len = character(s + i, n - i, &w);

		if (columns + w > width)
			break;
		i += len;
		columns += w;
		if (columns < width) { /* the mark fits behind it */
			fits = i;
			fitting = columns;
		}
	}
	if (i == n) {
		buf_put(out, s, n);
		return columns;
	}
	if (!width)
		return 0;
	buf_put(out, s, fits);
	buf_puts(out, mark());
	return fitting + 1;
}
