/* SPDX-License-Identifier: MIT */
/* /proc/locks: who holds a lock on which file (fs/locks.c, lock_get_status). */
#ifndef PROC_LOCKS_H
#define PROC_LOCKS_H

#include "base/cursor.h"
#include "os/root.h"

struct lock {
	pid_t pid;
	uint64_t dev, ino;
	uint32_t seq; /* its place in the file */
	char letter;  /* 'r', 'R' whole file, 'w', 'W' */
	bool waits;   /* a "->" line: does not hold it yet */
};

struct locks {
	struct lock *v; /* by inode, device, PID, place */
	size_t n, cap;
};

void locks_init(struct locks *l);
void locks_fini(struct locks *l);
/* 0, -EINVAL */
int parse_lock_line(struct span line, struct lock *lock);
/* All lines of the file, into an empty l; malformed ones are skipped. 0, -ENOMEM */
MUST_CHECK int parse_locks(struct span text, struct locks *l);
/*
 * From the text of PID/fdinfo/N, "lock:\t1: FLOCK ...": such lines, appended as parse_locks
 * takes them. Pure.
 */
void parse_fdinfo_locks(struct span info, struct buf *text);
MUST_CHECK int locks_read(struct root *root, struct locks *l); /* no such file: none */

/*
 * The letter a row of that process and file shows, ' ' when none. Of several
 * the last line counts; waiters and locks without a PID (OFD) never match.
 */
char locks_find(const struct locks *l, pid_t pid, uint64_t dev, uint64_t ino);
/* How many there are on a file, of whomever, waiters among them: l->v[*from] and behind. */
size_t locks_on(const struct locks *l, uint64_t dev, uint64_t ino, size_t *from);

#endif
