/* SPDX-License-Identifier: MIT */
/* Taking a snapshot: tables that gate, the walk, the joins. */
#include "engine/take.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
#include "engine/unowned.h"

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
	struct beside beside;
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
	beside_fini(&b->beside);
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
		r = use_gate(b, scan, s);
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
	if (scan->pass)
		costs_pass(&s->costs, scan->pass->records, scan->pass->bytes, scan->pass->reads);
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
	if (r == 0 && plan->locks && s->nprocs)
		r = join_locks(s, root, b->beside.has_locks ? &b->beside.locks : NULL);
	costs_stage(&s->costs, FDMAP_STAGE_MORE);
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
	struct bpf_pass pass;
	int r;

	before_init(&b, q);
	bpf_pass_init(&pass);
	s->engine = FDMAP_ENGINE_PROC;
	s->bpf = q->engine != FDMAP_ENGINE_PROC && q->source == FDMAP_SOURCE_AUTO;
	r = nslist_start(&s->ns, &q->netns);
	/* Where sockets count for a filter must be known also if no table gates. */
	if (r == 0 && q->filter && q->netns.given)
		r = nslist_own(&s->ns, root);
	if (r == 0)
		r = passload_first(&pass, &scan, s);
	if (r == 0)
		r = read_before(&b, &scan, s);
	if (r == 0 && !scan.strays)
		r = nothing_at_all(&b, &scan, s);
	if (r > 0) {
		costs_stage(&s->costs, FDMAP_STAGE_UNOWNED);
		r = plan->unowned_families ? unowned_join(s, &scan, threads) : 0;
		goto out;
	}
	/* Before the list: a process that is not in it then has ended, or is new. */
	costs_stage(&s->costs, FDMAP_STAGE_PASS);
	if (r == 0)
		r = pass_take(&pass, &scan, s, threads);
	costs_stage(&s->costs, FDMAP_STAGE_LIST);
	if (r == 0)
		r = plan->direct ? wanted_pids(q, plan, &pids) : ids_read(root, NULL, &pids);
	if (r == 0)
		r = read_system(&scan, s);
	if (r == 0)
		r = scan_beside(&b, &scan, s, &pids, threads);
	costs_stage(&s->costs, FDMAP_STAGE_SETTLE);
	if (r == 0 && q->ntrees)
		r = forest_settle(&b.forest, s);
	if (r == 0)
		r = join_all(&b, &scan, s, threads);
	costs_stage(&s->costs, FDMAP_STAGE_UNOWNED);
	if (r == 0 && plan->unowned_families)
		r = unowned_join(s, &scan, threads);
out:
	costs_stage(&s->costs, FDMAP_STAGE_LAST);
	if (r == 0 && plan->more & FDMAP_SOCKX)
		r = sockmore_join(s, root);
	if (r == 0)
		r = nsjoin_show(s, root, q);
	if (r == 0)
		r = filter_last(s, q, &b.own);
	ids_fini(&pids);
	s->socks = NULL;
	bpf_pass_fini(&pass);
	before_fini(&b);
	return r;
}
