/* SPDX-License-Identifier: MIT */
/*
 * The walk: processes in parallel, each in the slot of its place in the list,
 * so that the order needs no sort and is the same for any number of threads.
 */
#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include "base/arena.h"
#include "engine/forest.h"
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
	const struct mounts *mounts; /* NULL when nothing asks for them */
	const struct forest *forest; /* directories asked for, or NULL */
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
	struct forest_view *view;
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

/* Facts of one process, as they become needed. */
struct about {
	struct source_facts facts;
	uid_t uid;
	const char *context;
	uint32_t have;
};
/* 1: there it is; 0: it has ended, or may not be known; or -ENOMEM. */
MUST_CHECK int worker_need(struct worker *w, const struct procdir *pd, uint32_t facts,
			   struct about *a);
/* Keeps the rows in hand as process *p: 1; 0: it has ended; or -ENOMEM. comm NULL: its own. */
MUST_CHECK int worker_keep(struct worker *w, const struct procdir *pd, struct about *a,
			   const char *comm, struct fdmap_process *p);

/* rows.c: the rows of one target into w->rows. 0, or -ENOMEM. */
MUST_CHECK int rows_read(struct worker *w, const struct target *t);

/* rows.c: 'r', 'w' or 'u', from the permission bits of PID/fd/N itself. */
char access_of(uint32_t mode);

/* rows.c: one descriptor of dir, PID/fd, into w->rows, if the target has it selected. */
MUST_CHECK int rows_fd(struct worker *w, const struct target *t, const struct root_dir *dir,
		       int fd);

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

/* The verdict so far: selected, or not decided before the scan has ended. */
bool cand_done(const struct worker *w, const struct target *t, const struct cand *c);

/* fsrows.c: files in directories asked for; text: of the link. 0 or -ENOMEM. */
MUST_CHECK int rows_trees(struct worker *w, const struct target *t, const char *text,
			  bool nlink_known, struct cand *c);
/* fsrows.c: files on NFS; text may be NULL. */
void rows_nfs(struct worker *w, const char *text, struct cand *c);
/* fsrows.c: true: its file system is not to be asked, and that is all there is to say. */
bool rows_exempt(struct worker *w, struct span text, struct cand *c);

/* maprows.c: mem and DEL rows. exe: of the program itself, which is left out. */
MUST_CHECK int rows_maps(struct worker *w, const struct target *t);

#endif
