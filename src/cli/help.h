/* SPDX-License-Identifier: MIT */
/* --help: a screen to begin with, and a text for each topic. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stddef.h>

#include "base/buf.h"
#include "cli/parse.h"

struct topic {
	const char *name;
	void (*put)(struct buf *out);
	enum optsection section; /* where there is no put: options of the table */
};

/* At most 24 lines of 80 columns. */
void put_help(struct buf *out);

const struct topic *help_topics(size_t *n);
/* NULL: there is none of that name. */
const struct topic *topic_find(const char *name);
void put_topic(const struct topic *topic, struct buf *out);

#endif
