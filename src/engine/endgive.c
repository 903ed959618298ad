/* SPDX-License-Identifier: MIT */
/*
 * Each row is given its ends: by now all sockets at the other side, and all holders, are
 * known and change no more, so that this is done for many processes at once.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/pool.h"
#include "engine/ends.h"

struct give {
	struct fdmap_snapshot *s;
	const struct endset *set;
	const struct endpeers *peers;
	struct worker *workers;
};

static int by_holder(const void *a, const void *b)
{
	const struct fdmap_end *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

/*
 * Whoever holds a socket at the other end, also the row itself: a socket that is
 * connected to itself has itself there. found: scratch.
 */
static void put_socket_ends(const struct give *g, const struct fdmap_sock *sock, struct buf *found,
			    struct buf *out)
{
	size_t npeers, n;

	buf_reset(found);
	endpeers_put(g->peers, sock, found);
	npeers = found->n / sizeof(struct endpeer);
	for (size_t i = 0; i < npeers; i++) {
		const struct endpeer *peer = (const struct endpeer *)(const void *)found->p + i;
		const struct end_id id = { .what = END_SOCKET, .a = peer->sock->ino };
		uint32_t nholders;
		const struct end_holder *v = endset_holders(g->set, &id, &nholders);

		for (uint32_t j = 0; j < nholders; j++) {
			struct fdmap_end end = v[j].end;

			end.pending = peer->pending;
			end.beyond = peer->beyond;
			buf_put(out, &end, sizeof(end));
		}
	}
	n = out->n / sizeof(struct fdmap_end);
	if (npeers > 1 && n)
		qsort(out->p, n, sizeof(struct fdmap_end), by_holder);
	out->failed |= found->failed;
}

/* Who holds the same pipe, or the other side of the same pty. */
static void put_file_ends(const struct give *g, const struct fdmap_process *p,
			  const struct fdmap_file *f, struct end_id id, struct buf *out)
{
	const struct end_holder self = { .dev = f->stat ? f->stat->dev : 0,
					 .own = f->stat && end_is_own(f->stat) };
	const struct end_holder *v, *masters;
	struct end_id other = id;
	uint32_t n, nmasters;

	if (id.what == END_MASTER || id.what == END_SLAVE)
		other.what = id.what == END_MASTER ? END_SLAVE : END_MASTER;
	id.what = END_MASTER;
	masters = endset_holders(g->set, &id, &nmasters);
	v = endset_holders(g->set, &other, &n);
	for (uint32_t i = 0; i < n; i++) {
		bool same = v[i].end.pid == p->pid && v[i].end.fd == f->fd;

		if (other.what == END_SLAVE && !end_is_pair(&self, &v[i], masters, nmasters))
			continue;
		if (other.what == END_MASTER && !end_is_pair(&v[i], &self, masters, nmasters))
			continue;
		if (!same)
			buf_put(out, &v[i].end, sizeof(v[i].end));
	}
}

static void keep_ends(struct arena *arena, struct fdmap_file *f, const struct buf *ends)
{
	struct fdmap_file_more *more = snapshot_more(arena, f);

	if (!more)
		return;
	more->nends = (uint32_t)(ends->n / sizeof(*more->ends));
	more->ends = arena_memdup(arena, ends->p, ends->n);
}

static void give_chunk(void *arg, unsigned id, size_t lo, size_t hi)
{
	const struct give *g = arg;
	struct arena *arena = &g->workers[id].arena;
	struct buf ends, found;

	buf_init(&ends);
	buf_init(&found);
	for (size_t i = lo; i < hi; i++) {
		const struct fdmap_process *p = &g->s->procs[i];

		for (uint32_t j = 0; j < p->nfiles; j++) {
			struct fdmap_file *f = snapshot_row(p, j);
			struct end_id what;

			if (f->have & FDMAP_ENDS)
				continue;
			f->have |= FDMAP_ENDS;
			if (!end_id_of(f, &what))
				continue;
			buf_reset(&ends);
			if (what.what == END_SOCKET)
				put_socket_ends(g, f->sock, &found, &ends);
			else
				put_file_ends(g, p, f, what, &ends);
			/* The next row would not know. */
			if (ends.failed)
				g->workers[id].error = -ENOMEM;
			if (ends.n)
				keep_ends(arena, f, &ends);
		}
	}
	if (arena_failed(arena))
		g->workers[id].error = -ENOMEM;
	buf_fini(&ends);
	buf_fini(&found);
}

void endgive_rows(struct fdmap_snapshot *s, const struct endset *set, const struct endpeers *peers,
		  struct worker *workers, unsigned threads)
{
	struct give g = { s, set, peers, workers };

	pool_run(threads, s->nprocs, 8, give_chunk, &g);
}
