/* SPDX-License-Identifier: MIT */
/*
 * Where the facts of a process come from: PID/stat, one file that has them all,
 * read through the pinned directory. One source per thread. test/unit/test_source.c
 * holds it equal to libproc2, and the name to PID/comm.
 */
#ifndef PROC_SOURCE_H
#define PROC_SOURCE_H

#include "base/arena.h"
#include "proc/procdir.h"

struct source;

struct source_facts {
	pid_t ppid, pgid;
	pid_t sid;        /* -1: not told */
	uint32_t threads; /* 0: not told */
	uint32_t flags;   /* PF_*; 0: not told */
	uint64_t start;   /* ticks since the system was started; UINT64_MAX: not told */
	bool is_task;     /* a thread that is not the first of its process */
	char state;       /* 'Z': ended, not yet waited for */
	const char *comm; /* in the arena; newlines are kept */
};

MUST_CHECK int source_new(struct source **s, struct root *root);
void source_free(struct source *s);
/* 0, -ESRCH when the process ended, -EINVAL: not a text we know, -ENOMEM */
MUST_CHECK int source_facts(struct source *s, const struct procdir *pd, struct arena *arena,
			    struct source_facts *facts);

#endif
