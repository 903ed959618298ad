/* SPDX-License-Identifier: MIT */
/* What must hold for whatever a format prints, whosever words are in it. What does not, aborts. */
#ifndef TEST_FUZZ_FORMATS_H
#define TEST_FUZZ_FORMATS_H

#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "out/letters.h"
#include "out/quote.h"
#include "out/sink.h"
#include "test/fuzz/jsonread.h"

static inline void format_must(bool ok)
{
	if (!ok)
		abort();
}

/* Colours alone: ESC [ digits ; digits m. */
static inline size_t format_color(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || p[0] != '\033' || p[1] != '[')
		return 0;
	while (i < n && ((p[i] >= '0' && p[i] <= '9') || p[i] == ';'))
		i++;
	return i < n && p[i] == 'm' ? i + 1 : 0;
}

/* Nothing that a terminal obeys, but for one more character that is allowed. */
static inline void format_no_control(const struct format *fmt, struct span text,
				     unsigned char allowed)
{
	uint32_t ch;

	for (size_t i = 0; i < text.n;) {
		size_t n = fmt->color ? format_color(text.p + i, text.n - i) : 0;
		unsigned char c = (unsigned char)text.p[i];

		if (!n) {
			format_must(c == '\n' || c == allowed || (c >= ' ' && c != 0x7f));
			format_must(!fmt->strict || c == '\n' || c == allowed ||
				    !quote_control(text.p + i, text.n - i, &ch));
			n = 1;
		}
		i += n;
	}
}

static inline void format_printable(const struct format *fmt, struct span text)
{
	format_no_control(fmt, text, '\n');
}

static inline bool format_is_letter(char c)
{
	size_t n;
	const struct letter *l = letter_list(&n);

	for (size_t i = 0; i < n; i++)
		if (l[i].letter == c)
			return true;
	return c == 'm';
}

/* Sets of fields, each of a letter and a text; a process begins with its PID. How many do. */
static inline size_t format_fields(const struct format *fmt, struct span text)
{
	struct cursor c = cursor_span(text);
	struct span field;
	size_t processes = 0;

	for (bool first = true; !cursor_done(&c); first = false) {
		format_must(!first || *c.at == 'p' || *c.at == 'm');
		format_must(format_is_letter(*c.at));
		processes += *c.at == 'p';
		format_must(cursor_until(&c, fmt->nul ? '\0' : '\n', &field));
		for (size_t i = 0; i < field.n; i++)
			format_must((unsigned char)field.p[i] >= ' ' && field.p[i] != 0x7f);
		if (fmt->nul)
			(void)cursor_char(&c, '\n');
	}
	format_must(!fmt->nul || !text.n || text.p[text.n - 1] == '\n');
	return processes;
}

/* How many values the next row of CSV has. */
static inline size_t format_csv_row(struct cursor *c)
{
	for (size_t values = 1;; values++) {
		if (cursor_char(c, '"')) {
			do {
				while (!cursor_done(c) && *c->at != '"')
					c->at++;
				format_must(cursor_char(c, '"'));
			} while (cursor_char(c, '"'));
		} else {
			while (!cursor_done(c) && !strchr(",\n\"\r", *c->at))
				c->at++;
			/* strchr finds the end of its text, too. */
			while (!cursor_done(c) && !*c->at)
				c->at++;
		}
		if (cursor_char(c, '\n'))
			return values;
		format_must(cursor_char(c, ','));
	}
}

static inline size_t format_tsv_row(struct cursor *c)
{
	struct span line;
	size_t values = 1;

	format_must(cursor_until(c, '\n', &line));
	for (size_t i = 0; i < line.n; i++) {
		format_must(line.p[i] != '\r');
		values += line.p[i] == '\t';
		if (line.p[i] == '\\')
			format_must(i + 1 < line.n && line.p[i + 1] &&
				    strchr("tnr\\x^bf0123456789", line.p[++i]));
	}
	return values;
}

/* As many values in each as in the first, which names them. */
static inline void format_rows(struct span text, size_t (*row)(struct cursor *c))
{
	struct cursor c = cursor_span(text);
	size_t values = 0;

	while (!cursor_done(&c)) {
		size_t n = row(&c);

		format_must(!values || n == values);
		values = n;
	}
}

/* PIDs, each once. */
static inline void format_terse(struct span text)
{
	struct cursor c = cursor_span(text);
	uint64_t pid, last = 0;

	for (bool first = true; !cursor_done(&c); first = false) {
		format_must(cursor_u64(&c, &pid) && cursor_char(&c, '\n'));
		format_must(first || pid > last);
		last = pid;
	}
}

static inline void format_count(struct span text)
{
	struct cursor c = cursor_span(text);
	uint64_t n;

	format_must(cursor_u64(&c, &n) && cursor_char(&c, '\n') && cursor_done(&c));
}

/* Quotes and braces that are closed, and no text outside of quotes but names. */
static inline void format_graph(struct span text)
{
	size_t open = 0;

	format_must(span_starts(text, "digraph ") || span_starts(text, "graph "));
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"') {
			while (++i < text.n && text.p[i] != '"')
				if (text.p[i] == '\\')
					i++;
			format_must(i < text.n);
		}
		open += c == '{';
		format_must(c != '}' || open);
		open -= c == '}';
	}
	format_must(!open);
}

static inline bool format_is(const char *sink, const char *name)
{
	return strcmp(sink, name) == 0;
}

static inline void format_totals(const struct format *fmt, struct span text)
{
	if (fmt->as == FORMAT_AS_CSV)
		format_rows(text, format_csv_row);
	else if (fmt->as == FORMAT_AS_TSV)
		format_rows(text, format_tsv_row);
	else if (fmt->as == FORMAT_AS_TABLE)
		format_printable(fmt, text);
	else
		json_lines(text.p, text.n);
}

/* One listing of one format. */
static inline void format_check(const char *sink, const struct format *fmt, struct span text)
{
	if (format_is(sink, "json") || format_is(sink, "jsonl")) {
		/* In the locale C the C library knows no UTF-8. */
		format_must(MB_CUR_MAX == 1 || json_is_utf8(text.p, text.n));
		json_lines(text.p, text.n);
	} else if (format_is(sink, "fields")) {
		(void)format_fields(fmt, text);
	} else if (format_is(sink, "csv")) {
		format_rows(text, format_csv_row);
	} else if (format_is(sink, "tsv")) {
		format_rows(text, format_tsv_row);
	} else if (format_is(sink, "terse")) {
		format_terse(text);
	} else if (format_is(sink, "count")) {
		format_count(text);
	} else if (format_is(sink, "groups") || format_is(sink, "summary")) {
		format_totals(fmt, text);
	} else if (format_is(sink, "graph")) {
		format_no_control(fmt, text, '\t');
		format_graph(text);
	} else if (format_is(sink, "table")) {
		format_printable(fmt, text);
	} else {
		format_must(format_is(sink, "print0"));
	}
	if (fmt->terminal && format_is(sink, "csv"))
		format_printable(fmt, text);
	if (fmt->terminal && format_is(sink, "tsv"))
		format_no_control(fmt, text, '\t');
}

#endif
