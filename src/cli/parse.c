/* SPDX-License-Identifier: MIT */
/* Words in, options out. Knows the shape of the rows, and nothing of what they mean. */
#include "cli/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"

/* Where the scan is: in a word, behind the letters that were read. */
struct place {
	const struct optscan *scan;
	int argc, i;
	char *const *argv;
	const char *p;
	bool stop;
};

static void place_use(struct place *at, const struct optrow *row, char prefix, const char *value)
{
	struct optuse use = { row, prefix, value };

	if (at->scan->option(at->scan->ctx, &use) != 0)
		at->stop = true;
}

static const struct optrow *row_of_letter(const struct optscan *scan, char letter, char prefix)
{
	for (size_t i = 0; i < scan->nrows; i++) {
		const struct optrow *row = &scan->rows[i];

		if (row->letter == letter && (!row->prefix || row->prefix == prefix))
			return row;
	}
	return NULL;
}

/* How much of a word is the value; 0: nothing, the word is given back. */
static size_t value_length(const struct optrow *row, const char *word)
{
	switch ((enum optvalue)row->value) {
	case OPTVALUE_DIGITS:
		return strspn(word, "0123456789");
	case OPTVALUE_PART:
		return row->takes(word);
	case OPTVALUE_NONE:
	case OPTVALUE_REQUIRED:
	case OPTVALUE_OPTIONAL:
		break;
	}
	return strlen(word);
}

static bool value_in_part(const struct optrow *row)
{
	return row->value == OPTVALUE_DIGITS || row->value == OPTVALUE_PART;
}

static bool like_option(const char *word)
{
	return *word == '-' || *word == '+';
}

/* The value of a letter, and the place behind it; the place stays when it is given back. */
static const char *letter_value(struct place *at, const struct optrow *row)
{
	const char *value = at->p, *next;
	bool glued = *at->p;

	if (!glued) {
		next = at->i + 1 < at->argc ? at->argv[at->i + 1] : NULL;
		if (!next || strcmp(next, "--") == 0)
			return NULL;
		value = next;
	}
	if (!*value && value_in_part(row)) {
		/* An empty word is eaten and says nothing. */
		at->i++;
		at->p = value;
		return NULL;
	}
	if (value_in_part(row) ? value_length(row, value) == 0
			       : row->value != OPTVALUE_REQUIRED && like_option(value))
		return NULL;
	at->i += !glued;
	at->p = value + value_length(row, value);
	return value;
}

static void wrong_letter(const struct optscan *scan, char letter)
{
	char text[64];

	if (letter == ':')
		snprintf(text, sizeof(text), "colon is an illegal option character.");
	else
		snprintf(text, sizeof(text), "illegal option character: %c", letter);
	scan->wrong(scan->ctx, text);
}

static void parse_letters(struct place *at)
{
	char prefix = at->argv[at->i][0];

	at->p = at->argv[at->i] + 1;
	while (*at->p && !at->stop) {
		char letter = *at->p++;
		const struct optrow *row = row_of_letter(at->scan, letter, prefix);

		if (!row)
			wrong_letter(at->scan, letter);
		else if (row->value == OPTVALUE_NONE)
			place_use(at, row, prefix, NULL);
		else
			place_use(at, row, prefix, letter_value(at, row));
	}
}

/* Letters that must change to make one word of the other; `limit` is as good as more. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb, size_t limit)
{
	size_t row[64];

	if (na >= ARRAY_LEN(row) || nb >= ARRAY_LEN(row))
		return limit;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diag = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = diag + (a[i - 1] != b[j - 1]);

			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > row[j - 1] + 1)
				best = row[j - 1] + 1;
			diag = row[j];
			row[j] = best;
		}
	}
	return row[nb] < limit ? row[nb] : limit;
}

const char *parse_nearest(const struct optrow *rows, size_t nrows, const char *name, size_t len)
{
	/* A third of the letters may be wrong, at most three; two that changed places are two. */
	size_t third = (len + 1) / 3, best = (third < 3 ? third : 3) + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < nrows; i++) {
		size_t d;

		if (!rows[i].name)
			continue;
		d = distance(name, len, rows[i].name, strlen(rows[i].name), best);
		if (d < best) {
			best = d;
			nearest = rows[i].name;
		}
	}
	return nearest;
}

static void wrong_long(const struct optscan *scan, const char *why, const char *name, size_t len,
		       const char *near)
{
	struct buf text;

	buf_init(&text);
	buf_puts(&text, why);
	buf_puts(&text, ": --");
	buf_put(&text, name, len);
	if (near)
		buf_printf(&text, " (did you mean --%s?)", near);
	scan->wrong(scan->ctx, buf_str(&text));
	buf_fini(&text);
}

static void wrong_ambiguous(const struct optscan *scan, const char *name, size_t len)
{
	struct buf text;
	const char *sep = " could be";

	buf_init(&text);
	buf_puts(&text, "ambiguous option: --");
	buf_put(&text, name, len);
	for (size_t i = 0; i < scan->nrows; i++) {
		const char *other = scan->rows[i].name;

		if (!other || strncmp(other, name, len) != 0)
			continue;
		buf_printf(&text, "%s --%s", sep, other);
		sep = ",";
	}
	scan->wrong(scan->ctx, buf_str(&text));
	buf_fini(&text);
}

/* An exact name, or the first that begins so; `many` when it is not the only one. */
static const struct optrow *row_of_name(const struct optscan *scan, const char *name, size_t len,
					bool *many)
{
	const struct optrow *first = NULL;

	*many = false;
	for (size_t i = 0; i < scan->nrows; i++) {
		const struct optrow *row = &scan->rows[i];

		if (!row->name || strncmp(row->name, name, len) != 0)
			continue;
		if (!row->name[len]) {
			*many = false;
			return row;
		}
		*many = first != NULL;
		if (!first)
			first = row;
	}
	return first;
}

/* The habit of another program: told with what it is here. */
static bool wrong_meant(const struct place *at, const char *name, size_t len)
{
	const struct optscan *scan = at->scan;
	const char *value = name[len] ? name + len + 1 : NULL;
	struct buf hint;
	bool known;

	if (!value && at->i + 1 < at->argc && !like_option(at->argv[at->i + 1]))
		value = at->argv[at->i + 1];
	buf_init(&hint);
	known = scan->meant && scan->meant(name, len, value, &hint);
	if (known) {
		struct buf text;

		buf_init(&text);
		buf_puts(&text, "unknown option: --");
		buf_put(&text, name, len);
		buf_printf(&text, " (%s)", buf_str(&hint));
		scan->wrong(scan->ctx, buf_str(&text));
		buf_fini(&text);
	}
	buf_fini(&hint);
	return known;
}

static void parse_long(struct place *at)
{
	const struct optscan *scan = at->scan;
	const char *name = at->argv[at->i] + 2, *value = NULL;
	size_t len = strcspn(name, "=");
	const struct optrow *row;
	bool many;

	row = row_of_name(scan, name, len, &many);
	if ((!row || row->name[len]) && wrong_meant(at, name, len))
		return;
	if (!row || !len) {
		wrong_long(scan, "unknown option", name, len,
			   parse_nearest(scan->rows, scan->nrows, name, len));
		return;
	}
	if (many) {
		wrong_ambiguous(scan, name, len);
		return;
	}
	if (name[len])
		value = name + len + 1;
	if (value && row->value == OPTVALUE_NONE) {
		wrong_long(scan, "option takes no value", row->name, strlen(row->name), NULL);
		return;
	}
	if (value && value_in_part(row) && (!*value || value[value_length(row, value)])) {
		wrong_long(scan, row->takes ? "malformed value" : "not a number", name,
			   strlen(name), NULL);
		return;
	}
	if (!value && row->value == OPTVALUE_REQUIRED) {
		if (at->i + 1 >= at->argc) {
			wrong_long(scan, "option needs a value", row->name, strlen(row->name),
				   NULL);
			return;
		}
		value = at->argv[++at->i];
	}
	place_use(at, row, 0, value);
}

int parse_argv(const struct optscan *scan, int argc, char *const *argv)
{
	struct place at = { .scan = scan, .argc = argc, .i = 1, .argv = argv };

	while (at.i < argc && !at.stop) {
		const char *word = argv[at.i];

		if (!like_option(word) || !word[1])
			break;
		if (strcmp(word, "--") == 0 || strcmp(word, "++") == 0) {
			at.i++;
			break;
		}
		if (word[0] == '-' && word[1] == '-')
			parse_long(&at);
		else
			parse_letters(&at);
		at.i++;
	}
	return at.i < argc ? at.i : argc;
}
