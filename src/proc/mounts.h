/* SPDX-License-Identifier: MIT */
/* self/mountinfo: what is mounted where, from which device. */
#ifndef PROC_MOUNTS_H
#define PROC_MOUNTS_H

#include "base/arena.h"
#include "base/cursor.h"
#include "os/root.h"

struct mount {
	uint64_t dev; /* makedev(3); st_dev of files on it, but for btrfs subvolumes */
	const char *dir, *fstype, *source;
	bool remote; /* a server or a daemon answers for it: looking up names may hang */
};

struct mounts {
	struct arena arena;
	struct mount *v;
	size_t n, cap;
};

void mounts_init(struct mounts *m);
void mounts_fini(struct mounts *m);
/* Adds all lines; malformed ones are skipped. 0 or -ENOMEM. */
MUST_CHECK int parse_mounts(struct span text, struct mounts *m);
MUST_CHECK int mounts_read(struct root *root, struct mounts *m); /* self/mountinfo, or 1's of another system */

/* The last mount (the topmost) of that directory, or from that device; NULL: none. */
const struct mount *mounts_find_dir(const struct mounts *m, const char *dir);
const struct mount *mounts_find_dev(const struct mounts *m, uint64_t dev);
const struct mount *mounts_find_source(const struct mounts *m, const char *source);

#endif
