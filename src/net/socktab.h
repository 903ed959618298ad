/* SPDX-License-Identifier: MIT */
/*
 * All sockets the kernel's tables tell of in one network namespace, by inode.
 * Read-only once loaded.
 */
#ifndef NET_SOCKTAB_H
#define NET_SOCKTAB_H

#include "base/arena.h"
#include "base/hash.h"
#include "fdmap.h"
#include "net/family.h"
#include "os/root.h"

struct socktab_problem {
	const char *source; /* "net/tcp" */
	int error;
};

struct socktab {
	struct arena arena;     /* texts of the sockets */
	struct fdmap_sock *v;
	size_t n, cap;
	struct hash by_ino;
	struct socktab_problem problems[2 * FDMAP_SOCK_TABLES + 4];
	size_t nproblems;
};

void socktab_init(struct socktab *t);
void socktab_fini(struct socktab *t);

/*
 * Reads the tables of the families (FAMILY_BIT) through `dir`, a process'
 * directory, or self's when NULL. A table the kernel has not (ENOENT) is none;
 * one that can't be read becomes a problem. Only -ENOMEM is an error. Sockets
 * without an inode (TIME_WAIT, SYN_RECV) are left out: nobody holds them.
 */
MUST_CHECK int socktab_load(struct socktab *t, struct root *root, const struct root_dir *dir,
			    uint32_t families);

/* The first line of a file is its header; a last line that was cut is dropped. */
MUST_CHECK int socktab_parse(struct socktab *t, const struct socktext *text, struct span file);

const struct fdmap_sock *socktab_find(const struct socktab *t, uint64_t ino);

#endif
