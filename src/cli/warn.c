/* SPDX-License-Identifier: MIT */
/* The only writer to stderr, but for the line that progress.c shows. A message leaves in one piece, also when many programs write. */
#include "cli/warn.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"
#include "out/quote.h"

static struct {
	const char *name;
	FILE *file;
} warn = { "fdmap", NULL };

void warn_begin(const char *argv0)
{
	const char *slash;

	if (!argv0 || !*argv0)
		return;
	slash = strrchr(argv0, '/');
	warn.name = slash && slash[1] ? slash + 1 : argv0;
}

const char *warn_name(void)
{
	return warn.name;
}

bool warn_as_lsof(void)
{
	static const char lsof[] = "lsof";
	size_t n = strlen(warn.name);

	return n >= strlen(lsof) && strcmp(warn.name + n - strlen(lsof), lsof) == 0;
}

void warn_quote(int fd, const char *text, size_t n, struct buf *out)
{
	if (isatty(fd) && !warn_as_lsof())
		quote_text(text, n, out);
	else
		quote_name(text, n, out);
}

void warn_to(FILE *file)
{
	warn.file = file;
}

static void warn_out(const struct buf *text)
{
	FILE *file = warn.file ? warn.file : stderr;

	progress_hold();
	/* Not even room for the words: these need none. */
	if (text->failed)
		fputs("fdmap: out of memory\n", file);
	else if (text->n)
		fwrite(text->p, 1, text->n, file);
	fflush(file);
	progress_release();
}

static int warn_fd(void)
{
	return fileno(warn.file ? warn.file : stderr);
}

void warn_put_name(struct buf *out)
{
	warn_quote(warn_fd(), warn.name, strlen(warn.name), out);
}

void warn_say(const char *fmt, ...)
{
	/* lsof's one message of two lines; any other line break was a word's own. */
	static const char second[] = "\n      specify \"";
	int fd = warn_fd();
	struct buf line;
	const char *at, *cut;
	char *text;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	buf_init(&line);
	warn_put_name(&line);
	buf_puts(&line, ": ");
	at = text ? text : "out of memory";
	cut = strstr(at, second);
	if (cut) {
		warn_quote(fd, at, (size_t)(cut - at), &line);
		buf_putc(&line, '\n');
		at = cut + 1;
	}
	warn_quote(fd, at, strlen(at), &line);
	buf_putc(&line, '\n');
	warn_out(&line);
	buf_fini(&line);
	free(text);
}

void warn_block(const struct buf *text)
{
	warn_out(text);
}

int warn_print(const struct buf *text)
{
	size_t at = 0;

	if (text->failed)
		return -ENOMEM;
	while (at < text->n) {
		ssize_t n = write(STDOUT_FILENO, text->p + at, text->n - at);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			at += (size_t)n;
	}
	return 0;
}
