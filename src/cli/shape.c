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
		options_wrong(o, "%s", why.n && !why.failed ? buf_str(&why) : strerror(-rc));
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
		options_wrong(o, "--%s and --%s are mutually exclusive", o->shape, use->row->name);
	o->shape = use->row->name;
}

void set_color(struct options *o, const struct optuse *use)
{
	(void)use;
	o->color = COLOR_ALWAYS;
}

void set_line_width(struct options *o, const struct optuse *use)
{
	(void)use;
	o->width_given = true;
}
