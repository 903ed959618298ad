/* SPDX-License-Identifier: MIT */
/*
 * Other ends. What is looked for comes from the rows: their pipes, their sockets'
 * peers, and so on. Who holds it is told by those processes whose descriptors are
 * all rows already; the others are walked once more, and only if anything is
 * looked for. Ends that are to be rows, too, are then read as rows, and have ends
 * of their own, which are told and not selected.
 */
#include "engine/ends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/endpeer.h"
#include "engine/endset.h"

struct ends {
	struct fdmap_snapshot *s;
	const struct scan *scan;
	struct endset set;
	struct endpeers peers;
	struct hash known; /* PIDs of whose descriptors all are rows */
	struct buf found;  /* scratch: struct endpeer */
};

static int look_for_peer(struct ends *e, const struct endpeer *peer)
{
	const struct end_id id = { .what = END_SOCKET, .a = peer->sock->ino };

	return endset_add(&e->set, &id);
}

static int look_for_socket(struct ends *e, const struct fdmap_sock *sock)
{
	size_t own, n;
	int r = 0;

	buf_reset(&e->found);
	endpeers_put(&e->peers, sock, &e->found);
	own = e->found.n / sizeof(struct endpeer);
	/* A peer that becomes a row tells of its own peers, which may be others. */
	for (size_t i = 0; i < own && e->scan->plan->ends == FDMAP_ENDS_SELECT; i++) {
		const struct endpeer *v = (const void *)e->found.p;

		if (!v[i].beyond)
			endpeers_put(&e->peers, v[i].sock, &e->found);
	}
	n = e->found.n / sizeof(struct endpeer);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = look_for_peer(e, &((const struct endpeer *)(const void *)e->found.p)[i]);
	return e->found.failed ? -ENOMEM : r;
}

static int look_for(struct ends *e, const struct fdmap_file *f)
{
	struct end_id id;
	int r;

	if (!end_id_of(f, &id))
		return 0;
	if (id.what == END_SOCKET)
		return look_for_socket(e, f->sock);
	r = endset_add(&e->set, &id);
	if (r < 0 || (id.what != END_MASTER && id.what != END_SLAVE))
		return r;
	/* Which masters there are tells which slaves are whose. */
	id.what = id.what == END_MASTER ? END_SLAVE : END_MASTER;
	return endset_add(&e->set, &id);
}

static int look_for_all(struct ends *e)
{
	int r = 0;

	for (size_t i = 0; i < e->s->nprocs; i++)
		for (uint32_t j = 0; r == 0 && j < e->s->procs[i].nfiles; j++)
			r = look_for(e, &e->s->procs[i].files[j]);
	return r;
}

static struct end_holder holder_of(const struct fdmap_process *p, const struct fdmap_file *f)
{
	struct end_holder h = { .end = { .pid = p->pid, .fd = f->fd, .access = f->access,
					 .uid = p->uid, .comm = p->comm } };

	if (f->stat) {
		h.dev = f->stat->dev;
		h.own = end_is_own(f->stat);
	}
	return h;
}

/* What the rows themselves tell. */
static int hold_rows(struct ends *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < e->s->nprocs; i++) {
		const struct fdmap_process *p = &e->s->procs[i];

		if (p->tid || !(p->have & FDMAP_FDS))
			continue;
		r = hash_put(&e->known, (uint64_t)p->pid, 0);
		for (uint32_t j = 0; r == 0 && j < p->nfiles; j++) {
			struct end_holder h = holder_of(p, &p->files[j]);
			struct end_id id;

			if (end_id_of(&p->files[j], &id) && endset_find(&e->set, &id, &h.key))
				r = endset_hold(&e->set, &h, 1);
		}
	}
	return r;
}

static int by_holder(const void *a, const void *b)
{
	const struct fdmap_end *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

/*
 * Whoever holds a socket at the other end, also the row itself: a socket that is
 * connected to itself has itself there.
 */
static void put_socket_ends(struct ends *e, const struct fdmap_sock *sock, struct buf *out)
{
	size_t npeers, n;

	buf_reset(&e->found);
	endpeers_put(&e->peers, sock, &e->found);
	npeers = e->found.n / sizeof(struct endpeer);
	for (size_t i = 0; i < npeers; i++) {
		const struct endpeer *peer = (const struct endpeer *)(const void *)e->found.p + i;
		const struct end_id id = { .what = END_SOCKET, .a = peer->sock->ino };
		uint32_t nholders;
		const struct end_holder *v = endset_holders(&e->set, &id, &nholders);

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
	out->failed |= e->found.failed;
}

/* Appends the other ends of a row to out, as struct fdmap_end. */
static void put_ends(struct ends *e, const struct fdmap_process *p, const struct fdmap_file *f,
		     struct buf *out)
{
	const struct end_holder self = holder_of(p, f), *v, *masters;
	struct end_id id, other;
	uint32_t n, nmasters;

	if (!end_id_of(f, &id))
		return;
	if (id.what == END_SOCKET) {
		put_socket_ends(e, f->sock, out);
		return;
	}
	other = id;
	if (id.what == END_MASTER || id.what == END_SLAVE)
		other.what = id.what == END_MASTER ? END_SLAVE : END_MASTER;
	id.what = END_MASTER;
	masters = endset_holders(&e->set, &id, &nmasters);
	v = endset_holders(&e->set, &other, &n);
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

static int give_ends(struct ends *e)
{
	struct arena *arena = snapshot_arena(e->s);
	struct buf ends;

	buf_init(&ends);
	for (size_t i = 0; i < e->s->nprocs; i++) {
		const struct fdmap_process *p = &e->s->procs[i];

		for (uint32_t j = 0; j < p->nfiles; j++) {
			struct fdmap_file *f = snapshot_row(p, j);

			if (f->have & FDMAP_ENDS)
				continue;
			buf_reset(&ends);
			put_ends(e, p, f, &ends);
			f->have |= FDMAP_ENDS;
			if (ends.n)
				keep_ends(arena, f, &ends);
		}
	}
	buf_fini(&ends);
	return ends.failed || arena_failed(arena) ? -ENOMEM : 0;
}

/* The ends that are no rows yet, by PID and descriptor: (PID << 32) + descriptor. */
static int missing_ends(const struct ends *e, struct buf *out)
{
	struct hash rows;
	int r = 0;

	hash_init(&rows);
	for (size_t i = 0; r == 0 && i < e->s->nprocs; i++) {
		const struct fdmap_process *p = &e->s->procs[i];

		for (uint32_t j = 0; r == 0 && !p->tid && j < p->nfiles; j++)
			if (p->files[j].fd >= 0)
				r = hash_put(&rows, endlist_key(p->pid, p->files[j].fd), 0);
	}
	for (size_t i = 0; r == 0 && i < e->s->nprocs; i++) {
		const struct fdmap_process *p = &e->s->procs[i];

		for (uint32_t j = 0; r == 0 && j < p->nfiles; j++) {
			const struct fdmap_file *f = &p->files[j];
			const struct fdmap_file_more *more = fdmap_more(f);

			for (uint32_t k = 0; r == 0 && k < more->nends; k++) {
				uint64_t key = endlist_key(more->ends[k].pid, more->ends[k].fd);

				if (more->ends[k].beyond || hash_find(&rows, key, NULL))
					continue;
				r = hash_put(&rows, key, 0);
				buf_put(out, &key, sizeof(key));
			}
		}
	}
	hash_fini(&rows);
	return out->failed ? -ENOMEM : r;
}

/* What was read as a row is an end still, and knows its socket. */
static void finish_rows(struct ends *e, struct endrows *rows)
{
	struct fdmap_process *p = &rows->proc;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p->nfiles; i++) {
		struct fdmap_file *f = snapshot_row(p, i);
		struct end_id queue = { .what = END_MQUEUE }, id;
		uint32_t key;

		if (snapshot_is_socket(f) && !f->sock) {
			f->sock = endpeer_find(&e->peers, f->ino);
			f->have |= f->sock ? FDMAP_SOCK | FDMAP_QUEUES : 0;
		}
		if (f->stat) {
			queue.a = f->stat->dev;
			queue.b = f->stat->ino;
		}
		if (f->kind == FDMAP_KIND_FILE && f->stat && endset_find(&e->set, &queue, &key))
			f->kind = FDMAP_KIND_MQUEUE;
		if (end_id_of(f, &id) && endset_find(&e->set, &id, &key))
			*snapshot_row(p, kept++) = *f;
	}
	p->nfiles = kept;
}

static int select_ends(struct ends *e, struct worker *workers, unsigned threads)
{
	struct endlist list;
	struct buf keys;
	int r;

	buf_init(&keys);
	r = missing_ends(e, &keys);
	if (r == 0)
		r = endlist_new(&list, (uint64_t *)(void *)keys.p, keys.n / sizeof(uint64_t));
	buf_fini(&keys);
	if (r < 0)
		return r;
	r = endscan_rows(e->scan, workers, threads, &list);
	for (size_t i = 0; r == 0 && i < list.n; i++)
		finish_rows(e, &list.v[i]);
	if (r == 0)
		r = endlist_merge(&list, e->s);
	endlist_fini(&list);
	return r == 0 ? give_ends(e) : r;
}

/* Workers with the snapshot's arenas; their hits are nobody's. */
static int borrow_workers(struct ends *e, struct worker *workers, unsigned threads)
{
	int r = 0;

	for (unsigned i = 0; i < threads; i++) {
		int err = worker_init(&workers[i], e->scan);

		workers[i].arena = e->s->arenas[i];
		r = r ? r : err;
	}
	return r;
}

static void return_workers(struct ends *e, struct worker *workers, unsigned threads)
{
	for (unsigned i = 0; i < threads; i++) {
		e->s->arenas[i] = workers[i].arena;
		worker_fini(&workers[i]);
	}
}

static int run(struct ends *e, unsigned threads)
{
	struct worker *workers = calloc(threads, sizeof(*workers));
	int r;

	if (!workers)
		return -ENOMEM;
	r = borrow_workers(e, workers, threads);
	if (r == 0)
		r = hold_rows(e);
	if (r == 0)
		r = endscan_holders(e->scan, workers, threads, &e->known, &e->set);
	if (r == 0) {
		endset_sort(&e->set);
		r = give_ends(e);
	}
	if (r == 0 && e->scan->plan->ends == FDMAP_ENDS_SELECT)
		r = select_ends(e, workers, threads);
	return_workers(e, workers, threads);
	free(workers);
	return r;
}

int ends_join(struct fdmap_snapshot *s, const struct scan *scan, unsigned threads)
{
	struct ends e = { .s = s, .scan = scan };
	int r;

	endset_init(&e.set);
	hash_init(&e.known);
	buf_init(&e.found);
	r = endpeers_init(&e.peers, s, scan);
	if (r == 0)
		r = look_for_all(&e);
	if (r == 0)
		r = e.set.nkeys ? run(&e, threads) : give_ends(&e);
	endpeers_fini(&e.peers);
	endset_fini(&e.set);
	hash_fini(&e.known);
	buf_fini(&e.found);
	return r;
}
