/* SPDX-License-Identifier: MIT */
/*
 * What is looked for. Terms fall into classes; a process or a row sets the
 * bit of each class of which it matches a term. Exclusions veto before that.
 * Selected is: for ALL, (got & used) == used; for ANY, (got & used) != 0.
 */
#ifndef ENGINE_QUERY_H
#define ENGINE_QUERY_H

#include <regex.h>

#include "base/hash.h"
#include "base/idset.h"
#include "engine/inetspec.h"
#include "fdmap.h"
#include "os/resolve.h"

enum select_bit {
	SEL_CMD = 1u << 0,
	SEL_PID = 1u << 1,
	SEL_PGID = 1u << 2,
	SEL_UID = 1u << 3,
	SEL_TASK = 1u << 4,
	SEL_FD = 1u << 5,
	SEL_NET = 1u << 6,   /* Internet files, all of a version */
	SEL_NA = 1u << 7,    /* Internet files by address, port or protocol */
	SEL_UNX = 1u << 8,   /* UNIX sockets */
	SEL_SOCK = 1u << 9,  /* sockets */
	SEL_NLINK = 1u << 10,
	SEL_NM = 1u << 11,   /* files by name */
	SEL_NFS = 1u << 12,  /* files on NFS */
	SEL_CNTX = 1u << 13, /* security contexts */
};
#define SEL_PROC (SEL_CMD | SEL_PID | SEL_PGID | SEL_UID | SEL_TASK | SEL_CNTX)
/* lsof knows the context only when it comes to the descriptors: no other row has it. */
#define SEL_LATE SEL_CNTX
#define SEL_ONLY_SOCKETS (SEL_NET | SEL_NA | SEL_UNX | SEL_SOCK)

/* Numbers of one class: PIDs, groups, users. index: id -> term * 2 + excluded. */
struct idterms {
	struct hash index;
	size_t included, excluded;
};

struct cmdterm {
	char *prefix;
	size_t len;
	bool exclude;
	unsigned term;
};

struct reterm {
	regex_t re;
	unsigned term;
};

struct inetterm {
	struct inetspec spec;
	unsigned term;
};

struct pathterm {
	char *text;            /* as typed */
	uint64_t dev, ino, rdev;
	uint32_t type;         /* S_IFMT */
	bool filesystem;       /* everything on dev */
	unsigned term;
	uint32_t next;         /* in pathset.v: the same bucket; UINT32_MAX ends */
};

struct pathset {
	struct pathterm *v;
	size_t n, cap;
	struct hash by_ino;    /* hash_mix(dev, ino) -> index in v, then next */
	size_t nfilesystems, ndevices, nsockets;
};

/* A directory and what is in it. */
struct treeterm {
	char *text; /* what names begin with: as typed, but for links; no slash at its end */
	char *real; /* the same without links and dots, from the root */
	uint64_t dev, ino;
	bool deep;
	unsigned cross; /* enum fdmap_cross */
	unsigned term;
};

/* What lies there is not asked. */
struct exempt {
	char *path;
	size_t len;
	char sign;
	uint64_t dev;
};

/* Network namespaces, by inode. */
struct nsset {
	bool given; /* else: only our own */
	bool all, self;
	uint64_t *ino;
	size_t n;
};

struct contextterm {
	char *pattern;
	unsigned term;
};

struct statelist {
	uint32_t include, exclude; /* bits of state numbers */
	unsigned term[32];         /* of included ones */
};

struct expr;

struct fdmap_query {
	uint32_t used; /* enum select_bit */
	enum fdmap_match match;
	enum fdmap_tasks tasks;
	unsigned tasks_term;
	bool hide_failed;
	uint32_t want; /* enum fdmap_fact */

	struct idterms pid, pgid, uid;
	struct cmdterm *cmd;
	size_t ncmd;
	struct reterm *re;
	size_t nre;

	struct idset fds;
	uint32_t slots; /* bit -slot */
	bool fd_given, fd_exclude;

	unsigned inet_versions; /* 4 | 6 of plain -i: 1 << 4, 1 << 6 */
	unsigned inet_term[7];  /* by version */
	int inet_version;       /* what later addresses inherit */
	struct inetterm *inet;
	size_t ninet, nports; /* nports: of all terms, which lsof limits */

	uint64_t nlink_below;
	struct pathset path;
	struct treeterm *tree;
	size_t ntrees;
	struct exempt *exempt;
	size_t nexempt;
	struct contextterm *context;
	size_t ncontexts;
	unsigned nfs_term;
	bool skip_inet;
	enum fdmap_ends_mode ends;
	struct nsset netns; /* where terms on sockets select */
	enum fdmap_source source;
	enum fdmap_engine engine;
	bool unowned;
	struct statelist tcp, udp;
	struct expr *filter; /* all expressions together, or NULL */

	struct fdmap_term *terms;
	size_t nterms;
};

/* Number of the new term; -ENOMEM. */
int query_term_new(struct fdmap_query *q, enum fdmap_term_class what, const char *text,
		   uint64_t number);
/* The same, or the number of an equal one given before. */
int query_term(struct fdmap_query *q, enum fdmap_term_class what, const char *text,
	       uint64_t number);

void query_error(struct fdmap_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Grows an array of n elements by one; NULL: no memory (v stays). */
void *query_grow(void *v, size_t n, size_t size);

bool idterms_find(const struct idterms *t, uint64_t id, bool *exclude, unsigned *term);

/* tree.c, exempt.c, context.c */
void trees_fini(struct fdmap_query *q);
/* lsof shows names without links and last slashes, but with the dots that were typed. */
int query_resolve_links(struct root *root, const char *name, struct buf *out);
void exempts_fini(struct fdmap_query *q);
void contexts_fini(struct fdmap_query *q);
/* nsterm.c */
void nsset_fini(struct nsset *s);

/* pathterm.c */
void pathset_fini(struct pathset *s);

/* fdmap.c: what a query needs of the system it is for. */
struct root *fdmap_root(struct fdmap *m);
struct resolve *fdmap_resolve(struct fdmap *m);

#endif
