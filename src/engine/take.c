/* SPDX-License-Identifier: MIT */
/* Taking a snapshot: tables that gate, the walk, the joins. */
#include "engine/take.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/before.h"
#include "engine/beside.h"
#include "engine/containerjoin.h"
#include "engine/ends.h"
#include "engine/filter.h"
#include "engine/join.h"
#include "engine/late.h"
#include "engine/more.h"
#include "engine/nsjoin.h"
#include "engine/nsload.h"
#include "engine/pass.h"
#include "engine/passload.h"
#include "engine/runscan.h"
#include "engine/scan.h"
#include "engine/select.h"
#include "engine/sockmore.h"
#include "engine/stream.h"
#include "engine/unowned.h"

/*
 * The processes. Those may hold sockets of namespaces that nothing else told of, or
 * that a table left out: these decide, too, so that it is all done again, which finds
 * no others.
 */
static int scan_all(struct before *b, struct scan *scan, struct fdmap_snapshot *s,
		    const struct ids *pids, unsigned threads)
{
	struct noted noted;
	bool again = false, late = false;
	int r;

	buf_init(&noted.strays);
	buf_init(&noted.late);
	r = run_scan(s, scan, pids, threads, &noted);
	costs_stage(&s->costs, FDMAP_STAGE_TABLES);
	if (r == 0 && noted.strays.n)
		r = nsload_strays(s, scan->root, scan->plan, &noted.strays, &again);
	if (r == 0)
		r = late_gate(s, scan, &noted.late, &late);
	if (r == 0 && (again || late)) {
		forget_scan(s);
		selector_fini(&b->selector);
		scan->strays = NULL;
		scan->doubt = 0;
		r = before_gate(b, scan, s);
		if (r == 0)
			r = run_scan(s, scan, pids, threads, &noted);
	}
	buf_fini(&noted.strays);
	buf_fini(&noted.late);
	return r;
}

static int scan_beside(struct before *b, struct scan *scan, struct fdmap_snapshot *s,
		       const struct ids *pids, unsigned threads)
{
	int r, err;

	beside_start(&b->beside, scan, s, threads);
	r = scan_all(b, scan, s, pids, threads);
	err = beside_tables(&b->beside);
	if (scan->pass && (bpf_pass_end(scan->pass) < 0 || r == -ECANCELED)) {
		forget_scan(s);
		r = pass_give_up(scan, s);
		if (r == 0)
			r = scan_all(b, scan, s, pids, threads);
	}
	return r < 0 ? r : err;
}

/* What connects rows to all that was read once; only what the format or the filter needs. */
static int join_all(struct before *b, const struct scan *scan, struct fdmap_snapshot *s,
		    unsigned threads)
{
	const struct fdmap_query *q = scan->q;
	const struct plan *plan = scan->plan;
	struct root *root = scan->root;
	int r;

	costs_stage(&s->costs, FDMAP_STAGE_JOIN);
	r = join_rows(s, root, plan, q, scan->mounts);
	if (r == 0)
		r = filter_joined(s, q, plan, &b->own);
	costs_stage(&s->costs, FDMAP_STAGE_ENDS);
	if (r == 0 && plan->ends)
		r = ends_join(s, scan, threads);
	costs_stage(&s->costs, FDMAP_STAGE_LOCKS);
	if (r == 0)
		r = beside_end(&b->beside);
	if (r == 0 && plan->few_locks)
		r = join_few_locks(s, root, &b->beside.locks, &b->beside.has_locks);
	if (r == 0 && plan->locks && s->nprocs)
		r = join_locks(s, root, &b->beside.locks, &b->beside.has_locks);
	costs_stage(&s->costs, FDMAP_STAGE_MORE);
	if (r == 0 && q->want & FDMAP_CONTAINER)
		r = containers_join(s, root);
	if (r == 0 && q->want & FDMAP_MORE)
		r = more_join(s, root);
	return r;
}

/* What all joins together say. */
static int last_word(struct before *b, const struct scan *scan, struct fdmap_snapshot *s)
{
	int r = 0;

	costs_stage(&s->costs, FDMAP_STAGE_LAST);
	if (scan->plan->more & FDMAP_SOCKX)
		r = sockmore_join(s, scan->root);
	if (r == 0)
		r = nsjoin_show(s, scan->root, scan->q);
	return r < 0 ? r : filter_last(s, scan->q, &b->own);
}

/* ---- in parts ------------------------------------------------------------------------ */

/* A table that lacks sockets is read again, and the walk goes back, so often at most. */
#define MOST_LATE 3

/* Part by part is at most so many times, and no part is smaller than that. */
#define MOST_PARTS 8
#define LEAST_PART 64

struct parts {
	struct before *b;
	struct scan *scan;
	struct fdmap_snapshot *s;
	unsigned threads;
	const struct visitor *visitor;
	bool enough; /* says the visitor */
};

static size_t part_size(const struct visitor *visitor, size_t n)
{
	size_t size = n / MOST_PARTS > LEAST_PART ? n / MOST_PARTS : LEAST_PART;

	if (visitor->part)
		size = visitor->part < n ? visitor->part : n;
	return (size + SCAN_CHUNK - 1) / SCAN_CHUNK * SCAN_CHUNK;
}

static bool part_ready(void *ctx)
{
	struct parts *p = ctx;

	return beside_done(&p->b->beside);
}

static int use_part(void *ctx)
{
	struct parts *p = ctx;
	struct fdmap_snapshot *s = p->s;
	int r = beside_tables(&p->b->beside);

	/* What was opened there meanwhile is in none of them. */
	nsload_forget(&s->ns);
	if (r == 0)
		r = join_all(p->b, p->scan, s, p->threads);
	if (r == 0)
		r = last_word(p->b, p->scan, s);
	costs_part(s);
	if (r == 0 && s->nprocs)
		p->enough = p->visitor->each(p->visitor->arg, s) != 0;
	costs_stage(&s->costs, FDMAP_STAGE_SCAN);
	return p->enough ? -ECANCELED : r;
}

/* Sockets that no table has, though it should: what follows is judged by a table that has them. */
static int read_late(struct parts *p, const struct buf *late, unsigned *times)
{
	struct fdmap_snapshot *s = p->s;
	bool more;
	int r;

	costs_stage(&s->costs, FDMAP_STAGE_TABLES);
	/* Nobody looks at it meanwhile. */
	s->in_parts = false;
	r = late_gate(s, p->scan, late, &more);
	s->in_parts = true;
	if (r == 0 && more) {
		selector_fini(&p->b->selector);
		r = before_gate(p->b, p->scan, s);
	}
	if (!more || ++*times == MOST_LATE)
		p->scan->doubt = 0;
	return r;
}

/* The same rows, handed out while the walk goes on. */
static int walk_in_parts(struct parts *p, const struct ids *pids)
{
	const struct stream stream = {
		p->scan, p->s, pids, p->threads, part_size(p->visitor, pids->n),
		part_ready, use_part, p,
	};
	unsigned times = 0;
	struct buf late;
	size_t done = 0;
	int r = 0, err;

	p->s->in_parts = true;
	beside_start(&p->b->beside, p->scan, p->s, p->threads);
	buf_init(&late);
	while (r == 0 && done < pids->n) {
		buf_reset(&late);
		costs_walk(&p->s->costs);
		r = stream_run(&stream, &done, &late);
		if (r > 0) {
			r = read_late(p, &late, &times);
		} else if (r == -ECANCELED && !p->enough && bpf_pass_end(p->scan->pass) < 0) {
			/* What was handed out was whole. */
			r = pass_give_up(p->scan, p->s);
		}
	}
	buf_fini(&late);
	err = beside_end(&p->b->beside);
	r = r < 0 ? r : err;
	/* What would have come behind the last process is of nobody. */
	if (r == 0 && p->scan->pass && bpf_pass_end(p->scan->pass) < 0)
		p->scan->pass = NULL;
	return r;
}

/* ---- all at once ---------------------------------------------------------------------- */

static int take_whole(struct before *b, struct scan *scan, struct fdmap_snapshot *s,
		      const struct ids *pids, unsigned threads)
{
	int r = scan_beside(b, scan, s, pids, threads);

	costs_stage(&s->costs, FDMAP_STAGE_SETTLE);
	if (r == 0 && scan->q->ntrees)
		r = forest_settle(&b->forest, s);
	if (r == 0)
		r = join_all(b, scan, s, threads);
	costs_stage(&s->costs, FDMAP_STAGE_UNOWNED);
	if (r == 0 && scan->plan->unowned_families)
		r = unowned_join(s, scan, threads);
	return r < 0 ? r : last_word(b, scan, s);
}

static int take_processes(struct before *b, struct scan *scan, struct fdmap_snapshot *s,
			  unsigned threads, const struct visitor *visitor)
{
	struct parts parts = { b, scan, s, threads, visitor, false };
	struct ids pids = { 0 };
	int r;

	costs_stage(&s->costs, FDMAP_STAGE_LIST);
	r = scan->plan->direct ? wanted_pids(scan->q, scan->plan, &pids)
			       : ids_read(scan->root, NULL, &pids);
	if (r == 0)
		r = before_system(scan, s);
	if (r == 0 && visitor && !scan->strays && plan_in_parts(scan->plan, scan->q) &&
	    pids.n > part_size(visitor, pids.n))
		r = walk_in_parts(&parts, &pids);
	else if (r == 0)
		r = take_whole(b, scan, s, &pids, threads);
	if (r == 0 && scan->pass)
		costs_pass(&s->costs, scan->pass->records, scan->pass->bytes, scan->pass->reads);
	ids_fini(&pids);
	return r;
}

/* Tables first when they decide what is selected, then the processes, then the joins. */
int take(struct root *root, const struct fdmap_query *q, const struct plan *plan,
	 unsigned threads, struct fdmap_snapshot *s, const struct visitor *visitor)
{
	struct before b;
	struct scan scan = {
		.root = root, .q = q, .plan = plan, .selector = &b.selector, .ns = &s->ns,
		.progress = s->costs.progress
	};
	struct bpf_pass pass;
	int r;

	before_init(&b, q);
	bpf_pass_init(&pass);
	s->engine = FDMAP_ENGINE_PROC;
	s->direct = plan->direct && !plan->ends;
	s->bpf = q->engine != FDMAP_ENGINE_PROC && q->source == FDMAP_SOURCE_AUTO;
	r = nslist_start(&s->ns, &q->netns);
	/* Where sockets count for a filter must be known also if no table gates. */
	if (r == 0 && q->filter && q->netns.given)
		r = nslist_own(&s->ns, root);
	if (r == 0)
		r = passload_first(&pass, &scan, s, threads);
	if (r == 0)
		r = before_read(&b, &scan, s);
	if (r == 0 && !scan.strays)
		r = before_nothing(&b, &scan, s);
	if (r > 0) {
		costs_stage(&s->costs, FDMAP_STAGE_UNOWNED);
		r = plan->unowned_families ? unowned_join(s, &scan, threads) : 0;
		if (r == 0)
			r = last_word(&b, &scan, s);
		goto out;
	}
	/* Before the list: a process that is not in it then has ended, or is new. */
	costs_stage(&s->costs, FDMAP_STAGE_PASS);
	if (r == 0)
		r = pass_take(&pass, &scan, s, threads);
	if (r == 0)
		r = take_processes(&b, &scan, s, threads, visitor);
out:
	s->socks = NULL;
	bpf_pass_fini(&pass);
	before_fini(&b);
	return r;
}
