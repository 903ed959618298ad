/* SPDX-License-Identifier: MIT */
/*
 * What to read, in which order: worked out from the query alone. Gates come
 * from cheap to dear, and a row pays for a fact only after it has passed every
 * cheaper gate. Masks are enum fdmap_fact.
 */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include "engine/query.h"
#include "field/expr.h"
#include "net/family.h"

/* What one pass of BPF over all descriptors is for. */
enum plan_pass {
	PLAN_PASS_NONE,
	PLAN_PASS_NAMES,   /* tells every link */
	PLAN_PASS_STATS,   /* hints: files that are looked for, by stat */
	PLAN_PASS_FILES,   /* hints: a few files, by what the kernel has for one */
	PLAN_PASS_SOCKETS, /* hints at a few sockets, or tells all */
};

struct plan {
	bool direct;         /* the PIDs asked for are the processes: /proc is not listed */
	bool tasks;          /* list threads, too */
	uint32_t want;       /* what rows must carry, for the format and for the filter */
	uint32_t proc_gate;  /* COMM, CRED: to reject a process */
	uint32_t proc_filter; /* facts by which the filter may reject one, the cheap ones first */
	uint32_t proc_row;   /* COMM, CRED: to print one */
	/* SPECIAL, MAPS, FDS: what is walked of a process ... */
	uint32_t lists;      /* ... whose rows must match by themselves */
	uint32_t lists_all;  /* ... that was selected as a whole */
	uint32_t slots;      /* bit -slot: which of cwd, rtd, txt, mem, DEL, NOFD */
	uint32_t file_gate;  /* LINK, STAT: to reject a row */
	uint32_t file_row;   /* LINK, ACCESS, STAT, POS, DETAIL, FLAGS: to print one ... */
	uint32_t file_shown; /* ... or, of these, when the filter needs to know nothing more */
	uint32_t gate_families; /* FAMILY_BIT: socket tables read before the scan */
	uint32_t row_families;  /* those read after it, if a socket that needs them is kept */
	uint32_t unowned_families; /* those that are looked through for sockets nobody holds */
	uint32_t diag_families; /* those that sock_diag is asked for rather than the text */
	bool unheld;         /* tables also tell of sockets that have no inode */
	bool has_filter;     /* gate tables hold only what this lets pass */
	struct sockfilter filter;
	struct sockports ports[8]; /* filter.ports */
	bool peers, whole;   /* struct sockwish */
	uint32_t more;       /* the same: FDMAP_SOCKX, FDMAP_TCPINFO, FDMAP_SKMEM */
	uint32_t also_families; /* those of which the text tells, and sock_diag the rest */
	bool files;          /* which files are names of sockets, in other namespaces */
	bool ask_proto;      /* few processes: ask each socket for its family first */
	bool exact;          /* sock_diag's answer for one socket has all that is wanted */
	bool few;            /* few sockets may be asked for one by one, rather than read tables */
	bool only_sockets;   /* terms select no row but a socket's */
	bool need_match;     /* a socket must be one of the gate tables ... */
	uint32_t rare;       /* ... or say that it is one of these FAMILY_RARE */
	bool by_terms;       /* the terms alone have it so */
	bool narrows;        /* what the filter's bounds leave out need not be in gate tables */
	struct expr_bounds bounds; /* of the filter; without one all zero */
	bool locks, mounts;  /* tables read after the scan, if a row needs them */
	bool few_locks;      /* the letters may be told by the descriptors, all of which are rows */
	bool first_hit;      /* one row of a process is enough */
	enum fdmap_ends_mode ends; /* look for other ends, after the scan */
	bool notes_socks;    /* ... for which it notes the sockets that are no rows */
	enum plan_pass pass;
	bool pass_skips;     /* a process without a hint need not be opened */
	const char *pass_why; /* why there is none, or NULL */
};

void plan_make(const struct fdmap_query *q, struct plan *plan);

#endif
