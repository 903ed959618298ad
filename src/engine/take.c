/* SPDX-License-Identifier: MIT */
/* Taking a snapshot: tables that gate, the walk, the joins. */
#include "engine/take.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/containerjoin.h"
#include "engine/ends.h"
#include "engine/filter.h"
#include "engine/join.h"
#include "engine/late.h"
#include "engine/more.h"
#include "engine/nsjoin.h"
#include "engine/nsload.h"
#include "engine/scan.h"
#include "engine/select.h"
#include "engine/sockmore.h"
#include "engine/unowned.h"

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The PIDs asked for are all there is to look at. */
static int wanted_pids(const struct fdmap_query *q, const struct plan *plan, struct ids *ids)
{
	const struct expr_bounds *b = &plan->bounds;
	const struct hash *h = &q->pid.index;
	int r = 0;

	for (size_t i = 0; r == 0 && !(q->used & SEL_PID) && i < b->npids; i++)
		if (b->pid[i] && b->pid[i] <= INT32_MAX)
			r = ids_add(ids, b->pid[i]);
	for (size_t i = 0; r == 0 && i < h->cap; i++)
		if (h->e[i].used && !(h->e[i].value & 1) && h->e[i].key <= INT32_MAX)
			r = ids_add(ids, (uint32_t)h->e[i].key);
	if (ids->n)
		qsort(ids->v, ids->n, sizeof(*ids->v), compare_ids);
	return r;
}

static int collect(struct fdmap_snapshot *s, const struct slot *slots, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += slots[i].n;
	s->procs = reallocarray(NULL, total ? total : 1, sizeof(*s->procs));
	if (!s->procs)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (slots[i].n)
			memcpy(s->procs + s->nprocs, slots[i].v, slots[i].n * sizeof(*s->procs));
		s->nprocs += slots[i].n;
	}
	return 0;
}

/* Sockets that the workers could not judge. */
struct noted {
	struct buf strays, late;
};

/* Workers leave their arenas and what they found to the snapshot. */
static int inherit(struct fdmap_snapshot *s, struct worker *workers, unsigned n,
		   struct noted *noted)
{
	int r = 0;

	for (unsigned i = 0; i < n; i++) {
		buf_put(&noted->strays, workers[i].strays.p, workers[i].strays.n);
		buf_put(&noted->late, workers[i].late.p, workers[i].late.n);
		if (workers[i].strays.failed || workers[i].late.failed ||
		    noted->strays.failed || noted->late.failed)
			r = -ENOMEM;
		r = workers[i].stray_error ? workers[i].stray_error : r;
		for (size_t j = 0; workers[i].hits && j < hits_words(workers[i].scan->q); j++)
			s->hits[j] |= workers[i].hits[j];
		s->arenas[i] = workers[i].arena;
		worker_fini(&workers[i]);
	}
	return r;
}

static int run_scan(struct fdmap_snapshot *s, const struct scan *scan, const struct ids *pids,
		    unsigned threads, struct noted *noted)
{
	struct worker *workers = calloc(threads, sizeof(*workers));
	struct slot *slots = calloc(pids->n ? pids->n : 1, sizeof(*slots));
	unsigned made = 0;
	int r = workers && slots ? 0 : -ENOMEM, err;

	while (r == 0 && made < threads)
		r = worker_init(&workers[made++], scan);
	if (r == 0)
		r = scan_run(scan, pids, slots, workers, threads);
	if (r == 0)
		r = collect(s, slots, pids->n);
	err = inherit(s, workers, made, noted);
	free(workers);
	free(slots);
	return r < 0 ? r : err;
}

/* What was kept of it; what was found stays so. */
static void forget_scan(struct fdmap_snapshot *s)
{
	free(s->procs);
	s->procs = NULL;
	s->nprocs = 0;
	/* The last is that of the joins. */
	for (unsigned i = 0; i + 1 < s->narenas; i++) {
		arena_fini(&s->arenas[i]);
		arena_init(&s->arenas[i]);
	}
}

/* Mappings ask, but where one row is enough a link comes before them. */
static bool needs_mounts(const struct fdmap_query *q, const struct plan *plan)
{
	uint32_t lists = plan->lists | plan->lists_all;

	if (q->ntrees || q->used & SEL_NFS)
		return true;
	return lists & FDMAP_MAPS && !(plan->first_hit && lists & FDMAP_SPECIAL);
}

/* Nothing is on NFS where no NFS is mounted. */
static bool no_nfs(const struct fdmap_query *q, const struct mounts *mounts)
{
	if (!(q->used & SEL_NFS) || !mounts || q->used & SEL_PROC ||
	    (q->match != FDMAP_MATCH_ALL && q->used != SEL_NFS))
		return false;
	for (size_t i = 0; i < mounts->n; i++)
		if (mount_is_nfs(&mounts->v[i]))
			return false;
	return true;
}

/*
 * Who has port 80? Nobody, when no socket has: then no process is looked at.
 * Terms about processes are found or not by looking, so there must be none.
 * 1: so it is; 0; -ENOMEM.
 */
static int nothing_to_find(const struct selector *selector, const struct plan *plan,
			   const struct mounts *mounts, struct fdmap_snapshot *s)
{
	const struct fdmap_query *q = selector->q;
	uint64_t *hits;
	bool hidden, found = false;
	int r = 1;

	if (no_nfs(q, mounts))
		return 1;
	if (!plan->need_match || plan->rare || q->used & SEL_PROC)
		return 0;
	hits = calloc(hits_words(q) + 1, sizeof(*hits));
	if (!hits)
		return -ENOMEM;
	for (size_t i = 0; i < s->gate.socks.n && !found; i++) {
		uint32_t got = select_sock(selector, socklist_at(&s->gate.socks, i), hits, &hidden);

		found = !hidden && select_done(q, got | (q->used & SEL_FD));
		if (found)
			r = filter_sock(q, NULL, socklist_at(&s->gate.socks, i));
		found = found && r != 0;
	}
	/* States of sockets that no address matched were found all the same. */
	for (size_t i = 0; !found && i < hits_words(q); i++)
		s->hits[i] |= hits[i];
	free(hits);
	return r < 0 ? r : !found;
}

/* What is read before the scan. */
struct before {
	struct selector selector;
	struct mounts mounts;
	struct forest forest;
	struct filter_own own; /* later: rows that are judged */
};

static void before_init(struct before *b, const struct fdmap_query *q)
{
	*b = (struct before){ .selector.q = q };
	mounts_init(&b->mounts);
	hash_init(&b->selector.named_sockets);
	hash_init(&b->forest.sockets);
	hash_init(&b->own.rows);
	arena_init(&b->forest.arena);
}

static void before_fini(struct before *b)
{
	selector_fini(&b->selector);
	forest_fini(&b->forest);
	mounts_fini(&b->mounts);
	hash_fini(&b->own.rows);
}

/* What the tables tell of names. */
static int use_gate(struct before *b, const struct scan *scan, struct fdmap_snapshot *s)
{
	int r = snapshot_problems(s, &s->gate);

	if (r == 0 && scan->q->ntrees)
		r = forest_find_sockets(&b->forest, &s->gate);
	return r < 0 ? r : selector_init(&b->selector, scan->q, scan->root, &s->gate);
}

static int read_before(struct before *b, struct scan *scan, struct fdmap_snapshot *s)
{
	const struct fdmap_query *q = scan->q;
	const struct plan *plan = scan->plan;
	int r = 0;

	if (needs_mounts(q, plan)) {
		r = mounts_read(scan->root, &b->mounts);
		scan->mounts = r == 0 ? &b->mounts : NULL;
		r = root_exhausted(r) ? r : 0;
	}
	if (r == 0 && q->ntrees) {
		r = forest_init(&b->forest, scan->root, q, scan->mounts);
		scan->forest = b->selector.forest = &b->forest;
	}
	if (r < 0 || !plan->gate_families)
		return r;
	r = nsload_gate(s, scan->root, q, plan);
	scan->gate = &s->gate;
	scan->strays = s->ns.partial ? &s->ns : NULL;
	scan->doubt = s->ns.v[0].selects ? s->gate.torn & plan->gate_families : 0;
	return r < 0 ? r : use_gate(b, scan, s);
}

/* What the facts of processes need of the system; without it they are just not there. */
static int read_system(struct scan *scan, struct fdmap_snapshot *s)
{
	const struct plan *plan = scan->plan;
	const char *source;
	uint32_t facts = plan->proc_gate | plan->proc_filter | plan->proc_row;
	int r = system_read(scan->root, facts, &scan->sys, &source);

	if (r < 0 && !root_exhausted(r) && source)
		r = snapshot_problem(s, source, -r);
	return r;
}

/* Nothing to find, and no table left out what there would be. 1, 0, -errno. */
static int nothing_at_all(struct before *b, const struct scan *scan, struct fdmap_snapshot *s)
{
	int r = nothing_to_find(&b->selector, scan->plan, scan->mounts, s);
	bool more = false;

	if (r > 0)
		r = late_gate(s, scan, NULL, &more);
	else
		return r;
	if (r < 0 || !more)
		return r < 0 ? r : 1;
	selector_fini(&b->selector);
	r = use_gate(b, scan, s);
	return r < 0 ? r : nothing_to_find(&b->selector, scan->plan, scan->mounts, s);
}

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
	if (r == 0 && noted.strays.n)
		r = nsload_strays(s, scan->root, scan->plan, &noted.strays, &again);
	if (r == 0)
		r = late_gate(s, scan, &noted.late, &late);
	if (r == 0 && (again || late)) {
		forget_scan(s);
		selector_fini(&b->selector);
		scan->strays = NULL;
		scan->doubt = 0;
		r = use_gate(b, scan, s);
		if (r == 0)
			r = run_scan(s, scan, pids, threads, &noted);
	}
	buf_fini(&noted.strays);
	buf_fini(&noted.late);
	return r;
}

/* What connects rows to all that was read once; only what the format or the filter needs. */
static int join_all(struct before *b, const struct scan *scan, struct fdmap_snapshot *s,
		    unsigned threads)
{
	const struct fdmap_query *q = scan->q;
	const struct plan *plan = scan->plan;
	struct root *root = scan->root;
	int r = join_rows(s, root, plan, q, scan->mounts);

	if (r == 0)
		r = filter_joined(s, q, plan, &b->own);
	if (r == 0 && plan->ends)
		r = ends_join(s, scan, threads);
	if (r == 0 && plan->locks && s->nprocs)
		r = join_locks(s, root);
	if (r == 0 && q->want & FDMAP_CONTAINER)
		r = containers_join(s, root);
	if (r == 0 && q->want & FDMAP_MORE)
		r = more_join(s, root);
	return r;
}

/* Tables first when they decide what is selected, then the processes, then the joins. */
int take(struct root *root, const struct fdmap_query *q, const struct plan *plan,
	 unsigned threads, struct fdmap_snapshot *s)
{
	struct before b;
	struct scan scan = {
		.root = root, .q = q, .plan = plan, .selector = &b.selector, .ns = &s->ns
	};
	struct ids pids = { 0 };
	int r;

	before_init(&b, q);
	r = nslist_start(&s->ns, &q->netns);
	/* Where sockets count for a filter must be known also if no table gates. */
	if (r == 0 && q->filter && q->netns.given)
		r = nslist_own(&s->ns, root);
	if (r == 0)
		r = read_before(&b, &scan, s);
	if (r == 0 && !scan.strays)
		r = nothing_at_all(&b, &scan, s);
	if (r > 0) {
		r = plan->unowned_families ? unowned_join(s, &scan, threads) : 0;
		goto out;
	}
	if (r == 0)
		r = plan->direct ? wanted_pids(q, plan, &pids) : ids_read(root, NULL, &pids);
	if (r == 0)
		r = read_system(&scan, s);
	if (r == 0)
		r = scan_all(&b, &scan, s, &pids, threads);
	if (r == 0 && q->ntrees)
		r = forest_settle(&b.forest, s);
	if (r == 0)
		r = join_all(&b, &scan, s, threads);
	if (r == 0 && plan->unowned_families)
		r = unowned_join(s, &scan, threads);
out:
	if (r == 0 && plan->more & FDMAP_SOCKX)
		r = sockmore_join(s, root);
	if (r == 0)
		r = nsjoin_show(s, root, q);
	if (r == 0)
		r = filter_last(s, q, &b.own);
	ids_fini(&pids);
	before_fini(&b);
	return r;
}
