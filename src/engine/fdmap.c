/* SPDX-License-Identifier: MIT */
/* The public entry points: a system, and taking a query of it. */
#include "fdmap.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "engine/join.h"
#include "engine/plan.h"
#include "engine/query.h"
#include "engine/scan.h"
#include "engine/select.h"
#include "engine/snapshot.h"

#define MAX_THREADS 64

struct fdmap {
	struct root *root;
	struct resolve *resolve;
	unsigned threads;
};

const char *fdmap_version(void)
{
	return FDMAP_VERSION;
}

static unsigned allowed_cpus(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < 1 ? 1 : (unsigned)n;
}

int fdmap_open(struct fdmap **out, const struct fdmap_config *cfg)
{
	struct fdmap *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return -ENOMEM;
	m->threads = cfg && cfg->threads ? cfg->threads : allowed_cpus();
	if (m->threads > MAX_THREADS)
		m->threads = MAX_THREADS;
	r = root_open(&m->root, cfg ? cfg->proc : NULL);
	if (r == 0)
		r = resolve_new(&m->resolve, m->root);
	if (r < 0) {
		fdmap_close(m);
		return r;
	}
	*out = m;
	return 0;
}

void fdmap_close(struct fdmap *m)
{
	if (!m)
		return;
	resolve_free(m->resolve);
	root_close(m->root);
	free(m);
}

struct root *fdmap_root(struct fdmap *m)
{
	return m->root;
}

struct resolve *fdmap_resolve(struct fdmap *m)
{
	return m->resolve;
}

int fdmap_uid_of(struct fdmap *m, const char *login, uid_t *uid)
{
	return resolve_uid(m->resolve, login, uid);
}

void fdmap_counts(const struct fdmap *m, struct fdmap_counts *c)
{
	const struct root *r = m->root;

	*c = (struct fdmap_counts){
		r->counts.dirs,	  r->counts.lists,  r->counts.reads,  r->counts.fdinfos,
		r->counts.links,  r->counts.stats,  r->counts.lmodes, r->counts.owners,
		r->counts.protos, r->counts.paths,  r->counts.tables,
	};
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The PIDs asked for are all there is to look at. */
static int wanted_pids(const struct fdmap_query *q, struct ids *ids)
{
	const struct hash *h = &q->pid.index;
	int r = 0;

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

/* Workers leave their arenas and what they found to the snapshot. */
static void inherit(struct fdmap_snapshot *s, struct worker *workers, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		for (size_t j = 0; workers[i].hits && j < hits_words(workers[i].scan->q); j++)
			s->hits[j] |= workers[i].hits[j];
		s->arenas[i] = workers[i].arena;
		worker_fini(&workers[i]);
	}
}

static int run_scan(struct fdmap_snapshot *s, const struct scan *scan, const struct ids *pids,
		    unsigned threads)
{
	struct worker *workers = calloc(threads, sizeof(*workers));
	struct slot *slots = calloc(pids->n ? pids->n : 1, sizeof(*slots));
	unsigned made = 0;
	int r = workers && slots ? 0 : -ENOMEM;

	while (r == 0 && made < threads)
		r = worker_init(&workers[made++], scan);
	if (r == 0)
		r = scan_run(scan, pids, slots, workers, threads);
	if (r == 0)
		r = collect(s, slots, pids->n);
	inherit(s, workers, made);
	free(workers);
	free(slots);
	return r;
}

/* Only mappings ask; where one row is enough, a link comes before them. */
static bool needs_mounts(const struct plan *plan)
{
	uint32_t lists = plan->lists | plan->lists_all;

	return lists & FDMAP_MAPS && !(plan->first_hit && lists & FDMAP_SPECIAL);
}

/* Tables first when they decide what is selected, then the processes, then the joins. */
static int take(struct fdmap *m, const struct fdmap_query *q, const struct plan *plan,
		struct fdmap_snapshot *s, unsigned threads)
{
	struct selector selector = { .q = q };
	struct mounts mounts;
	struct scan scan = { .root = m->root, .q = q, .plan = plan, .selector = &selector };
	struct ids pids = { 0 };
	int r = 0;

	mounts_init(&mounts);
	hash_init(&selector.named_sockets);
	if (plan->gate_families) {
		r = socktab_load(&s->gate, m->root, NULL, plan->gate_families);
		scan.gate = &s->gate;
		if (r == 0)
			r = snapshot_problems(s, &s->gate);
		if (r == 0)
			r = selector_init(&selector, q, m->root, &s->gate);
	}
	if (r == 0 && needs_mounts(plan)) {
		r = mounts_read(m->root, &mounts);
		scan.mounts = r == 0 ? &mounts : NULL;
		r = r == -ENOMEM ? r : 0;
	}
	if (r == 0)
		r = plan->direct ? wanted_pids(q, &pids) : ids_read(m->root, NULL, &pids);
	if (r == 0)
		r = run_scan(s, &scan, &pids, threads);
	if (r == 0)
		r = join_rows(s, m->root, plan, q);
	ids_fini(&pids);
	selector_fini(&selector);
	mounts_fini(&mounts);
	return r;
}

int fdmap_take(struct fdmap *m, const struct fdmap_query *q, struct fdmap_snapshot **out)
{
	struct fdmap_snapshot *s;
	struct plan plan;
	unsigned threads = m->threads;
	int r;

	/* -a without anything to select by. */
	if (q->match == FDMAP_MATCH_ALL && !q->used)
		return -EINVAL;
	plan_make(q, &plan);
	/* A few processes are read before a thread has started. */
	if (plan.direct && q->pid.included < 16)
		threads = 1;
	r = snapshot_new(&s, threads, q->nterms);
	if (r < 0)
		return r;
	r = take(m, q, &plan, s, threads);
	if (r < 0) {
		fdmap_snapshot_free(s);
		return r;
	}
	*out = s;
	return 0;
}
