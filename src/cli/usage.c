/* SPDX-License-Identifier: MIT */
/* The short usage and the help, both made of the table of options. */
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
	return row->section != OPTSECTION_LATER && row->section != OPTSECTION_IGNORED;
}

static bool value_optional(const struct optrow *row)
{
	return row->value == OPTVALUE_OPTIONAL || row->value == OPTVALUE_DIGITS;
}

/* "[-aRU]": the letters without values. */
static void put_switches(struct buf *out, char prefix)
{
	const struct optrow *row;
	struct buf part;
	size_t n;

	buf_init(&part);
	buf_printf(&part, "[%c", prefix);
	row = options_rows(&n);
	for (size_t i = 0; i < n; i++, row++)
		if (in_usage(row) && row->letter && row->value == OPTVALUE_NONE &&
		    (row->prefix == prefix || (!row->prefix && prefix == '-')))
			buf_putc(&part, row->letter);
	buf_putc(&part, ']');
	put_part(out, buf_str(&part));
	buf_fini(&part);
}

/* "[-p list]", "[-o [n]]", "[--count]" */
static void put_option(struct buf *out, const struct optrow *row)
{
	struct buf part;

	buf_init(&part);
	if (row->letter)
		buf_printf(&part, "[%c%c", row->prefix ? row->prefix : '-', row->letter);
	else
		buf_printf(&part, "[--%s", row->name);
	if (row->shown)
		buf_printf(&part, value_optional(row) ? " [%s]" : " %s", row->shown);
	buf_putc(&part, ']');
	put_part(out, buf_str(&part));
	buf_fini(&part);
}

void put_usage(struct buf *out)
{
	const struct optrow *row;
	size_t n;

	buf_printf(out, "fdmap %s\n", fdmap_version());
	buf_puts(out, " usage:");
	put_switches(out, '-');
	put_switches(out, '+');
	row = options_rows(&n);
	for (size_t i = 0; i < n; i++, row++)
		if (in_usage(row) && (row->value != OPTVALUE_NONE || !row->letter))
			put_option(out, row);
	put_part(out, "[--]");
	put_part(out, "[names]");
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
	if (row->shown)
		buf_printf(out, value_optional(row) ? "[=%s]" : "=%s", row->shown);
	width = out->n - start;
	if (width + 2 > HELP_COLUMN) {
		buf_putc(out, '\n');
		width = 0;
	}
	buf_pad(out, ' ', HELP_COLUMN - width);
	buf_puts(out, row->help);
	buf_putc(out, '\n');
}

void put_help(struct buf *out)
{
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
	const struct optrow *rows;
	size_t n;

	put_usage(out);
	rows = options_rows(&n);
	for (size_t t = 0; t < ARRAY_LEN(titles); t++) {
		buf_printf(out, "\n%s\n", titles[t].title);
		for (size_t i = 0; i < n; i++)
			if (rows[i].section == titles[t].section)
				put_help_row(out, &rows[i]);
	}
	buf_puts(out, "\nLists are separated by commas. names are files, directories, UNIX\n"
		      "sockets, or file systems, by mount point or device; -- ends the options\n"
		      "before them, which -f, -F, -g, -i, -K, -s, -T need when without value.\n");
}
