/* SPDX-License-Identifier: MIT */
/*
 * The walk: processes in parallel, each in the slot of its place in the list,
 * so that the order needs no sort and is the same for any number of threads.
 */
#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include "base/arena.h"
#include "engine/plan.h"
#include "engine/select.h"
#include "proc/fdlink.h"
#include "proc/mounts.h"
#include "proc/procdir.h"
#include "proc/source.h"

/* What all workers share, and only read. */
struct scan {
	struct root *root;
	const struct fdmap_query *q;
	const struct plan *plan;
	const struct socktab *gate; /* tables read before the scan, or NULL */
	const struct selector *selector;
	const struct mounts *mounts; /* for mappings; NULL when none are walked */
};

#define LINK_MAX_LEN 8192 /* the kernel gives at most a page of a link */

struct worker {
	const struct scan *scan;
	struct arena arena;      /* what is kept goes to the snapshot */
	struct source *source;   /* made when first needed */
	uint64_t *hits;          /* terms found */
	struct fdmap_file *rows; /* of the process at hand */
	size_t nrows;
	struct buf text;         /* fdinfo, maps */
	struct ids ids, tids;
	int error;               /* -ENOMEM: the scan is worthless */
	char link[LINK_MAX_LEN];
};

/* A process, or a thread, whose rows are read. */
struct target {
	const struct procdir *pd, *leader;
	uint32_t got;  /* process bits */
	bool whole;    /* selected already: every row is */
};

/* Processes found by one slot: the process, then its threads. */
struct slot {
	struct fdmap_process *v;
	uint32_t n;
};

/*
 * Fills slots[i] for pids->v[i]; workers: nthreads of them, set up by
 * worker_init. 0 or -ENOMEM.
 */
MUST_CHECK int scan_run(const struct scan *scan, const struct ids *pids, struct slot *slots,
			struct worker *workers, unsigned nthreads);
MUST_CHECK int worker_init(struct worker *w, const struct scan *scan);
void worker_fini(struct worker *w); /* all but the arena */

/* rows.c: the rows of one target into w->rows. 0, or -ENOMEM. */
MUST_CHECK int rows_read(struct worker *w, const struct target *t);

/* rows.c: for maprows.c. A row as far as it is known. */
struct cand {
	struct fdmap_file f;
	struct fdlink link;
	struct fdmap_stat st;
	bool has_stat;
	uint32_t got;
};
struct cand cand_of(const struct worker *w, const struct target *t, int fd);
/* Has the fd's own selection already failed? */
bool cand_out(const struct worker *w, const struct cand *c);
MUST_CHECK int cand_keep(struct worker *w, struct cand *c, const char *path, size_t len);

/* maprows.c: mem and DEL rows. exe: of the program itself, which is left out. */
MUST_CHECK int rows_maps(struct worker *w, const struct target *t);

#endif
