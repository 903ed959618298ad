/* SPDX-License-Identifier: MIT */
/* Where sockets are looked for, what tells of them, and which columns are added. */
#include <stdio.h>
#include <string.h>

#include "cli/set.h"

void set_netns(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { "" };

	if (!use->value || !*use->value)
		options_wrong(o, "--netns needs self, all, a PID, a name, a path or an inode");
	else if (o->m && fdmap_query_netns(o->q, o->m, use->value, &err) < 0)
		options_wrong(o, "%s", err.text);
}

void set_source(struct options *o, const struct optuse *use)
{
	static const char *const names[] = {
		[FDMAP_SOURCE_AUTO] = "auto",
		[FDMAP_SOURCE_TEXT] = "text",
		[FDMAP_SOURCE_DIAG] = "diag",
	};

	for (size_t i = 0; use->value && i < ARRAY_LEN(names); i++) {
		if (strcmp(use->value, names[i]) == 0) {
			fdmap_query_source(o->q, (enum fdmap_source)i);
			return;
		}
	}
	options_wrong(o, "unknown socket source: %s", use->value ? use->value : "");
}

void set_columns(struct options *o, const struct optuse *use)
{
	const char *all = use->value ? use->value : "", *at = all;

	if (*at != '+') {
		options_wrong(o, "--columns needs + and names, as +netns,unit: %s", all);
		return;
	}
	do {
		size_t n = strcspn(++at, ",");
		unsigned bit = format_extra(at, n);

		if (!bit) {
			if (n)
				options_wrong(o, "unknown column: %.*s", (int)n, at);
			else
				options_wrong(o, "empty name of a column: %s", all);
			return;
		}
		o->fmt.extra |= bit;
		at += n;
	} while (*at);
}
