/* SPDX-License-Identifier: MIT */
/*
 * Sockets that nobody holds. A table read before the walk tells what is looked for,
 * one read after it what is still there: a socket that was made or closed meanwhile
 * is neither held nor unowned. What the first walk has not found is looked for once
 * more, in all processes, since a descriptor may move from one that was not read yet
 * to one that was.
 */
#include "engine/unowned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/filter.h"
#include "engine/heldscan.h"
#include "engine/nsload.h"
#include "engine/unreason.h"

struct search {
	struct fdmap_snapshot *s;
	const struct scan *scan;
	uint64_t *hits;              /* of the socket at hand */
	struct socktab read;         /* `before`, where no table of the snapshot's does */
	const struct socktab *before;
	struct heldkeys keys;
	struct heldscan held;
	struct hash known;           /* PIDs of which all descriptors are rows */
	struct listeners listeners;  /* as they are now */
	const struct fdmap_end *carriers;
	uint32_t ncarriers;
	struct buf rows;             /* struct fdmap_file */
};

/*
 * listener: of one that has no name of its own yet, or NULL. 1, 0, or -ENOMEM. A filter
 * has the last word later; here it only leaves out what it would not let pass.
 */
static int is_selected(struct search *u, const struct fdmap_sock *sock,
			const struct fdmap_sock *listener)
{
	static const struct fdmap_process nobody = { .nobody = true };
	const struct selector *sel = u->scan->selector;
	bool hidden, not_asked;
	uint32_t got;

	memset(u->hits, 0, hits_words(sel->q) * sizeof(*u->hits));
	got = select_sock(sel, sock, u->hits, &hidden);
	if (listener && !hidden && sel->q->used & SEL_NM)
		got |= select_sock(sel, listener, u->hits, &not_asked) & SEL_NM;
	return hidden || !select_done(sel->q, got) ? 0 : filter_sock(sel->q, &nobody, sock);
}

/* A table that could not be read the one or the other time has fewer rows. Told once. */
static int tell_problems(struct fdmap_snapshot *s, const struct socktab *t)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->nproblems; i++)
		r = snapshot_problem(s, t->problems[i].source, t->problems[i].error);
	return r;
}

static int read_before(struct search *u)
{
	const struct plan *plan = u->scan->plan;
	int r;

	if (!(plan->unowned_families & ~plan->gate_families) && !plan->has_filter) {
		u->before = &u->s->gate;
		return 0;
	}
	u->before = &u->read;
	r = nsload_fresh(u->s, u->scan->root, u->scan->q, plan, plan->unowned_families, &u->read);
	return r < 0 ? r : tell_problems(u->s, &u->read);
}

/* What is looked for: what is selected, and listeners, which may be named as a reason. */
static int make_keys(struct search *u)
{
	const struct socklist *l = &u->before->socks;
	struct heldkeys *k = &u->keys;
	int r = 0;

	k->flags = calloc(l->n ? l->n : 1, sizeof(*k->flags));
	if (!k->flags)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		const struct fdmap_sock *sock = socklist_at(l, i);
		bool listens = sock_listens(sock);

		if (unreason_is_kernel(sock))
			continue;
		r = listens ? 1 : is_selected(u, sock, NULL);
		if (r <= 0)
			continue;
		r = hash_put(&k->by_ino, sock->ino, (uint32_t)k->n);
		if (r == 0)
			atomic_init(&k->flags[k->n++], listens ? HELD_NAMED : 0);
	}
	return r;
}

static int hold_row(struct search *u, const struct fdmap_process *p, const struct fdmap_file *f)
{
	struct heldrow row = { .what = HELD_FD, .key = f->ino };
	uint32_t i;

	/* What is registered in a ring has no descriptor: that is worth telling. */
	if (!snapshot_is_socket(f) || f->fd == FDMAP_FD_URING ||
	    !hash_find(&u->keys.by_ino, f->ino, &i))
		return 0;
	if (!(atomic_fetch_or(&u->keys.flags[i], HELD) & HELD_NAMED) || f->fd < 0)
		return 0;
	row.end = (struct fdmap_end){
		.pid = p->pid,
		.fd = f->fd,
		.access = f->access,
		.uid = p->uid,
		.comm = p->comm,
	};
	return heldscan_add(&u->held, &row);
}

/* What the rows themselves tell. */
static int hold_rows(struct search *u)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < u->s->nprocs; i++) {
		const struct fdmap_process *p = &u->s->procs[i];

		if (!p->tid && p->have & FDMAP_FDS)
			r = hash_put(&u->known, (uint64_t)p->pid, 0);
		for (uint32_t j = 0; r == 0 && j < p->nfiles; j++)
			r = hold_row(u, p, &p->files[j]);
	}
	return r;
}

static bool all_held(const struct search *u)
{
	for (size_t i = 0; i < u->keys.n; i++)
		if (!(atomic_load(&u->keys.flags[i]) & HELD))
			return false;
	return true;
}

static int walk(struct search *u)
{
	struct heldscan *h = &u->held;
	int r = 0;

	if (!all_held(u)) {
		h->known = &u->known;
		r = heldscan_run(h);
	}
	if (r == 0 && !all_held(u)) {
		h->known = NULL;
		h->deep = true;
		h->others = u->before;
		r = heldscan_run(h);
	}
	heldscan_sort(h);
	return r;
}

/* Workers with the snapshot's arenas; their hits are nobody's. */
static int walk_with_workers(struct search *u, unsigned threads)
{
	struct worker *workers = calloc(threads, sizeof(*workers));
	int r = 0;

	if (!workers)
		return -ENOMEM;
	for (unsigned i = 0; i < threads; i++) {
		int err = worker_init(&workers[i], u->scan);

		workers[i].arena = u->s->arenas[i];
		r = r ? r : err;
	}
	u->held.scan = u->scan;
	u->held.workers = workers;
	u->held.threads = threads;
	u->held.keys = &u->keys;
	if (r == 0)
		r = walk(u);
	for (unsigned i = 0; i < threads; i++) {
		u->s->arenas[i] = workers[i].arena;
		worker_fini(&workers[i]);
	}
	free(workers);
	return r;
}

/* The holders found under a key, as a list in the snapshot's arena. */
static uint32_t ends_of(struct search *u, enum heldrow_what what, uint64_t key,
			const struct fdmap_end **out)
{
	const struct heldrow *v;
	struct fdmap_end *ends;
	size_t n;

	*out = NULL;
	v = heldscan_find(&u->held, what, key, &n);
	if (!v)
		return 0;
	ends = arena_alloc(snapshot_arena(u->s), n * sizeof(*ends));
	for (size_t i = 0; ends && i < n; i++) {
		ends[i] = v[i].end;
		/* Not the other ends, but who has to do with it. */
		ends[i].beyond = true;
	}
	*out = ends;
	return ends ? (uint32_t)n : 0;
}

/* It has a file, which is nobody's descriptor. */
static void give_reason(struct search *u, const struct fdmap_sock *sock,
			struct fdmap_file_more *why)
{
	why->nends = ends_of(u, HELD_URING, sock->ino, &why->ends);
	if (why->nends) {
		why->unowned = FDMAP_UNOWNED_URING;
	} else if (unreason_is_kernel(sock)) {
		why->unowned = FDMAP_UNOWNED_KERNEL;
	} else if (u->ncarriers) {
		why->unowned = FDMAP_UNOWNED_IN_FLIGHT;
		why->ends = u->carriers;
		why->nends = u->ncarriers;
		why->unseen = u->held.refused;
	} else if (u->held.refused) {
		why->unowned = FDMAP_UNOWNED_HIDDEN;
		why->unseen = true;
	} else {
		why->unowned = FDMAP_UNOWNED_KERNEL;
	}
}

static struct fdmap_file row_of(const struct fdmap_sock *sock)
{
	return (struct fdmap_file){
		.fd = FDMAP_FD_NONE,
		.kind = FDMAP_KIND_SOCKET,
		.access = ' ',
		.lock = ' ',
		.have = FDMAP_LINK | FDMAP_SOCK | FDMAP_QUEUES,
		.ino = sock->ino,
		.sock = sock,
		.netns = sock->netns,
	};
}

static void add_row(struct search *u, const struct fdmap_sock *sock,
		    const struct fdmap_file_more *why)
{
	struct fdmap_file f = row_of(sock);

	f.more = arena_memdup(snapshot_arena(u->s), why, sizeof(*why));
	for (size_t i = 0; i < hits_words(u->scan->q); i++)
		u->s->hits[i] |= u->hits[i];
	buf_put(&u->rows, &f, sizeof(f));
}

static int add_unheld(struct search *u, const struct fdmap_sock *sock)
{
	struct fdmap_file_more why = { .unowned = (uint8_t)unreason_of_state(sock) };
	int r;

	if (why.unowned == FDMAP_UNOWNED_PENDING || why.unowned == FDMAP_UNOWNED_SYN_RECV)
		why.listener = listeners_find(&u->listeners, sock);
	r = is_selected(u, sock, why.listener);
	if (r <= 0)
		return r;
	if (why.listener)
		why.nends = ends_of(u, HELD_FD, why.listener->ino, &why.ends);
	add_row(u, sock, &why);
	return 0;
}

static int add_with_file(struct search *u, const struct fdmap_sock *sock)
{
	struct fdmap_file_more why = { 0 };
	uint32_t i;
	int r;

	if (!unreason_is_kernel(sock) && (!hash_find(&u->keys.by_ino, sock->ino, &i) ||
					  atomic_load(&u->keys.flags[i]) & HELD))
		return 0;
	r = is_selected(u, sock, NULL);
	if (r <= 0)
		return r;
	give_reason(u, sock, &why);
	add_row(u, sock, &why);
	return 0;
}

static int make_rows(struct search *u)
{
	const struct plan *plan = u->scan->plan;
	struct socktab *now = &u->s->fresh;
	int r = nsload_fresh(u->s, u->scan->root, u->scan->q, plan, plan->unowned_families, now);

	if (r == 0)
		r = tell_problems(u->s, now);
	if (r == 0)
		r = listeners_init(&u->listeners, now);
	if (r < 0)
		return r;
	u->ncarriers = ends_of(u, HELD_CARRIER, 0, &u->carriers);
	for (size_t i = 0; r == 0 && i < now->socks.n; i++)
		r = add_with_file(u, socklist_at(&now->socks, i));
	for (size_t i = 0; r == 0 && i < now->unheld.n; i++)
		r = add_unheld(u, socklist_at(&now->unheld, i));
	if (r < 0)
		return r;
	return u->rows.failed || arena_failed(snapshot_arena(u->s)) ? -ENOMEM : 0;
}

/* The rows become those of a last process. */
static int add_nobody(struct search *u)
{
	struct fdmap_snapshot *s = u->s;
	struct fdmap_process *v, p = { .nobody = true };

	if (!u->rows.n)
		return 0;
	v = reallocarray(s->procs, s->nprocs + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->procs = v;
	p.files = arena_memdup(snapshot_arena(s), u->rows.p, u->rows.n);
	p.nfiles = (uint32_t)(u->rows.n / sizeof(*p.files));
	if (!p.files)
		return -ENOMEM;
	v[s->nprocs++] = p;
	return 0;
}

static void search_fini(struct search *u)
{
	free(u->hits);
	socktab_fini(&u->read);
	hash_fini(&u->keys.by_ino);
	free(u->keys.flags);
	heldscan_fini(&u->held);
	hash_fini(&u->known);
	listeners_fini(&u->listeners);
	buf_fini(&u->rows);
}

int unowned_join(struct fdmap_snapshot *s, const struct scan *scan, unsigned threads)
{
	struct search u = { .s = s, .scan = scan };
	int r = 0;

	socktab_init(&u.read);
	hash_init(&u.keys.by_ino);
	hash_init(&u.known);
	buf_init(&u.rows);
	u.hits = calloc(hits_words(scan->q) + 1, sizeof(*u.hits));
	if (!u.hits)
		r = -ENOMEM;
	if (r == 0)
		r = read_before(&u);
	if (r == 0)
		r = make_keys(&u);
	if (r == 0)
		r = hold_rows(&u);
	if (r == 0)
		r = walk_with_workers(&u, threads);
	if (r == 0)
		r = make_rows(&u);
	if (r == 0)
		r = add_nobody(&u);
	search_fini(&u);
	return r;
}
