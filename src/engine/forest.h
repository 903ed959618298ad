/* SPDX-License-Identifier: MIT */
/*
 * The directories asked for (+d, +D) as they lie in the mounts, and whether an
 * open file lies in one of them. That is told by the text of its link, which
 * is mapped to a place in a file system, so that the same place under another
 * mount counts, and proved by one lookup of the name it must have then: the
 * directories themselves are not walked. What a link can't tell (a file with
 * several names, another view of the mounts) is decided after the scan, by a
 * walk: forest_settle.
 */
#ifndef ENGINE_FOREST_H
#define ENGINE_FOREST_H

#include "engine/query.h"
#include "engine/snapshot.h"
#include "os/root.h"
#include "proc/mounts.h"
#include "proc/procdir.h"

/* A part of a tree that is one directory of one file system. */
struct piece {
	const char *rest; /* where it is mounted, from the tree's directory: "", "/m" */
	const char *root; /* which directory of the file system it is */
	uint64_t dev;     /* of the file system, as mountinfo has it */
};

struct grove {
	const struct treeterm *t;
	bool located; /* false: nothing is known of the mounts */
	bool odd;     /* files may tell another device than the mount */
	bool plain;   /* a directory tells the inodes of its entries, and nothing is mounted there */
	struct piece *pieces;
	size_t npieces;
	const char **blocked; /* mounts below it that are not crossed */
	size_t nblocked;
};

struct treesock {
	uint64_t ino;     /* of the socket */
	const char *name; /* of its file */
};

/* Made before the scan, which only reads it. */
struct forest {
	struct root *root;
	const struct mounts *mounts;
	struct grove *v;
	size_t n;
	char self_ns[64]; /* our mount namespace, "mnt:[4026531832]"; "": not known */
	struct arena arena;
	struct hash sockets; /* inode -> index in socks */
	struct treesock *socks;
	size_t nsocks;
};

/* mounts may be NULL: then the directories must be walked. */
MUST_CHECK int forest_init(struct forest *f, struct root *root, const struct fdmap_query *q,
			   const struct mounts *mounts);
void forest_fini(struct forest *f);

/* settle.c: UNIX sockets whose files lie in a tree. 0 or -ENOMEM. */
MUST_CHECK int forest_find_sockets(struct forest *f, const struct socktab *tab);
/* The name of that socket's file; NULL: it has none there. */
const char *forest_socket(const struct forest *f, uint64_t ino);

/* Could a file on that device be in one of the trees? */
bool forest_cares(const struct forest *f, uint64_t dev);

enum forest_verdict { FOREST_NO, FOREST_YES, FOREST_MAYBE };

struct forest_row {
	const struct procdir *pd;
	const char *text; /* the link's */
	const struct fdmap_stat *st;
	bool nlink_known;
};

/* What one thread remembers from row to row. */
struct forest_view;
void forest_view_free(struct forest_view *v);
/*
 * *view is made at the first call. *name: of a file that is in one of the
 * trees, until the next call. -ENOMEM.
 */
MUST_CHECK int forest_judge(const struct forest *f, struct forest_view **view,
			    const struct forest_row *row, const char **name);

/*
 * The `as` of a row while it is not decided: it stays only if it is found, or
 * in any case but under the name it is found by.
 */
extern const char forest_if_found[], forest_as_found[];
static inline bool forest_pending(const char *as)
{
	return as == forest_if_found || as == forest_as_found;
}

/* settle.c, after the scan: decides what is pending, by walking if anything is, and the hits. */
MUST_CHECK int forest_settle(const struct forest *f, struct fdmap_snapshot *s);

#endif
