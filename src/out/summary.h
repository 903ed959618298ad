/* SPDX-License-Identifier: MIT */
/*
 * The page of totals is made of parts: one file each, one row in summary.c. A part sees
 * every row, then writes its section of the page and its member of the JSON object.
 */
#ifndef OUT_SUMMARY_H
#define OUT_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/util.h"
#include "out/column.h"
#include "out/grid.h"
#include "out/jsonw.h"
#include "out/sink.h"

/* A row, and what was seen before it. Rows of threads are not among them. */
struct seen {
	const struct fdmap_row *row;
	bool begins;	 /* the first row of its process */
	bool is_socket;
	uint32_t socket; /* its number: sockets are counted as they come */
	bool first;	 /* no other row had this socket */
	bool first_here; /* none of this process had it */
};

struct totals; /* of one part: its own */

struct summary_part {
	const char *key;  /* of its member in JSON */
	uint32_t needs;	  /* facts (enum fdmap_fact) */
	size_t size;	  /* of its totals, which begin as zeros */
	int (*row)(struct totals *t, const struct seen *x);
	/* All rows have come: sorts, or asks for what is in no row. May be NULL. */
	int (*end)(struct totals *t, const struct format *fmt);
	void (*text)(const struct totals *t, const struct format *fmt, struct buf *out);
	/* A value: the key was written. */
	void (*json)(const struct totals *t, const struct format *fmt, struct jsonw *w);
	void (*fini)(struct totals *t); /* may be NULL */
};

extern const struct summary_part summary_seen, summary_sockets, summary_unowned, summary_owners,
	summary_listeners, summary_kernel, summary_limits, summary_kinds, summary_deleted;

/* ---- what several parts do ------------------------------------------------------------ */

#define SUMMARY_TOP 10

/* How many of n are shown. */
static inline size_t summary_some(size_t n, size_t most)
{
	return n < most ? n : most;
}
/* "  and 12 more": nothing when all are shown. */
void summary_more(size_t n, size_t most, const char *what, struct buf *out);
/* The line above a section: an empty one before it. */
void summary_title(const char *title, struct buf *out);

/* Cells of a process: PID, user, command. */
void summary_process_heads(struct grid *g);
void summary_process_cells(struct grid *g, const struct format *fmt, const struct fdmap_process *p);
/* Members of an object: pid, user, uid, command. */
void summary_process_json(struct jsonw *w, const struct format *fmt, const struct fdmap_process *p);

void summary_member(struct jsonw *w, const char *key, uint64_t v);
void summary_word(struct jsonw *w, const char *key, const char *word);

/* "tcp"; of a socket in no table NULL. */
const char *summary_table(const struct fdmap_sock *sock);

#endif
