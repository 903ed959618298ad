/* SPDX-License-Identifier: MIT */
/*
 * The seam: where the facts of a process come from. libproc2 on the live
 * system; our own reader of PID/stat for a recorded tree or another procfs.
 * One source per thread. The library is asked on the program's first thread
 * only, and of few processes (source_procps.c says why); the answers are the same.
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
	uint64_t start;   /* ticks since the system was started; UINT64_MAX: not told */
	char state;       /* 'Z': ended, not yet waited for */
	const char *comm; /* in the arena; newlines are kept */
};

struct source_ops {
	/* 0, -ESRCH when the process ended, -EINVAL: not a text we know, -ENOMEM */
	int (*facts)(struct source *s, const struct procdir *pd, struct arena *arena,
		     struct source_facts *facts);
	void (*free)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	struct root *root;
	void *priv;
};

/* Picks by root->live. */
MUST_CHECK int source_new(struct source **s, struct root *root);
void source_free(struct source *s);
static inline int source_facts(struct source *s, const struct procdir *pd, struct arena *arena,
			       struct source_facts *facts)
{
	return s->ops->facts(s, pd, arena, facts);
}

int source_text_init(struct source *s);   /* source_text.c */
/* source_procps.c: the library is asked that often at most. */
int source_procps_init(struct source *s, unsigned most);

#endif
