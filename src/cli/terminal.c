/* SPDX-License-Identifier: MIT */
/* Colours and lines that fit, where a person reads; to a pipe or a file nothing changes. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/warn.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MAX 100000

static bool has_word(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* Who calls lsof expects its bytes. */
static bool wants_colors(const struct options *o)
{
	const char *term = getenv("TERM");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	if (warn_as_lsof() || has_word("NO_COLOR") || !o->fmt.terminal)
		return false;
	return term && *term && strcmp(term, "dumb") != 0;
}

static unsigned width_of_terminal(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	char *end;
	unsigned long n;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	if (!columns || *columns < '0' || *columns > '9')
		return WIDTH_DEFAULT;
	n = strtoul(columns, &end, 10);
	return !*end && n && n <= WIDTH_MAX ? (unsigned)n : WIDTH_DEFAULT;
}

void terminal_fit(struct options *o)
{
	o->fmt.terminal = isatty(STDOUT_FILENO);
	o->fmt.strict = o->fmt.terminal && !warn_as_lsof();
	o->fmt.color = wants_colors(o);
	if (!o->width_given)
		o->fmt.width = o->fmt.columns.n && o->fmt.terminal ? width_of_terminal() : 0;
}
