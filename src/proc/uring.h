/* SPDX-License-Identifier: MIT */
/* What fdinfo of an io_uring tells of the files that are registered in it. */
#ifndef PROC_URING_H
#define PROC_URING_H

#include "base/cursor.h"

struct uring {
	struct cursor c; /* behind the last line that was given */
	uint32_t slots;  /* of the table of files */
};

struct uring_file {
	uint32_t slot;
	struct span name; /* as written: a path has octal escapes (span_unescape) */
};

/*
 * false: the ring was in use, and the kernel has not told what is in it. An empty
 * name is none.
 */
bool parse_uring(struct span fdinfo, struct uring *u);
/* The next file, in the order of slots. false: no more. */
bool uring_next(struct uring *u, struct uring_file *f);

#endif
