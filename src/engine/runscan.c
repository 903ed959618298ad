/* SPDX-License-Identifier: MIT */
/* One run of the workers over the processes, and what it leaves in the snapshot. */
#include "engine/runscan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/unseen.h"

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The PIDs asked for are all there is to look at. */
int wanted_pids(const struct fdmap_query *q, const struct plan *plan, struct ids *ids)
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

int collect_slots(struct fdmap_snapshot *s, const struct slot *slots, size_t n)
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

void keep_found(struct fdmap_snapshot *s, const struct worker *w)
{
	for (size_t j = 0; w->hits && j < hits_words(w->scan->q); j++)
		s->hits[j] |= w->hits[j];
	costs_worker(&s->costs, w);
	unseen_keep(s, w);
}

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
		keep_found(s, &workers[i]);
		buf_put(&s->seen, workers[i].seen.p, workers[i].seen.n);
		s->arenas[i] = workers[i].arena;
		worker_fini(&workers[i]);
	}
	return r;
}

int run_scan(struct fdmap_snapshot *s, const struct scan *scan, const struct ids *pids,
		    unsigned threads, struct noted *noted)
{
	struct worker *workers = calloc(threads, sizeof(*workers));
	struct slot *slots = calloc(pids->n ? pids->n : 1, sizeof(*slots));
	unsigned made = 0;
	int r = workers && slots ? 0 : -ENOMEM, err;

	costs_scan(&s->costs);
	progress_walk(scan->progress, 0, pids->n);
	while (r == 0 && made < threads)
		r = worker_init(&workers[made++], scan);
	if (r == 0)
		r = scan_run(scan, pids, slots, workers, threads, NULL);
	if (r == 0)
		r = collect_slots(s, slots, pids->n);
	err = inherit(s, workers, made, noted);
	free(workers);
	free(slots);
	return r < 0 ? r : err;
}

/* What was kept of it; what was found stays so. */
void forget_scan(struct fdmap_snapshot *s)
{
	free(s->procs);
	s->procs = NULL;
	s->nprocs = 0;
	buf_reset(&s->seen);
	/* The last is that of the joins. */
	for (unsigned i = 0; i + 1 < s->narenas; i++) {
		arena_fini(&s->arenas[i]);
		arena_init(&s->arenas[i]);
	}
}
