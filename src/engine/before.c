/* SPDX-License-Identifier: MIT */
/* What decides which rows there are, read before the walk; and whether there can be any. */
#include "engine/before.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/filter.h"
#include "engine/late.h"
#include "engine/nsload.h"
#include "engine/select.h"

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

void before_init(struct before *b, const struct fdmap_query *q)
{
	*b = (struct before){ .selector.q = q };
	mounts_init(&b->mounts);
	hash_init(&b->selector.named_sockets);
	hash_init(&b->forest.sockets);
	hash_init(&b->own.rows);
	arena_init(&b->forest.arena);
}

void before_fini(struct before *b)
{
	selector_fini(&b->selector);
	forest_fini(&b->forest);
	mounts_fini(&b->mounts);
	beside_fini(&b->beside);
	hash_fini(&b->own.rows);
}

/* What the tables tell of names. */
int before_gate(struct before *b, const struct scan *scan, struct fdmap_snapshot *s)
{
	int r = snapshot_problems(s, &s->gate);

	if (r == 0 && scan->q->ntrees)
		r = forest_find_sockets(&b->forest, &s->gate);
	return r < 0 ? r : selector_init(&b->selector, scan->q, scan->root, &s->gate);
}

int before_read(struct before *b, struct scan *scan, struct fdmap_snapshot *s)
{
	const struct fdmap_query *q = scan->q;
	const struct plan *plan = scan->plan;
	int r = 0;

	if (needs_mounts(q, plan)) {
		r = mounts_read(scan->root, &b->mounts);
		scan->mounts = r == 0 ? &b->mounts : NULL;
		r = root_exhausted(r) ? r : 0;
	}
	if (r == 0)
		r = maplock_init(&b->maplock, scan);
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
	return r < 0 ? r : before_gate(b, scan, s);
}

/* What the facts of processes need of the system; without it they are just not there. */
int before_system(struct scan *scan, struct fdmap_snapshot *s)
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
int before_nothing(struct before *b, const struct scan *scan, struct fdmap_snapshot *s)
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
	r = before_gate(b, scan, s);
	return r < 0 ? r : nothing_to_find(&b->selector, scan->plan, scan->mounts, s);
}
