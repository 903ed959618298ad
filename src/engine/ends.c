/* SPDX-License-Identifier: MIT */
/*
 * Other ends. What is looked for comes from the rows: their pipes, their sockets'
 * peers, and so on. Who holds it is told by the rows, and by what the first walk has
 * noted or a pass tells; only processes of which that is not all are walked once more,
 * and only if anything is looked for. Ends that are to be rows, too, are then read as
 * rows, and have ends of their own, which are told and not selected.
 */
#include "engine/ends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/unseen.h"

struct ends {
	struct fdmap_snapshot *s;
	const struct scan *scan;
	struct endset set;
	struct endpeers peers;
	struct endseen seen;
	struct buf found; /* scratch: struct endpeer */
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

/* Who holds a socket is told by its number, whether a table tells of it or not. */
static bool held_as(const struct fdmap_file *f, struct end_id *id)
{
	if (f->fd < 0 || !snapshot_is_socket(f))
		return end_id_of(f, id);
	*id = (struct end_id){ .what = END_SOCKET, .a = f->ino };
	return true;
}

/* What the rows themselves tell. */
static int hold_rows(struct ends *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < e->s->nprocs; i++) {
		const struct fdmap_process *p = &e->s->procs[i];

		if (p->tid)
			continue;
		if (p->have & FDMAP_FDS)
			r = endseen_add(&e->seen, p->pid);
		for (uint32_t j = 0; r == 0 && j < p->nfiles; j++) {
			struct end_holder h = holder_of(p, &p->files[j]);
			struct end_id id;

			if (held_as(&p->files[j], &id) && endset_find(&e->set, &id, &h.key))
				r = endset_hold(&e->set, &h, 1);
		}
	}
	return r;
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
	if (r == 0)
		endgive_rows(e->s, &e->set, &e->peers, workers, threads);
	return r;
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
		unseen_keep(e->s, &workers[i]);
		worker_fini(&workers[i]);
	}
}

/* Who holds what is looked for. */
static int find_holders(struct ends *e, struct worker *workers, unsigned threads)
{
	int r = hold_rows(e);

	if (r == 0)
		r = endseen_use(&e->seen, &e->s->seen, &e->set);
	buf_fini(&e->s->seen);
	if (r == 0)
		r = endscan_holders(e->scan, e->s, workers, threads, &e->seen, &e->set);
	endset_sort(&e->set);
	return r;
}

static int run(struct ends *e, unsigned threads)
{
	struct worker *workers = calloc(threads, sizeof(*workers));
	int r;

	if (!workers)
		return -ENOMEM;
	r = borrow_workers(e, workers, threads);
	if (r == 0 && e->set.nkeys)
		r = find_holders(e, workers, threads);
	if (r == 0)
		endgive_rows(e->s, &e->set, &e->peers, workers, threads);
	if (r == 0 && e->set.nkeys && e->scan->plan->ends == FDMAP_ENDS_SELECT)
		r = select_ends(e, workers, threads);
	for (unsigned i = 0; i < threads; i++)
		r = r ? r : workers[i].error;
	return_workers(e, workers, threads);
	free(workers);
	return r;
}

int ends_join(struct fdmap_snapshot *s, const struct scan *scan, unsigned threads)
{
	struct ends e = { .s = s, .scan = scan };
	int r = s->seen.failed ? -ENOMEM : 0;

	endset_init(&e.set);
	endseen_init(&e.seen);
	buf_init(&e.found);
	if (r == 0)
		r = endpeers_init(&e.peers, s, scan);
	if (r == 0)
		r = look_for_all(&e);
	if (r == 0)
		r = run(&e, threads);
	endpeers_fini(&e.peers);
	endset_fini(&e.set);
	endseen_fini(&e.seen);
	buf_fini(&s->seen);
	buf_fini(&e.found);
	return r;
}
