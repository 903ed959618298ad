/* SPDX-License-Identifier: MIT */
/* The plan in words: pure. */
#ifndef ENGINE_EXPLAIN_H
#define ENGINE_EXPLAIN_H

#include "base/buf.h"
#include "base/names.h"
#include "engine/plan.h"

typedef int explain_each(void *arg, const char *part, const char *text);

/* What the plan does not know of the system. */
struct explain_system {
	unsigned threads;   /* at most */
	bool asks;	    /* sock_diag can tell of it */
	const char *no_bpf; /* why BPF can't be used, or NULL */
};

/* Each part to each(), until it returns != 0, which is returned; or -ENOMEM. */
MUST_CHECK int explain_plan(const struct plan *p, const struct fdmap_query *q,
			    const struct explain_system *system, explain_each *each, void *arg);

/* For the files of explain alone: where the words go. */
struct words {
	const struct plan *p;
	const struct fdmap_query *q;
	const struct explain_system *system;
	explain_each *each;
	void *arg;
	struct buf text; /* of the line at hand */
	int r;		 /* what each() said, or -ENOMEM: nothing more is said */
};
/* Says the line at hand, if there is one. */
void words_end(struct words *w, const char *part);
/* A whole line. */
void words_say(struct words *w, const char *part, const char *text);
/* The names of the bits that are set, "a, b and c": their number. */
unsigned words_list(struct words *w, const struct name_row *names, size_t n, uint32_t bits);

/* explainsock.c: tables before the walk; after it; what is said of sockets nobody holds */
void explain_gates(struct words *w);
void explain_tables(struct words *w);
void explain_unowned(struct words *w);

#endif
