/* SPDX-License-Identifier: MIT */
/* What was found. Owns all it shows; nothing in it changes once it is made. */
#ifndef ENGINE_SNAPSHOT_H
#define ENGINE_SNAPSHOT_H

#include "base/arena.h"
#include "base/buf.h"
#include "engine/costs.h"
#include "fdmap.h"
#include "engine/nslist.h"
#include "net/socktab.h"

struct bpf_pass;

struct fdmap_snapshot {
	struct arena *arenas; /* one per worker, the last for what is joined */
	unsigned narenas;
	struct arena lasting;  /* what outlives the rows when these are handed out in parts */
	bool in_parts;         /* ... which they are */
	struct fdmap_process *procs;
	size_t nprocs;
	struct socktab gate, rows; /* tables read before and after the scan */
	struct socktab fresh;      /* read once more, last: of sockets that nobody holds */
	struct nslist ns;          /* sock->netns is an index of it */
	struct fdmap_netns *netns; /* the same, to be shown */
	uint64_t *hits;            /* terms found, OR-ed over the workers */
	size_t nterms;
	struct fdmap_problem *problems;
	size_t nproblems;
	size_t told[2]; /* of the tables' problems: gate, rows */
	struct buf seen;           /* struct seen (endseen.h), until other ends are found */
	struct buf unseen;         /* struct unseen (unseen.c): who may not be read */
	bool direct;               /* only PIDs that were asked for were looked at */
	struct costs costs;
	bool bpf;                 /* a pass of BPF may tell of other namespaces' sockets ... */
	struct bpf_pass *socks; /* while it is taken: all held sockets of all namespaces, or NULL */
	bool socks_sure;          /* ... it has come to its end */
	bool pass_read;           /* the pass was begun before the tables */
	enum fdmap_engine engine; /* what was used: PROC or BPF */
	const char *engine_why;   /* why not BPF; static, or NULL */
};

MUST_CHECK int snapshot_new(struct fdmap_snapshot **s, unsigned nworkers, size_t nterms);
/* Adds the problems of one of its two tables that are not told yet. */
MUST_CHECK int snapshot_problems(struct fdmap_snapshot *s, const struct socktab *tab);
MUST_CHECK int snapshot_problem(struct fdmap_snapshot *s, const char *source, int error);
/* Drops rows that a join has made FDMAP_KIND_UNKNOWN: what they were has ended. */
void snapshot_drop(struct fdmap_snapshot *s);
struct arena *snapshot_arena(struct fdmap_snapshot *s);

/* A row to be changed: they are const to everybody but the joins. */
struct fdmap_file *snapshot_row(const struct fdmap_process *p, uint32_t i);
/* What few rows have, made for this one if it has none yet; NULL: out of memory, sticky. */
struct fdmap_file_more *snapshot_more(struct arena *arena, struct fdmap_file *f);
/* The name of a UNIX socket, opened with O_PATH, is of that kind, but has its own inode. */
bool snapshot_is_socket(const struct fdmap_file *f);
/* A socket that no table has told of yet. */
bool snapshot_lacks_sock(const struct fdmap_file *f);
/* Gives them what has been loaded into s->rows since. */
void snapshot_join_socks(struct fdmap_snapshot *s);

#endif
