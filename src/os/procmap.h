/* SPDX-License-Identifier: MIT */
/*
 * The mapped files of a process, one mapping after the other, by PROCMAP_QUERY (Linux 6.11):
 * what has no file is passed over by the kernel, and no text is made and parsed.
 * root_maps_open begins.
 */
#ifndef OS_PROCMAP_H
#define OS_PROCMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

#define PROCMAP_NAME 4096 /* the kernel gives no more of a name than this */

struct procmap {
	int fd; /* of PID/maps */
	uint64_t start, end;
	uint64_t dev, ino; /* dev: makedev(3) */
	size_t len;
	char name[PROCMAP_NAME]; /* as it is: nothing is escaped; " (deleted)" may follow */
};

/*
 * The next one: 1; 0: there is none, or the process has ended; -ENAMETOOLONG: only the text of
 * maps tells this one's name; -ENOTTY and others: the kernel has no such thing.
 */
MUST_CHECK int procmap_next(struct procmap *p);
void procmap_close(struct procmap *p);

#endif
