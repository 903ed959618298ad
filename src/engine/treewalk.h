/* SPDX-License-Identifier: MIT */
/* The walk through a directory asked for, in lsof's order: only where nothing else decides. */
#ifndef ENGINE_TREEWALK_H
#define ENGINE_TREEWALK_H

#include "engine/query.h"
#include "os/root.h"

struct treewalk {
	struct root *root;
	const struct treeterm *t;
	void *arg;
	/*
	 * The directory, then every entry that counts, by the name it is shown by.
	 * != 0 ends the walk, and is returned.
	 */
	int (*entry)(void *arg, const char *name, const struct fdmap_stat *st);
	/* May be NULL. false: an entry with that inode need not be looked at. */
	bool (*cares)(void *arg, uint64_t ino);
	/* Set when something below it gave no answer in time, and was passed over. */
	bool late;
};

/* What can't be read is passed over. 0, what entry returned, or -ENOMEM. */
MUST_CHECK int treewalk_run(struct treewalk *w);

#endif
