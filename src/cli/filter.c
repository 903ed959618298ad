/* SPDX-License-Identifier: MIT */
/* --filter and --filter-file: expressions, and where one is wrong. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/secure.h"
#include "cli/set.h"
#include "cli/warn.h"

/* So many bytes of a line are shown before the wrong word, and behind where it begins. */
#define SHOWN_BEFORE 48
#define SHOWN_BEHIND 24

/* Is s[i] within a character that began before? */
static bool is_tail(const char *s, size_t i)
{
	return ((unsigned char)s[i] & 0xc0) == 0x80;
}

/* Columns that a text made printable takes on a terminal. */
static size_t columns_of(const struct buf *text)
{
	const char *s = buf_str(text);
	mbstate_t state = { 0 };
	size_t columns = 0, left = text->n;

	while (left) {
		wchar_t c;
		size_t n = mbrtowc(&c, s, left, &state);
		int width;

		if (n == 0 || n > left) {
			n = 1;
			width = 1;
			memset(&state, 0, sizeof(state));
		} else {
			width = wcwidth(c);
		}
		columns += width > 0 ? (size_t)width : 0;
		s += n;
		left -= n;
	}
	return columns;
}

void filter_point(const char *text, size_t at, struct buf *out)
{
	size_t len = strlen(text), from = at < len ? at : len, to = from;
	struct buf before;

	at = from;
	while (from && text[from - 1] != '\n' && at - from < SHOWN_BEFORE)
		from--;
	while (from < at && is_tail(text, from))
		from++;
	while (text[to] && text[to] != '\n' && to - at < SHOWN_BEHIND)
		to++;
	while (to > at && is_tail(text, to))
		to--;
	buf_init(&before);
	if (from && text[from - 1] != '\n')
		buf_puts(&before, "...");
	warn_quote(STDERR_FILENO, text + from, at - from, &before);
	buf_puts(out, "  ");
	buf_put(out, before.p, before.n);
	warn_quote(STDERR_FILENO, text + at, to - at, out);
	buf_printf(out, "%s\n  %*s^\n", text[to] && text[to] != '\n' ? "..." : "",
		   (int)columns_of(&before), "");
	out->failed |= before.failed;
	buf_fini(&before);
}

/* The sentence, the line, and a mark under the character. No usage text: it is about a word. */
static void take_filter(struct options *o, const struct optuse *use, const char *text)
{
	struct fdmap_error err = { .text = "" };
	struct buf point;
	int rc = fdmap_query_filter(o->q, o->m, text, &err);

	if (rc >= 0)
		return;
	o->fatal = true;
	options_wrong(o, "--%s: %s", use->row->name, rc == -EINVAL ? err.text : strerror(-rc));
	if (rc != -EINVAL || strspn(text, " \t\r\n") == strlen(text))
		return;
	buf_init(&point);
	filter_point(text, err.at, &point);
	warn_block(&point);
	buf_fini(&point);
}

void set_filter(struct options *o, const struct optuse *use)
{
	take_filter(o, use, use->value ? use->value : "");
}

/* 0, or -errno. */
static int read_all(FILE *file, struct buf *text)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_put(text, piece, n);
	if (ferror(file))
		return errno ? -errno : -EIO;
	return text->failed ? -ENOMEM : 0;
}

static int read_file(const char *name, struct buf *text)
{
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	int rc;

	if (!file)
		return -errno;
	rc = read_all(file, text);
	if (file != stdin)
		(void)fclose(file);
	return rc;
}

void set_filter_file(struct options *o, const struct optuse *use)
{
	const char *name = use->value ? use->value : "";
	struct buf text;
	int rc;

	/* The place where it is wrong would show what the file has. */
	if (secure_is() && strcmp(name, "-") != 0) {
		o->fatal = true;
		options_wrong(o, "--%s is not for a program with raised rights: %s", use->row->name, name);
		return;
	}
	buf_init(&text);
	rc = read_file(name, &text);
	if (rc == 0 && memchr(buf_str(&text), 0, text.n)) {
		o->fatal = true;
		options_wrong(o, "--%s: a NUL byte in %s", use->row->name, name);
	} else if (rc == 0) {
		take_filter(o, use, buf_str(&text));
	} else {
		o->fatal = true;
		options_wrong(o, "--%s: can't read %s: %s", use->row->name, name, strerror(-rc));
	}
	buf_fini(&text);
}
