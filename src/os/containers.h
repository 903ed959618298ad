/* SPDX-License-Identifier: MIT */
/*
 * Names of containers, from the files that podman, CRI-O and docker keep: no
 * daemon is asked. Each file is read once, and only when it lies where nothing
 * remote is on the way to it.
 */
#ifndef OS_CONTAINERS_H
#define OS_CONTAINERS_H

#include "base/arena.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "os/root.h"

struct containers {
	struct root *root;
	struct arena *arena; /* names are kept here */
	/* The mount that a path lies on, by its directory; NULL: it is not to be opened. */
	const char *(*mount_of)(void *arg, const char *path);
	void *arg;
	struct hash by_id;
	struct buf list;       /* what is known of each */
	struct buf files;      /* those that were read, or tried to */
	struct buf users;      /* the text of passwd */
	struct buf path, text; /* scratch */
};

struct container {
	const char *runtime; /* as in struct fdmap_process; NULL: not known */
	const char *id;
	const char *upper; /* where its root directory is kept, or NULL */
	uid_t uid;	   /* of the process */
};

/* The caller sets root, arena, mount_of and arg first. */
void containers_init(struct containers *c);
void containers_fini(struct containers *c);
/* Can files of ours tell the name of such a one at all? */
bool containers_may_know(const char *runtime, const char *id);
/* true: it was asked for before; *name: NULL: it has none. */
bool containers_known(const struct containers *c, const char *id, const char **name);
/* *name NULL: no file tells it. 0 or -errno (root_exhausted). */
MUST_CHECK int containers_ask(struct containers *c, const struct container *which,
			      const char **name);

/*
 * Pure. containers.json of podman and CRI-O: each with an ID and its first name, as
 * they stand between their quotes, until it returns != 0, which is returned.
 */
int parse_containers(struct span text, int (*each)(void *arg, struct span id, struct span name),
		     void *arg);
/* Pure. config.v2.json of docker: the name as it stands there. false: there is none. */
bool parse_docker_config(struct span text, struct span *name);

#endif
