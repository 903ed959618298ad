/* SPDX-License-Identifier: MIT */
/*
 * The file `manifest` of a recorded tree: what a plain directory cannot hold
 * of /proc. Written by test/lib/untree and scripts/record-tree's readers.
 */
#ifndef OS_MANIFEST_H
#define OS_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/util.h"
#include "fdmap.h"

/* The calls that an object may refuse one by one. */
enum manifest_call {
	MANIFEST_OPEN,
	MANIFEST_LIST,
	MANIFEST_READ,
	MANIFEST_LINK,
	MANIFEST_STAT,
	MANIFEST_LMODE,
	MANIFEST_OWNER,
	MANIFEST_PROTO,
	MANIFEST_CALLS,
};

enum manifest_given {
	MANIFEST_HAS_STAT = 1u << 0,
	MANIFEST_HAS_LMODE = 1u << 1,
	MANIFEST_HAS_UID = 1u << 2,
	MANIFEST_HAS_PATH = 1u << 3, /* a `path` line: a name outside of /proc */
	MANIFEST_HAS_DENY_ALL = 1u << 4,
};

struct manifest_entry {
	const char *path; /* "812/fd/3" as seen from the root, or "/var/log/x" */
	size_t line;	  /* order in the file */
	uint32_t given;	  /* enum manifest_given */
	uint32_t lmode;	  /* of the link itself */
	uint32_t uid;
	struct fdmap_stat st;	  /* of what it leads to */
	const char *proto;	  /* system.sockprotoname, or NULL */
	const char *real;	  /* the name without links, or NULL */
	int deny[MANIFEST_CALLS]; /* 0, or what the call answers: -EACCES */
};

struct manifest {
	struct arena arena;
	struct manifest_entry *v; /* by path, each once */
	size_t n;
	bool denies; /* any entry has MANIFEST_HAS_DENY_ALL */
};

/*
 * The whole text. 0; -EINVAL when a line is cut, unknown or out of range;
 * -ENOMEM. m needs manifest_fini in any case.
 */
MUST_CHECK int parse_manifest(struct span text, struct manifest *m);
void manifest_fini(struct manifest *m);

/* NULL: the manifest says nothing about that path. */
const struct manifest_entry *manifest_find(const struct manifest *m, const char *path);
/*
 * What a `path` line says of a name, which may have doubled slashes and one at
 * its end. 0, -ENOENT, or what the manifest refuses it with.
 */
MUST_CHECK int manifest_find_path(const struct manifest *m, const char *path,
				  const struct manifest_entry **e);
/*
 * `path` lines directly below a directory: *at is 0 first; NULL: no more. The
 * name of the entry is what follows the last slash of its path.
 */
const struct manifest_entry *manifest_next_below(const struct manifest *m, const char *dir,
						 size_t *at);

#endif
