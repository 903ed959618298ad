/* SPDX-License-Identifier: MIT */
/*
 * The network namespaces there are, as far as they were looked for: those of
 * processes, those that a mount keeps, those that a descriptor or only a socket
 * keeps. The first is always our own. None is kept open here: an entry says
 * through what it can be opened when its turn comes.
 */
#ifndef ENGINE_NSLIST_H
#define ENGINE_NSLIST_H

#include "base/hash.h"
#include "engine/query.h"
#include "fdmap.h"
#include "os/root.h"

#define NS_PIDS 4 /* so many processes are kept, should the first have ended */

/* A thread is only known by its process as well: 812/task/815. */
struct nstask {
	pid_t pid, tid; /* tid 0: the process itself; pid 0: none */
};

/* A descriptor that keeps a namespace: of it, or (sock: its inode) of a socket in it. */
struct nsheld {
	pid_t pid; /* 0: none */
	int fd;
	uint64_t sock;
};

struct nsentry {
	uint64_t ino;   /* 0: our own, and not known */
	char *name;     /* below /run/netns, or NULL */
	char *mount;    /* where it is mounted, seen from the root of mount_pid, or NULL */
	pid_t mount_pid; /* 0: ours */
	struct nstask tasks[NS_PIDS];
	struct nsheld held;
	bool selects;   /* terms on sockets count there */
	uint32_t want;  /* FAMILY_BIT of the tables that are to be read next */
	uint32_t gate, rows; /* of those that were read of it */
	int error;      /* errno: why its tables could not be read */
	bool told;      /* ... is a problem of the snapshot */
};

struct nslist {
	struct nsentry *v;
	size_t n;
	struct hash by_ino; /* of those with an inode */
	const struct nsset *set; /* where terms select; while a query is taken */
	bool own;     /* our own was asked for its inode */
	bool found;   /* those of processes and mounts are in the list */
	bool named;   /* names of all in the list were looked for, too */
	bool partial; /* terms select in namespaces that only descriptors tell of */
};

void nslist_init(struct nslist *l);
void nslist_fini(struct nslist *l);

/* Our own as the first entry; its inode is not asked for. set: NULL is no --netns. */
MUST_CHECK int nslist_start(struct nslist *l, const struct nsset *set);
/* Asks for our own inode, once. It stays 0 where that may not be known. 0 or -ENOMEM. */
MUST_CHECK int nslist_own(struct nslist *l, struct root *root);

/* Finds or adds it. 1: it is new; 0; or -ENOMEM. index may be NULL. */
MUST_CHECK int nslist_add(struct nslist *l, uint64_t ino, uint32_t *index);
/* NULL: not in the list. Valid until the next one is added. */
struct nsentry *nslist_find(const struct nslist *l, uint64_t ino);

/* Ways to it; what is known already stays. 0 or -ENOMEM. */
void nsentry_task(struct nsentry *e, struct nstask task);
MUST_CHECK int nsentry_name(struct nsentry *e, const char *name);
MUST_CHECK int nsentry_mount(struct nsentry *e, pid_t pid, const char *path);

/* The inode of a link text "net:[4026531833]"; 0: it is none. kind "net", "mnt". */
uint64_t ns_inode(const char *kind, const char *text, size_t len);
/* The same of the link "812/ns/net"; or -errno. */
MUST_CHECK int ns_link(struct root *root, const struct nstask *task, const char *kind,
		       uint64_t *ino);

/* What is shown of it: an array as long as the list, to be freed, or NULL: no memory. */
struct fdmap_netns *nslist_show(const struct nslist *l);

#endif
