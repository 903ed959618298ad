/* SPDX-License-Identifier: MIT */
/* Options that say which columns, which format, and how it looks on a terminal. */
#include <stdlib.h>
#include <string.h>

#include "cli/set.h"

static void choose(struct options *o, struct columns *c, const char *list)
{
	struct buf why;
	int rc;

	buf_init(&why);
	rc = columns_choose(c, list, &why);
	if (rc < 0)
		options_refused(o, "%s", why.n && !why.failed ? buf_str(&why) : strerror(-rc));
	buf_fini(&why);
}

void set_columns(struct options *o, const struct optuse *use)
{
	if (use->value && strcmp(use->value, "help") == 0)
		o->columns_help = true;
	else
		choose(o, &o->fmt.columns, use->value ? use->value : "");
}

void set_count(struct options *o, const struct optuse *use)
{
	o->count = true;
	if (use->value)
		choose(o, &o->fmt.groups, use->value);
}

void set_shape(struct options *o, const struct optuse *use)
{
	if (o->shape && strcmp(o->shape, use->row->name) != 0)
		options_refused(o, "--%s and --%s are mutually exclusive", o->shape, use->row->name);
	o->shape = use->row->name;
}

const char *const color_words[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
	NULL,
};

void set_color(struct options *o, const struct optuse *use)
{
	size_t i = use->value ? which_word(use, color_words) : COLOR_ALWAYS;

	if (color_words[i])
		o->color = i;
	else
		options_refused(o, "--color needs auto, always or never: %s", use->value);
}

/* More is no terminal. */
#define LINE_MAX_WIDTH 100000

void set_line_width(struct options *o, const struct optuse *use)
{
	const char *text = use->value ? use->value : "";
	char *end;
	unsigned long n;

	n = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : LINE_MAX_WIDTH + 1;
	if (n > LINE_MAX_WIDTH || *end) {
		options_refused(o, "--width needs a number, at most %d: %s", LINE_MAX_WIDTH, text);
		return;
	}
	o->fmt.width = (unsigned)n;
	o->width_given = true;
}
