/* SPDX-License-Identifier: MIT */
/*
 * Things that many processes share, such as the pipe of a server to its thousand children:
 * as pairs they would be as many lines as the square of that.
 */
#include "out/graph.h"

#include <stdlib.h>

/* As many are shown in pairs: these are 120 at most. */
#define SHARED_MOST 16

bool graph_is_shared(const struct graph_row *row)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	pid_t last = row->proc->pid;
	unsigned n = 1;

	/* Each of these has all others as its ends, so that all of them say the same. */
	if (f->kind != FDMAP_KIND_PIPE && f->kind != FDMAP_KIND_MQUEUE &&
	    f->kind != FDMAP_KIND_ANON)
		return false;
	for (uint32_t i = 0; n <= SHARED_MOST && i < more->nends; i++) {
		pid_t pid = more->ends[i].pid;

		/* By PID. */
		n += pid != last && pid != row->proc->pid;
		last = pid;
	}
	return n > SHARED_MOST;
}

/* From who writes to the pipe, from the pipe to who reads. */
static int way_of(const struct fdmap_file *f, char access)
{
	if (f->kind != FDMAP_KIND_PIPE)
		return 0;
	return (access == 'w') - (access == 'r');
}

/* Who has no row is told of by the first row there is. */
static bool is_first(const struct graph *g, const struct graph_row *row)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);

	for (uint32_t i = 0; i < more->nends; i++) {
		const struct fdmap_end *e = &more->ends[i];

		if (e->pid > row->proc->pid || (e->pid == row->proc->pid && e->fd > f->fd))
			return true;
		if (hash_find(&g->held, (uint64_t)e->pid << 32 | (uint32_t)e->fd, NULL))
			return false;
	}
	return true;
}

int graph_share(struct graph *g, const struct graph_row *row, struct buf *label,
		struct buf *name)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	struct graph_way w = { .way = way_of(f, f->access) };
	bool first = is_first(g, row);
	int r;

	buf_reset(label);
	buf_reset(name);
	graph_identify(f, &w, name);
	r = graph_add_link(g, graph_node_of(g, row->proc->pid), UINT32_MAX, &w, label, name,
			   f->kind);
	for (uint32_t i = 0; first && r == 0 && i < more->nends; i++) {
		w.way = way_of(f, more->ends[i].access);
		r = graph_add_link(g, graph_node_of(g, more->ends[i].pid), UINT32_MAX, &w, label,
				   name, f->kind);
	}
	return r;
}
