/* SPDX-License-Identifier: MIT */
/*
 * Expressions (--filter) in the engine. Three times a row is judged: by the plan, which
 * leaves out what can't pass whatever is found; by the walk, as soon as a fact is known,
 * before the next is read; and at last, when everything is, which alone decides.
 */
#ifndef ENGINE_FILTER_H
#define ENGINE_FILTER_H

#include "base/hash.h"
#include "engine/plan.h"
#include "engine/query.h"
#include "engine/snapshot.h"
#include "field/expr.h"

/* Facts of a process; of a descriptor as the walk reads it; of its socket. */
#define FILTER_PROC                                                                           \
	(FDMAP_COMM | FDMAP_CRED | FDMAP_CONTEXT | FDMAP_CGROUP | FDMAP_CMDLINE | FDMAP_EXE | \
	 FDMAP_STATUS | FDMAP_LIMITS | FDMAP_START)
#define FILTER_FILE                                                                           \
	(FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_POS | FDMAP_OFFSETS | FDMAP_DETAIL | \
	 FDMAP_FLAGS | FDMAP_MORE)
#define FILTER_SOCK                                                                        \
	(FDMAP_SOCK | FDMAP_QUEUES | FDMAP_POINTER | FDMAP_SOCKX | FDMAP_TCPINFO | FDMAP_SKMEM)

/* Facts of processes, the cheap ones first. */
#define FILTER_STEPS 9
extern const uint32_t filter_steps[FILTER_STEPS];

/* ---- filterplan.c: pure, and only where there is a filter ------------------------------ */

/* The query as if its format wanted what the filter needs, too. */
struct fdmap_query filter_whole(const struct fdmap_query *q);
void filter_plan_lists(const struct fdmap_query *q, struct plan *p);
void filter_plan_processes(const struct fdmap_query *q, struct plan *p);
/* Behind the gates of the terms, before what depends on them. */
void filter_plan_gate(const struct fdmap_query *q, struct plan *p);
void filter_plan_unowned(const struct fdmap_query *q, struct plan *p);
/* The tables of the bounds, or 0: it may be of any, or of none. */
uint32_t filter_tables(const struct expr_bounds *b);

/* ---- filterrow.c: for workers ---------------------------------------------------------- */

struct worker;
struct target;
struct cand;
struct place;
struct procdir;
struct about;

/*
 * A process, its cheap facts first: 1: it may have rows; 0: none can pass; or -ENOMEM and
 * its like. *proc: what is known of it, or NULL: all of its rows pass.
 */
MUST_CHECK int filter_process(struct worker *w, const struct procdir *pd, struct about *a,
			      const char *comm, const struct fdmap_process **proc);
/*
 * A row whose link has that text, or NULL, when the facts `known` of it have been read, of
 * which its process has its own. 1, with the truth in c; 0: it can't pass; -ENOMEM.
 */
MUST_CHECK int filter_row(struct worker *w, const struct target *t, struct cand *c,
			  uint32_t known, const char *path);
/* Can only the number, or the slot, of a descriptor let it fail, and does it? 1, 0, -ENOMEM. */
MUST_CHECK int filter_fd(struct worker *w, const struct target *t, int fd);
/* What is known when the link and these facts of it have been asked for: what it lacks, too. */
uint32_t filter_known(const struct cand *c, uint32_t facts);
/* A socket in none of the tables that were asked: is it of one that the filter lets pass? */
bool filter_rare(struct worker *w, const struct place *at, struct cand *c);

/* ---- filterlast.c ---------------------------------------------------------------------- */

/* Could a row with this socket pass? proc NULL: nothing is known of it. 1, 0, -ENOMEM. */
MUST_CHECK int filter_sock(const struct fdmap_query *q, const struct fdmap_process *proc,
			   const struct fdmap_sock *sock);

/* Rows by PID and descriptor that are judged; others are other ends of theirs. */
struct filter_own {
	bool some;        /* else: all are judged */
	struct hash rows; /* endlist_key */
};
/* Before the joins that are dear: rows that can't pass, whatever these find, are dropped. */
MUST_CHECK int filter_joined(struct fdmap_snapshot *s, const struct fdmap_query *q,
			     const struct plan *plan, struct filter_own *own);
/* The last word, when all is known; tells whether the filters' terms were found. */
MUST_CHECK int filter_last(struct fdmap_snapshot *s, const struct fdmap_query *q,
			   const struct filter_own *own);

#endif
