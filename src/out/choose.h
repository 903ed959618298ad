/* SPDX-License-Identifier: MIT */
/*
 * Columns that are asked for by key: a LIST is keys and presets (@tcp), with commas
 * between. A leading + adds them to what the format shows by itself.
 */
#ifndef OUT_CHOOSE_H
#define OUT_CHOOSE_H

#include "base/buf.h"
#include "base/util.h"
#include "fdmap.h"

struct chosen {
	const struct fdmap_field *field;
	const char *key; /* as it was asked for: a key or another name of it; static */
};

struct columns {
	struct chosen *v;
	size_t n;
	bool only; /* instead of the format's own columns */
};

/*
 * Adds what the list names; a column that is there already stays where it is. 0; -EINVAL
 * and one sentence in `why` that names the word; -ENOMEM.
 */
MUST_CHECK int columns_choose(struct columns *c, const char *list, struct buf *why);
void columns_fini(struct columns *c);
/* By its key, not by another name of it. */
bool columns_have(const struct columns *c, const char *key);
/* Facts (enum fdmap_fact) of all of them. */
uint32_t columns_need(const struct columns *c);
/* There are some, and all tell of the process alone: one row each will do. */
bool columns_of_processes(const struct columns *c);

/* Sets of columns by name, NULL behind the last; lead: whose row it is. */
const char *columns_preset(size_t i, const char **help, const char **lead, const char **keys);

/* --columns=help: every column with its type and cost, and the presets. columnhelp.c */
void columns_help(struct buf *out);

#endif
