/* SPDX-License-Identifier: MIT */
/* The names of a listing: how long they may take, and what is said of those that are missing. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include "base/idset.h"
#include "base/util.h"
#include "cli/set.h"

struct names {
	struct idset told; /* UIDs without a name */
	unsigned left;	   /* ms of this listing */
	bool waiting;	   /* told that the name service does not answer */
};

void names_init(struct names *names);
void names_fini(struct names *names);

/* A listing begins. */
void names_begin(struct names *names);
/* Asks for the names of some of its rows, in the time there is. 0 or -ENOMEM. */
MUST_CHECK int names_prepare(struct names *names, const struct options *o,
			     const struct fdmap_snapshot *part);
/* lsof says at every row that a user has no name; once is enough. */
void names_warn(struct names *names, const struct options *o, const struct fdmap_snapshot *part);

#endif
