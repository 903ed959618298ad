/* SPDX-License-Identifier: MIT */
/* The short usage and the lists of options, all made of their table. */
#include "cli/usage.h"

#include <string.h>

#include "base/util.h"
#include "cli/options.h"
#include "cli/warn.h"

#define USAGE_WIDTH 79
#define HELP_COLUMN 30

/* Parts side by side, blanks between, a new line where the next would be too long. */
static void put_part(struct buf *out, const char *part)
{
	const char *text = buf_str(out);
	const char *nl = memrchr(text, '\n', out->n);
	size_t line = out->n - (nl ? (size_t)(nl + 1 - text) : 0);

	if (line + 1 + strlen(part) > USAGE_WIDTH)
		buf_putc(out, '\n');
	buf_putc(out, ' ');
	buf_puts(out, part);
}

static bool in_usage(const struct optrow *row)
{
	return row->section != OPTSECTION_REFUSED;
}

static bool value_optional(const struct optrow *row)
{
	return row->value != OPTVALUE_REQUIRED;
}

/* What the usage says of a letter, whose prefixes may have a row each. */
struct usage_letter {
	bool minus, plus;
	const struct optrow *row; /* one with a value, if there is one */
};

static struct usage_letter usage_of(char letter)
{
	struct usage_letter of = { .row = NULL };
	const struct optrow *row;
	size_t n;

	row = options_rows(&n);
	for (size_t i = 0; i < n; i++, row++) {
		if (row->letter != letter || !in_usage(row))
			continue;
		if (row->prefix == '+')
			of.plus = true;
		else
			of.minus = true;
		if (!of.row || (!of.row->shown && row->shown))
			of.row = row;
	}
	return of;
}

/* "?aAbB...": lsof's order of the letters. */
static char usage_next(char letter)
{
	if (letter == '?')
		return 'a';
	if (letter >= 'a' && letter <= 'z')
		return (char)(letter - 'a' + 'A');
	return letter == 'Z' ? 0 : (char)(letter - 'A' + 'a' + 1);
}

/* "[-aRU]": the letters without values and with one prefix. */
static void put_switches(struct buf *out)
{
	struct buf part;

	buf_init(&part);
	buf_puts(&part, "[-");
	for (char letter = '?'; letter; letter = usage_next(letter)) {
		struct usage_letter of = usage_of(letter);

		if (of.row && !of.plus && of.row->value == OPTVALUE_NONE)
			buf_putc(&part, letter);
	}
	buf_putc(&part, ']');
	put_part(out, buf_str(&part));
	out->failed |= part.failed;
	buf_fini(&part);
}

/* "[-p list]", "[-o [n]]", "[+|-w]", "[--unowned]", "[--count[=list]]" */
static void put_option(struct buf *out, const char *prefix, const struct optrow *row)
{
	struct buf part;

	buf_init(&part);
	if (row->letter)
		buf_printf(&part, "[%s%c", prefix, row->letter);
	else
		buf_printf(&part, "[--%s", row->name);
	/* A word behind a long name is its value only if it must have one. */
	if (row->shown && !row->letter && value_optional(row))
		buf_printf(&part, "[=%s]", row->shown);
	else if (row->shown)
		buf_printf(&part, value_optional(row) ? " [%s]" : " %s", row->shown);
	buf_putc(&part, ']');
	put_part(out, buf_str(&part));
	out->failed |= part.failed;
	buf_fini(&part);
}

void put_usage(struct buf *out)
{
	const struct optrow *row;
	size_t n;

	if (warn_as_lsof())
		buf_printf(out, "lsof %s (fdmap %s)\n", LSOF_REVISION, fdmap_version());
	else
		buf_printf(out, "fdmap %s\n", fdmap_version());
	buf_puts(out, " usage:");
	put_switches(out);
	for (char letter = '?'; letter; letter = usage_next(letter)) {
		struct usage_letter of = usage_of(letter);

		if (of.row && (of.plus || of.row->value != OPTVALUE_NONE))
			put_option(out, !of.plus ? "-" : of.minus ? "+|-" : "+", of.row);
	}
	row = options_rows(&n);
	for (size_t i = 0; i < n; i++, row++)
		if (in_usage(row) && !row->letter)
			put_option(out, "", row);
	put_part(out, "[--]");
	put_part(out, "[names]");
	buf_putc(out, '\n');
}

/* Words side by side; from the second line on below the first. */
static void put_words(struct buf *out, const char *text)
{
	size_t line = HELP_COLUMN, n;

	for (; *text; text += n + strspn(text + n, " ")) {
		n = strcspn(text, " ");
		if (line > HELP_COLUMN && line + 1 + n > USAGE_WIDTH) {
			buf_putc(out, '\n');
			buf_pad(out, ' ', HELP_COLUMN);
			line = HELP_COLUMN;
		} else if (line > HELP_COLUMN) {
			buf_putc(out, ' ');
			line++;
		}
		buf_put(out, text, n);
		line += n;
	}
	buf_putc(out, '\n');
}

/* "  -p, --pid=list       process IDs; ^ID excludes" */
static void put_help_row(struct buf *out, const struct optrow *row)
{
	size_t start = out->n, width;

	if (row->letter)
		buf_printf(out, "  %c%c", row->prefix ? row->prefix : '-', row->letter);
	else
		buf_puts(out, "    ");
	if (row->name)
		buf_printf(out, "%c --%s", row->letter ? ',' : ' ', row->name);
	if (row->shown && row->name)
		buf_printf(out, value_optional(row) ? "[=%s]" : "=%s", row->shown);
	else if (row->shown)
		buf_printf(out, value_optional(row) ? " [%s]" : " %s", row->shown);
	width = out->n - start;
	if (width + 2 > HELP_COLUMN) {
		buf_putc(out, '\n');
		width = 0;
	}
	buf_pad(out, ' ', HELP_COLUMN - width);
	put_words(out, row->help);
}

/* Sections of the table in the order of the help. */
static const struct {
	enum optsection section;
	const char *title;
} titles[] = {
	{ OPTSECTION_SELECT, "What to list (without any: everything):" },
	{ OPTSECTION_SHOW, "What to show of it:" },
	{ OPTSECTION_NAMES, "Names instead of numbers:" },
	{ OPTSECTION_OTHER, "Everything else:" },
	{ OPTSECTION_IGNORED, "Accepted, without effect:" },
};

void put_section(struct buf *out, enum optsection section)
{
	size_t n;
	const struct optrow *rows = options_rows(&n);

	for (size_t t = 0; t < ARRAY_LEN(titles); t++)
		if (titles[t].section == section)
			buf_printf(out, "%s\n", titles[t].title);
	for (size_t i = 0; i < n; i++)
		if (rows[i].section == section)
			put_help_row(out, &rows[i]);
}

void put_first(struct buf *out)
{
	size_t n;
	const struct optrow *rows = options_rows(&n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].first)
			put_help_row(out, &rows[i]);
}

void put_options(struct buf *out)
{
	put_usage(out);
	for (size_t t = 0; t < ARRAY_LEN(titles); t++) {
		buf_putc(out, '\n');
		put_section(out, titles[t].section);
	}
	buf_puts(out, "\nLists are separated by commas. names are files, directories, UNIX\n"
		      "sockets, or file systems, by mount point or device; -- ends the options\n"
		      "before them, which -f, -F, -g, -i, -K, -s, -T, -x, -Z, +m need when\n"
		      "without value.\n");
}
