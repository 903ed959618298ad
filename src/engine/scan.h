/* SPDX-License-Identifier: MIT */
/*
 * The walk: processes in parallel, each in the slot of its place in the list,
 * so that the order needs no sort and is the same for any number of threads.
 */
#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include <errno.h>

#include "base/arena.h"
#include "base/pool.h"
#include "bpf/pass.h"
#include "engine/forest.h"
#include "engine/mapstat.h"
#include "engine/nslist.h"
#include "engine/plan.h"
#include "engine/progress.h"
#include "engine/select.h"
#include "proc/cgroup.h"
#include "proc/fdlink.h"
#include "proc/mounts.h"
#include "proc/procdir.h"
#include "proc/source.h"
#include "proc/system.h"

/* What all workers share, and only read. */
struct scan {
	struct root *root;
	const struct fdmap_query *q;
	const struct plan *plan;
	const struct socktab *gate; /* tables read before the scan, or NULL */
	const struct selector *selector;
	const struct mounts *mounts; /* NULL when nothing asks for them */
	const struct forest *forest; /* directories asked for, or NULL */
	struct maplock *maplock;     /* NULL: nobody holds up who reads mappings */
	uint32_t doubt;              /* FAMILY_BIT of gate tables that may have left out rows */
	const struct nslist *ns;     /* network namespaces */
	const struct nslist *strays; /* the same where others are looked for, or NULL */
	struct bpf_pass *pass; /* NULL: /proc tells of all descriptors */
	struct progress *progress;   /* is told of processes that are done */
	struct system sys;           /* what the plan's facts of processes need of it */
};

struct worker;

/* Those who work on one scan. */
struct crew {
	struct pool pool;
	struct worker *workers; /* by their numbers in the pool */
};

#define LINK_MAX_LEN 8192 /* the kernel gives at most a page of a link */

/* Texts and stats that were kept, by a number made of them: rows that have them share them. */
#define ROWCACHE_BITS 9
struct rowcache {
	struct span text[1u << ROWCACHE_BITS];
	const struct fdmap_stat *st[1u << ROWCACHE_BITS];
	bool fresh; /* some are of a process that may be rejected still */
};

struct worker {
	const struct scan *scan;
	struct crew *crew;       /* NULL: it works alone */
	unsigned id;             /* in the crew */
	struct arena arena;      /* what is kept goes to the snapshot */
	struct source *source;   /* made when first needed */
	uint64_t *hits;          /* terms found */
	struct fdmap_file *rows; /* of the process at hand */
	size_t nrows, cap;
	struct buf text;         /* fdinfo, maps */
	struct buf about;        /* files that tell of the process at hand */
	struct forest_view *view;
	struct mapstat mapped;   /* of mappings, as far as they are the same for all */
	bool no_procmap;         /* mappings are told by the text of maps alone */
	bool has_cwd;            /* of the process at hand: its link cwd could be followed */
	bool exe_known;          /* of the process at hand: */
	uint64_t exe_dev, exe_ino;
	struct ids ids, tids;
	struct buf strays;       /* struct stray */
	int stray_error;
	struct fdmap_process proc; /* of the process at hand, as far as the filter needs it */
	uint32_t known;          /* ... whose facts these are */
	struct fdmap_value value; /* room for the filter */
	size_t nsure;            /* rows of it that pass the filter for certain */
	struct buf late;         /* inodes of sockets that such a table may have left out */
	struct buf seen;         /* struct seen (endseen.h) */
	unsigned asked;          /* so many sockets were asked for that */
	enum { RING_NO, RING_YES, RING_ASK } ring; /* was the row at hand an io_uring? */
	uint64_t ring_ino;       /* RING_ASK: the row's inode, 0: not known */
	unsigned naps;           /* so often it waited for rings that were in use */
	uint64_t plain_ino;      /* the inode that most anonymous files share: no ring's */
	uint64_t looked, walked; /* processes; those of them whose rows were read */
	uint64_t examined;       /* what might have become a row */
	const struct bpf_holder *told; /* what a pass has of the process at hand, or NULL */
	bool absent;             /* the row at hand is of nothing: there is no such descriptor */
	bool denied;             /* ... its link may not be read */
	bool refused;            /* something of the process at hand may not be read */
	bool held_back;          /* ... is behind a lock that was not given back in time */
	struct buf unseen;       /* struct unseen (unseen.c): who did so */
	struct lateread *late_thread; /* maplock.h */
	pid_t lock_of;           /* of this process it is known whether */
	bool lock_held;          /* ... the lock of its memory is held */
	bool stale;              /* the row at hand is not any more what a pass told of it */
	int error;               /* -ENOMEM, -ECANCELED (the pass broke off): the scan is worthless */
	struct rowcache cache;
	char link[LINK_MAX_LEN];
};

/* A process, or a thread, whose rows are read. */
struct target {
	const struct procdir *pd, *leader;
	uint32_t got;  /* process bits */
	bool whole;    /* selected already: every row is */
	const struct fdmap_process *proc; /* for the filter; NULL: every row passes */
	bool by_proc;  /* a pass is not to be believed */
	bool waits;    /* it is in a sleep that nothing interrupts, as far as is known */
};

/* Processes found by one slot: the process, then its threads. */
struct slot {
	struct fdmap_process *v;
	uint32_t n;
};

/* So many processes, or a multiple, are taken by a worker at once. */
#define SCAN_CHUNK 4

/* Who looks on while the walk goes on. Called by every worker, for each of its chunks. */
struct scan_watch {
	void *arg;
	/* Before that of pids->v[at]; false: the walk is over. */
	bool (*before)(void *arg, struct worker *w, size_t at);
	/* All of it is in the slots, or w->error says why not. */
	void (*after)(void *arg, struct worker *w, size_t at, size_t n);
};

/*
 * Fills slots[i] for pids->v[i]; workers: nthreads of them, set up by
 * worker_init. watch may be NULL. 0 or -ENOMEM.
 */
MUST_CHECK int scan_run(const struct scan *scan, const struct ids *pids, struct slot *slots,
			struct worker *workers, unsigned nthreads,
			const struct scan_watch *watch);
MUST_CHECK int worker_init(struct worker *w, const struct scan *scan);
void worker_fini(struct worker *w); /* all but the arena */
/* rowkeep.c: what was kept since is forgotten. */
void worker_rewind(struct worker *w, struct arena_mark mark);

/* Facts of one process, as they become needed. */
struct about {
	struct source_facts facts;
	uid_t uid;
	const char *context;
	struct cgroup cgroup;
	uint64_t start, age;
	const char *cmdline, *exe;
	size_t cmdline_len;
	const pid_t *nspids;
	uint32_t nnspids, nfds;
	uint64_t pidns, netns, caps, nofile;
	uint32_t have, tried; /* what was refused is tried, and not there */
};
/* 1: there it is; 0: it has ended, or may not be known; or -ENOMEM. */
MUST_CHECK int worker_need(struct worker *w, const struct procdir *pd, uint32_t facts,
			   struct about *a);
/* about.c: the facts beyond COMM, which START needs, and CRED. 1, or -ENOMEM and its like. */
MUST_CHECK int worker_more(struct worker *w, const struct procdir *pd, uint32_t facts,
			   struct about *a);
/* A process as far as it is known, without rows. comm NULL: its own. */
struct fdmap_process worker_process(const struct worker *w, const struct procdir *pd,
				    const struct about *a, const char *comm);
/* Keeps the rows in hand as process *p: 1; 0: it has ended; or -ENOMEM. comm NULL: its own. */
MUST_CHECK int worker_keep(struct worker *w, const struct procdir *pd, struct about *a,
			   const char *comm, struct fdmap_process *p);

/* rowlists.c: the rows of one target into w->rows. 0, or -ENOMEM. */
MUST_CHECK int rows_read(struct worker *w, const struct target *t);

/* rows.c: 'r', 'w' or 'u', from the permission bits of PID/fd/N itself. */
char access_of(uint32_t mode);

/* rows.c: one descriptor of dir, PID/fd, into w->rows, if the target has it selected. */
MUST_CHECK int rows_fd(struct worker *w, const struct target *t, const struct root_dir *dir,
		       int fd);

/* rows.c: for the other lists. A row as far as it is known. */
struct cand {
	struct fdmap_file f;
	struct fdmap_file_more more; /* f.more points nowhere until the row is kept */
	struct fdlink link;
	struct fdmap_stat st;
	bool has_stat;
	uint8_t truth; /* enum truth of the filter */
	uint32_t got;
};
/* Where a row is read: a name in a directory of /proc. */
struct place {
	const struct root_dir *dir;
	const char *name;      /* registered: how it is reached in dir, or NULL */
	bool descriptor;       /* fd/N: has an open mode and fdinfo */
	bool registered;       /* in an io_uring: held without a descriptor */
	struct span text;      /* registered: what its link would say */
	const struct bpf_file *told; /* or NULL: what is wanted of it is read */
};
/* passrows.c: the descriptors of a target that a pass has seen. 0 or -ENOMEM. */
MUST_CHECK int rows_told(struct worker *w, const struct target *t, const struct bpf_holder *h);

/* One descriptor; behind a ring, what is registered in it. */
MUST_CHECK int rows_with_ring(struct worker *w, const struct target *t, const struct place *at,
			      int fd);
/* One row is enough, and nothing is left to be found. */
bool rows_enough(const struct worker *w);
/* rowfds.c: all descriptors, as PID/fd has them. 0, or -ENOMEM and its like. */
MUST_CHECK int rows_fds(struct worker *w, const struct target *t);
/* These descriptors of dir, until it is enough. */
MUST_CHECK int rows_range(struct worker *w, const struct target *t, const struct root_dir *dir,
			  const uint32_t *fds, size_t n);
/* rowshare.c: the same by all who have nothing else to do; worth it from ROWS_MANY on. */
#define ROWS_MANY 1024
MUST_CHECK int rows_shared(struct worker *w, const struct target *t, const struct root_dir *dir,
			   const uint32_t *fds, size_t n);

/* rowread.c: the text of a link into w->link: its length or -errno. */
ssize_t row_text(struct worker *w, const struct place *at);
/* The mode a descriptor was opened with: permission bits of the link. */
void row_access(struct worker *w, const struct place *at, struct cand *c);
void row_stat(struct worker *w, const struct place *at, struct cand *c);
/* Of these facts what its fdinfo tells. 0 or -ENOMEM. */
MUST_CHECK int row_info(struct worker *w, const struct target *t, const struct place *at,
			uint32_t needs, struct cand *c);

struct cand cand_of(const struct worker *w, const struct target *t, int fd);
/* One link: cwd, root, exe, a descriptor; what is registered has none to be read. */
MUST_CHECK int rows_one(struct worker *w, const struct target *t, const struct place *at, int fd);
/* A row that says only that something could not be read. */
MUST_CHECK int rows_failed(struct worker *w, const struct target *t, const struct root_dir *dir,
			   const char *name, int fd, enum fdmap_call call, int err);
static inline bool row_ended(int err)
{
	return err == -ENOENT || err == -ESRCH;
}
/* It is kept from us, or nobody could tell. */
static inline bool row_denied(ssize_t err)
{
	return err == -EACCES || err == -EPERM || err == -EIO;
}
/* Has the fd's own selection already failed? */
bool cand_out(const struct worker *w, const struct cand *c);
/* rowkeep.c: the row is w->rows' last. 0 or -ENOMEM. */
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

/*
 * uringrows.c: what is registered in the io_uring at a descriptor; the last row read
 * was that descriptor's. 0 or -ENOMEM.
 */
MUST_CHECK int rows_uring(struct worker *w, const struct target *t, const struct place *ring,
			  int fd);

/*
 * rowswap.c: a link that says path and a stat that says socket: is it both? Makes them
 * agree. 1; 0: it has been closed.
 */
MUST_CHECK int rows_swapped(struct worker *w, const struct place *at, size_t *len,
			    struct cand *c);

/* maprows.c: mem and DEL rows. exe: of the program itself, which is left out. */
MUST_CHECK int rows_maps(struct worker *w, const struct target *t);

#endif
