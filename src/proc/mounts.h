/* SPDX-License-Identifier: MIT */
/* self/mountinfo: what is mounted where, from which device. */
#ifndef PROC_MOUNTS_H
#define PROC_MOUNTS_H

#include "base/arena.h"
#include "base/cursor.h"
#include "os/root.h"

struct mount {
	uint32_t id;
	uint64_t dev; /* makedev(3); st_dev of files on it, but for btrfs subvolumes */
	const char *dir, *fstype, *source;
	const char *root; /* which directory of the file system is mounted */
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
/* self/mountinfo, or 1's of another system. */
MUST_CHECK int mounts_read(struct root *root, struct mounts *m);
/* PID/mountinfo: what that process sees. */
MUST_CHECK int mounts_read_of(struct root *root, const struct root_dir *d, struct mounts *m);

/* The last mount (the topmost) of that directory, or from that device; NULL: none. */
const struct mount *mounts_find_dir(const struct mounts *m, const char *dir);
const struct mount *mounts_find_dev(const struct mounts *m, uint64_t dev);
/*
 * The mount a path lies on: the longest directory above it, the topmost there;
 * of file systems that tell other devices to stat (major 0) any. NULL: none.
 */
const struct mount *mounts_find_above(const struct mounts *m, const char *path, uint64_t dev);
const struct mount *mounts_find_id(const struct mounts *m, uint64_t id);
/* The same whatever the device. */
const struct mount *mounts_find_path(const struct mounts *m, const char *path);
/* What follows `dir` in a path that is dir or below it: "", "/a/b"; NULL: it is not. */
const char *mounts_below(const char *path, const char *dir);
bool mount_is_nfs(const struct mount *m);
const struct mount *mounts_find_source(const struct mounts *m, const char *source);

#endif
