/* SPDX-License-Identifier: MIT */
/* One listing has one format. */
#include "cli/set.h"

#include <string.h>

#include "base/util.h"

static bool shape_is(const struct options *o, const char *name)
{
	return o->shape && strcmp(o->shape, name) == 0;
}

bool formats_have_names(const struct options *o)
{
	return !shape_is(o, "summary") && !shape_is(o, "graph");
}

/* Totals have forms of their own: counts.c. */
void formats_apart(struct options *o)
{
	const struct {
		const char *name;
		bool given;
	} others[] = {
		{ "-t", o->terse },	   { "-F", o->fields && !o->json && !o->json_lines },
		{ "-J", o->json },	   { "-j", o->json_lines },
		{ "--columns", o->fmt.columns.n && shape_is(o, "graph") },
	};

	if (!o->shape || shape_is(o, "summary"))
		return;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (others[i].given)
			options_refused(o, "--%s and %s are mutually exclusive", o->shape,
				      others[i].name);
}
