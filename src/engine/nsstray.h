/* SPDX-License-Identifier: MIT */
/*
 * Network namespaces that no process is in and no mount keeps: descriptors of them,
 * and sockets in them. Workers note what may be one of these; whether it is, is asked
 * after the scan.
 */
#ifndef ENGINE_NSSTRAY_H
#define ENGINE_NSSTRAY_H

#include "engine/nslist.h"
#include "proc/fdlink.h"

struct worker;
struct target;

/* What was noted, as bytes of a struct buf. */
struct stray {
	pid_t pid;
	int fd;
	uint64_t ino; /* of the namespace; sock: of the socket */
	bool sock;
};

/* For workers: a link of a descriptor. */
void stray_link(struct worker *w, const struct target *t, const struct root_dir *dir, int fd,
		const struct fdlink *link);
/* A socket in none of the tables that decide; its protocol tells if it should be in one. */
void stray_socket(struct worker *w, const struct target *t, const struct root_dir *dir, int fd,
		  uint64_t ino);
/*
 * Where only some namespaces select, and a socket is in no table of theirs: is it
 * in one of them all the same? True where nothing depends on it. fd -1: it is held
 * by its process without a descriptor.
 */
bool stray_selects(struct worker *w, const struct target *t, int fd, uint64_t ino);

/* Does that descriptor keep that network namespace? 0 or -errno. */
MUST_CHECK int stray_check(struct root *root, const struct nsheld *held, uint64_t ino);

/*
 * The namespace of a socket: its inode; *nsfd (unless NULL) gets a descriptor of it. 0, or
 * -errno: it may not be asked.
 */
MUST_CHECK int ns_of_socket(struct root *root, const struct nsheld *held, uint64_t *ino, int *nsfd);

/*
 * One by its inode, in all descriptors of all processes, when nothing else tells of
 * it: every link is read, and sockets are asked. It is in the list then. 0 or -errno.
 */
MUST_CHECK int stray_find(struct nslist *l, struct root *root, uint64_t ino);

#endif
