/* SPDX-License-Identifier: MIT */
/*
 * Whatever a name holds, what is printed of it holds no control character,
 * and undoing the escapes gives the name again. First byte: the locale and
 * the width; the rest: the name.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "out/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The byte an escape stands for; -1: not the beginning of one. */
static int undo(struct cursor *c)
{
	static const char letters[] = "b\bf\fn\nr\rt\t\\\\";
	struct span two = { c->at, 2 };
	struct cursor hex;
	uint64_t v;

	if (cursor_char(c, '^')) {
		if (cursor_done(c) || *c->at < '@' || *c->at > '_')
			abort();
		return *c->at++ - '@';
	}
	if (!cursor_char(c, '\\') || cursor_done(c))
		abort();
	for (size_t i = 0; letters[i]; i += 2)
		if (cursor_char(c, letters[i]))
			return letters[i + 1];
	if (!cursor_char(c, 'x') || c->end - c->at < 2)
		abort();
	two.p = c->at;
	hex = cursor_span(two);
	if (!cursor_hex(&hex, &v) || !cursor_done(&hex))
		abort();
	c->at += 2;
	return (int)v;
}

/*
 * A caret in a name is printed as it is, so "^A" may be both: where the name
 * has a caret, so must the text.
 */
static void check_undone(const struct buf *out, const char *name, size_t n)
{
	struct cursor c = cursor_of(buf_str(out), out->n);

	for (size_t i = 0; i < n; i++) {
		unsigned char want = (unsigned char)name[i];

		if (cursor_done(&c))
			abort();
		if ((unsigned char)*c.at == want && want != '\\')
			c.at++;
		else if (undo(&c) != want)
			abort();
	}
	if (!cursor_done(&c))
		abort();
}

static void check_printable(const struct buf *out, bool ascii)
{
	for (size_t i = 0; i < out->n; i++) {
		unsigned char c = (unsigned char)out->p[i];

		if (c < ' ' || c == 0x7f || (ascii && c >= 0x80))
			abort();
	}
}

static void check_command(const char *name, size_t n, size_t width)
{
	struct buf whole, cut;
	char *text = malloc(n + 1);

	if (!text)
		return;
	memcpy(text, name, n);
	text[n] = '\0';
	buf_init(&whole);
	buf_init(&cut);
	quote_command(text, 0, &whole);
	quote_command(text, width, &cut);
	check_printable(&whole, true);
	if (memchr(buf_str(&whole), ' ', whole.n))
		abort();
	check_undone(&whole, text, strlen(text));
	if (width && cut.n > width)
		abort();
	/* Blanks stand for what did not fit. */
	while (cut.n && cut.p[cut.n - 1] == ' ')
		cut.n--;
	if (cut.n && memcmp(cut.p, whole.p, cut.n) != 0)
		abort();
	if (cut.n < whole.n && width && cut.n + 4 <= width)
		abort();
	buf_fini(&whole);
	buf_fini(&cut);
	free(text);
}

/* Nothing that turns text around is left. */
static void check_text(const struct buf *out, bool utf8)
{
	uint32_t c;

	for (size_t i = 0; utf8 && i < out->n; i++)
		if (quote_control(out->p + i, out->n - i, &c))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = (const char *)data + 1;
	struct buf out;
	bool utf8;

	if (size < 1)
		return 0;
	utf8 = (data[0] & 1) && setlocale(LC_ALL, "C.UTF-8");
	if (!utf8)
		setlocale(LC_ALL, "C");
	buf_init(&out);
	quote_name(name, size - 1, &out);
	check_printable(&out, !utf8);
	check_undone(&out, name, size - 1);
	buf_reset(&out);
	quote_text(name, size - 1, &out);
	check_printable(&out, !utf8);
	check_undone(&out, name, size - 1);
	check_text(&out, utf8);
	buf_fini(&out);
	check_command(name, size - 1, data[0] >> 3);
	return 0;
}
