/* SPDX-License-Identifier: MIT */
/* Which source of process facts: the library for its own /proc, our reader for others. */
#include "proc/source.h"

#include <errno.h>
#include <stdlib.h>

/* A list of everything is not the library's: see source_procps.c. */
#define LIBRARY_MOST 16

int source_new(struct source **out, struct root *root)
{
	struct source *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->root = root;
	err = root->live ? source_procps_init(s, LIBRARY_MOST) : source_text_init(s);
	if (err < 0) {
		free(s);
		return err;
	}
	*out = s;
	return 0;
}

void source_free(struct source *s)
{
	if (!s)
		return;
	s->ops->free(s);
	free(s);
}
