/* SPDX-License-Identifier: MIT */
/* A filter behind the walk: sockets before it is known who holds them, and the last word. */
#include "engine/filter.h"

#include <errno.h>

#include "engine/endlist.h"
#include "engine/select.h"

/* What the joins behind the sockets' tell. */
#define LATE_FACTS                                                                            \
	(FDMAP_LOCK | FDMAP_LOCKS | FDMAP_MOUNTS | FDMAP_ENDS | FDMAP_NETNS | FDMAP_MORE |    \
	 FDMAP_CONTAINER)

int filter_sock(const struct fdmap_query *q, const struct fdmap_process *proc,
		const struct fdmap_sock *sock)
{
	const struct fdmap_file file = {
		.fd = FDMAP_FD_NONE,
		.kind = FDMAP_KIND_SOCKET,
		.access = ' ',
		.lock = ' ',
		.have = FDMAP_LINK | FDMAP_SOCK | FDMAP_QUEUES,
		.ino = sock->ino,
		.sock = sock,
	};
	const struct expr_row row = {
		.row = { .proc = proc, .file = &file },
		.known = FILTER_SOCK | FDMAP_LINK | (proc ? FILTER_PROC : 0),
		.only_sock = true,
	};
	struct fdmap_value v;
	int truth;

	if (!q->filter)
		return 1;
	fdmap_value_init(&v, NULL);
	truth = expr_eval(q->filter, &row, &v);
	fdmap_value_fini(&v);
	return truth < 0 ? truth : truth != TRUTH_NO;
}

/* Its socket is known, and is where terms on sockets do not select. */
static bool is_foreign(const struct fdmap_snapshot *s, const struct fdmap_file *f)
{
	uint32_t ns = f->sock ? f->sock->netns : f->have & FDMAP_NETNS ? f->netns : 0;

	if (f->kind != FDMAP_KIND_SOCKET || (!f->sock && !(f->have & FDMAP_NETNS)))
		return false;
	return ns < s->ns.n && !s->ns.v[ns].selects;
}

static bool has_key(const struct fdmap_process *p, const struct fdmap_file *f)
{
	return !p->tid && !p->nobody && f->fd >= 0;
}

/* Is it judged, or the other end of one that is? */
static bool is_own(const struct filter_own *own, const struct fdmap_process *p,
		   const struct fdmap_file *f)
{
	return !own->some || !has_key(p, f) ||
	       hash_find(&own->rows, endlist_key(p->pid, f->fd), NULL);
}

struct judge {
	struct fdmap_snapshot *s;
	const struct fdmap_query *q;
	const struct filter_own *own;
	uint32_t known;
	bool last;
	struct fdmap_value v;
};

/* 1: it stays; 0; -ENOMEM. */
static int passes(struct judge *j, const struct fdmap_process *p, const struct fdmap_file *f)
{
	struct expr_row row = {
		.row = { .snap = j->last ? j->s : NULL, .proc = p, .file = f },
		.known = j->known,
		.foreign = is_foreign(j->s, f),
	};
	int truth = expr_eval(j->q->filter, &row, &j->v);

	return truth < 0 ? truth : j->last ? truth == TRUTH_YES : truth != TRUTH_NO;
}

typedef int keeps_fn(void *ctx, const struct fdmap_process *p, const struct fdmap_file *f);

/* Rows that keeps() answers 0 for are dropped, and processes without any. 0 or -ENOMEM. */
static int drop_rows(struct fdmap_snapshot *s, keeps_fn *keeps, void *ctx)
{
	size_t nprocs = 0;
	int r = 0;

	for (size_t i = 0; i < s->nprocs && r >= 0; i++) {
		struct fdmap_process *p = &s->procs[i];
		uint32_t n = 0;

		for (uint32_t k = 0; k < p->nfiles && r >= 0; k++) {
			r = keeps(ctx, p, &p->files[k]);
			if (r > 0)
				*snapshot_row(p, n++) = p->files[k];
		}
		p->nfiles = n;
		if (n)
			s->procs[nprocs++] = *p;
	}
	if (r >= 0)
		s->nprocs = nprocs;
	return r < 0 ? r : 0;
}

static int keeps_passing(void *ctx, const struct fdmap_process *p, const struct fdmap_file *f)
{
	return passes(ctx, p, f);
}

static int judge_rows(struct judge *j)
{
	int r;

	fdmap_value_init(&j->v, NULL);
	r = drop_rows(j->s, keeps_passing, j);
	fdmap_value_fini(&j->v);
	return r;
}

int filter_joined(struct fdmap_snapshot *s, const struct fdmap_query *q, const struct plan *plan,
		  struct filter_own *own)
{
	struct judge j = { .s = s, .q = q, .known = ~(uint32_t)LATE_FACTS };
	int r = 0;

	if (!q->filter)
		return 0;
	if (plan->ends || q->want & (FDMAP_CONTAINER | FDMAP_MORE))
		r = judge_rows(&j);
	own->some = plan->ends == FDMAP_ENDS_SELECT;
	for (size_t i = 0; r == 0 && own->some && i < s->nprocs; i++) {
		const struct fdmap_process *p = &s->procs[i];

		for (uint32_t k = 0; r == 0 && k < p->nfiles; k++)
			if (has_key(p, &p->files[k]))
				r = hash_put(&own->rows, endlist_key(p->pid, p->files[k].fd), 0);
	}
	return r;
}

struct ends {
	struct judge *j;
	struct hash of_own; /* endlist_key of the other ends of rows that pass */
};

static int keeps_ends(void *ctx, const struct fdmap_process *p, const struct fdmap_file *f)
{
	const struct ends *e = ctx;
	int r = is_own(e->j->own, p, f) ? passes(e->j, p, f) : 0;

	if (r == 0 && has_key(p, f))
		r = hash_find(&e->of_own, endlist_key(p->pid, f->fd), NULL);
	return r;
}

/* Those that would be rows without being judged themselves. */
static int note_ends(struct ends *e, const struct fdmap_process *p, const struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	int r = is_own(e->j->own, p, f) ? passes(e->j, p, f) : 0;

	for (uint32_t i = 0; r > 0 && i < more->nends; i++) {
		const struct fdmap_end *end = &more->ends[i];
		int err = end->beyond ? 0 : hash_put(&e->of_own, endlist_key(end->pid, end->fd), 0);

		r = err < 0 ? err : r;
	}
	return r < 0 ? r : 0;
}

/*
 * A row that was listed for another, which did not pass, goes with it; one that did not
 * pass itself stays as the other end of one that did.
 */
static int judge_ends(struct judge *j)
{
	struct ends e = { .j = j };
	int r = 0;

	hash_init(&e.of_own);
	fdmap_value_init(&j->v, NULL);
	for (size_t i = 0; r == 0 && i < j->s->nprocs; i++)
		for (uint32_t k = 0; r == 0 && k < j->s->procs[i].nfiles; k++)
			r = note_ends(&e, &j->s->procs[i], &j->s->procs[i].files[k]);
	if (r == 0)
		r = drop_rows(j->s, keeps_ends, &e);
	fdmap_value_fini(&j->v);
	hash_fini(&e.of_own);
	return r;
}

int filter_last(struct fdmap_snapshot *s, const struct fdmap_query *q,
		const struct filter_own *own)
{
	struct judge j = { .s = s, .q = q, .own = own, .known = UINT32_MAX, .last = true };
	int r;

	if (!q->filter)
		return 0;
	r = own->some ? judge_ends(&j) : judge_rows(&j);
	for (size_t i = 0; r == 0 && s->nprocs && i < q->nterms; i++)
		if (q->terms[i].what == FDMAP_TERM_FILTER)
			hits_set(s->hits, (unsigned)i);
	return r;
}
