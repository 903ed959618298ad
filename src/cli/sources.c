/* SPDX-License-Identifier: MIT */
/* Where sockets are looked for, what tells of them, and which columns are added. */
#include <stdio.h>
#include <string.h>

#include "cli/set.h"

void set_netns(struct options *o, const struct optuse *use)
{
	struct fdmap_error err = { .text = "" };

	if (!use->value || !*use->value)
		options_refused(o, "--netns needs self, all, a PID, a name, a path or an inode");
	else if (o->m && fdmap_query_netns(o->q, o->m, use->value, &err) < 0)
		options_refused(o, "%s", err.text);
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
	options_refused(o, "unknown socket source: %s", use->value ? use->value : "");
}
