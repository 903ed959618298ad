/* SPDX-License-Identifier: MIT */
/* What the parts of more.c share. */
#ifndef ENGINE_MOREIN_H
#define ENGINE_MOREIN_H

#include "base/hash.h"
#include "engine/snapshot.h"
#include "os/ownfs.h"
#include "proc/mounts.h"

/* A file system whose handles can be looked up, or why it can't be. */
struct more_mount {
	uint64_t dev;
	int fd;          /* -errno: no look-ups there, for this process */
	pid_t pid;
	const char *dir; /* with which the paths that come out begin */
};

struct more_holder {
	const struct fdmap_process *p;
	const struct fdmap_file *f;
};

struct more {
	struct fdmap_snapshot *s;
	struct root *root;
	struct arena *arena;
	struct buf text;
	struct ownfs own;     /* if has_own */
	struct mounts mounts; /* if has_mounts */
	bool has_own, has_mounts, has_holders;
	bool no_handles;      /* may not be looked up */
	bool no_bpf;
	struct more_mount *mnt;
	size_t nmnt;
	struct hash holders;  /* inode of a pipe or socket, alone and with a PID: number in `holder` */
	struct more_holder *holder;
	size_t nholders;
};

#define MORE_MOUNTS_MAX 256

/* What `more` needs once, when first asked for. 0, or -errno when the run must end. */
MUST_CHECK int more_own(struct more *m);
MUST_CHECK int more_mounts(struct more *m);

/* PID/fd of a process or thread. */
MUST_CHECK int more_fds(struct more *m, const struct fdmap_process *p, struct root_dir *d);

/* Puts a text into a place that is not const for us: details were made in our arenas. */
void more_put(struct fdmap_detail *v, const char *key, const char *text);
/* "254,0" as makedev(3). */
bool more_dev(const struct fdmap_detail *v, uint64_t *dev);

/* morepoll.c: what an epoll watches. */
MUST_CHECK int more_epoll(struct more *m, const struct fdmap_process *p, struct fdmap_file *f);
/* morewatch.c: the paths of inotify and fanotify. */
MUST_CHECK int more_watches(struct more *m, const struct fdmap_process *p, struct fdmap_file *f);
void more_watches_fini(struct more *m);

#endif
