/* SPDX-License-Identifier: MIT */
/*
 * Terms against processes and rows. What matched sets a bit of its class in
 * the answer, and the bit of the term in `hits`, of which each worker has its
 * own.
 */
#ifndef ENGINE_SELECT_H
#define ENGINE_SELECT_H

#include "engine/forest.h"
#include "engine/query.h"
#include "net/socktab.h"

struct selector {
	const struct fdmap_query *q;
	/* UNIX sockets whose file is one of the names: inode -> index in q->path.v */
	struct hash named_sockets;
	const struct forest *forest; /* or NULL */
};

/* Finds the sockets that stand for file name terms; tab has UNIX loaded then. */
MUST_CHECK int selector_init(struct selector *s, const struct fdmap_query *q, struct root *root,
			     const struct socktab *tab);
void selector_fini(struct selector *s);

size_t hits_words(const struct fdmap_query *q);
void hits_set(uint64_t *hits, unsigned term); /* NULL: nobody wants to know */
bool hits_has(const uint64_t *hits, unsigned term);

struct select_ids {
	pid_t pid, pgid;
	uid_t uid;
	bool task;
};

/* false: excluded. got |= bits; only ids whose class has terms are looked at. */
bool select_ids(const struct fdmap_query *q, const struct select_ids *ids, uint64_t *hits,
		uint32_t *got);
bool select_command(const struct fdmap_query *q, const char *comm, uint64_t *hits,
		    uint32_t *got);

/* context NULL: not known, matches nothing. */
void select_context(const struct fdmap_query *q, const char *context, uint64_t *hits,
		    uint32_t *got);

/* SEL_FD or 0. fd: number or enum fdmap_slot. */
uint32_t select_fd(const struct fdmap_query *q, int fd);

/* SEL_NM, SEL_NLINK or 0; *as: the name it was found by, where rows show that. */
uint32_t select_stat(const struct fdmap_query *q, const struct fdmap_stat *st, uint64_t *hits,
		     const char **as);
/* The same by device and inode alone, for mappings that could not be asked. */
uint32_t select_inode(const struct fdmap_query *q, uint64_t dev, uint64_t ino, uint64_t *hits,
		      const char **as);

/* sock NULL: in no table. *hidden: a state list leaves it out. */
uint32_t select_sock(const struct selector *s, const struct fdmap_sock *sock, uint64_t *hits,
		     bool *hidden);

/* The verdict on a row. */
static inline bool select_done(const struct fdmap_query *q, uint32_t got)
{
	if (!q->used)
		return true;
	return q->match == FDMAP_MATCH_ALL ? (got & q->used) == q->used : (got & q->used) != 0;
}

/* Could a row of a process that got these process bits still be selected? */
static inline bool select_possible(const struct fdmap_query *q, uint32_t got)
{
	uint32_t used = q->used & SEL_PROC;

	if (!q->used || (q->used & ~(uint32_t)SEL_PROC && q->match == FDMAP_MATCH_ANY))
		return true;
	return q->match == FDMAP_MATCH_ALL ? (got & used) == used : (got & used) != 0;
}

#endif
