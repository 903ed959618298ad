/* SPDX-License-Identifier: MIT */
/*
 * Workers take ascending PIDs, so that parts are done in order, more or less. What a worker
 * keeps of one part is in an arena of its own, which goes when the part has been used and
 * the worker has gone on to another one, whatever comes last. Who has nothing left to go on
 * to may help others with theirs, so that its last arena stays until the end.
 */
#include "engine/stream.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "engine/runscan.h"

#define NO_PART SIZE_MAX

/* What a worker has left behind, or will. */
struct leaving {
	enum { IN_USE, LEFT, USED } _Atomic state;
	struct arena arena; /* LEFT */
};

struct run {
	const struct stream *how;
	struct ids pids;	/* from the first one on that has not been used */
	struct slot *slots;
	struct worker *workers;
	size_t *at;		/* the part that a worker's arena is of */
	size_t nparts, next;	/* the next to be used */
	atomic_size_t *left;	/* of each part: PIDs that were not read yet */
	struct leaving *leaving; /* of each part, of each worker */
	atomic_bool over;
	bool walks;		/* workers are at it: only the caller's thread asks */
	int error;		/* of a use */
	pthread_mutex_t lock;
	struct buf *late;	/* guarded by the lock, as the next one */
	size_t late_part;	/* the first with such a socket */
};

static size_t part_of(const struct run *run, size_t at)
{
	return at / run->how->part;
}

static size_t size_of(const struct run *run, size_t part)
{
	size_t rest = run->pids.n - part * run->how->part;

	return rest < run->how->part ? rest : run->how->part;
}

static void leave_part(struct run *run, struct worker *w)
{
	struct leaving *l;

	if (run->at[w->id] == NO_PART)
		return;
	l = &run->leaving[run->at[w->id] * run->how->threads + w->id];
	run->at[w->id] = NO_PART;
	l->arena = w->arena;
	arena_init(&w->arena);
	w->cache = (struct rowcache){ 0 };
	if (atomic_exchange(&l->state, LEFT) == USED)
		arena_fini(&l->arena);
}

/* Everybody's arenas of this part: as far as they have been left now, the others then. */
static void free_part(struct run *run, size_t part)
{
	for (unsigned i = 0; i < run->how->threads; i++) {
		struct leaving *l = &run->leaving[part * run->how->threads + i];

		if (atomic_exchange(&l->state, USED) == LEFT)
			arena_fini(&l->arena);
	}
}

static void forget_rows(struct fdmap_snapshot *s)
{
	struct arena *joined = snapshot_arena(s);

	free(s->procs);
	s->procs = NULL;
	s->nprocs = 0;
	arena_fini(joined);
	arena_init(joined);
}

static void use_next(struct run *run)
{
	struct fdmap_snapshot *s = run->how->s;
	size_t part = run->next++;

	run->error = collect_slots(s, run->slots + part * run->how->part, size_of(run, part));
	if (run->error == 0)
		run->error = run->how->use(run->how->ctx);
	if (run->error < 0)
		atomic_store(&run->over, true);
	forget_rows(s);
	/* Behind the walk it may hold what it has helped with, of any part. */
	if (run->walks && run->at[0] == part)
		leave_part(run, &run->workers[0]);
	free_part(run, part);
}

static bool has_next(struct run *run)
{
	bool good;

	if (run->error || run->next == run->nparts || atomic_load(&run->left[run->next]))
		return false;
	pthread_mutex_lock(&run->lock);
	good = run->next < run->late_part;
	pthread_mutex_unlock(&run->lock);
	return good;
}

static bool before_chunk(void *arg, struct worker *w, size_t at)
{
	struct run *run = arg;
	size_t part = part_of(run, at);

	if (atomic_load(&run->over))
		return false;
	if (run->at[w->id] != part) {
		leave_part(run, w);
		run->at[w->id] = part;
	}
	return true;
}

/* It decides what is selected: nothing from here on is certain. */
static void note_late(struct run *run, struct worker *w, size_t part)
{
	pthread_mutex_lock(&run->lock);
	buf_put(run->late, w->late.p, w->late.n);
	if (part < run->late_part)
		run->late_part = part;
	pthread_mutex_unlock(&run->lock);
	buf_reset(&w->late);
	atomic_store(&run->over, true);
}

static void after_chunk(void *arg, struct worker *w, size_t at, size_t n)
{
	struct run *run = arg;
	size_t part = part_of(run, at);

	if (w->late.failed)
		w->error = w->error ? w->error : -ENOMEM;
	if (w->late.n)
		note_late(run, w, part);
	if (w->error)
		atomic_store(&run->over, true);
	else
		(void)atomic_fetch_sub(&run->left[part], n);
	while (w->id == 0 && has_next(run) && run->how->ready(run->how->ctx))
		use_next(run);
}

static int start(struct run *run, size_t done)
{
	const struct stream *how = run->how;
	size_t cells;

	run->pids = (struct ids){ .v = how->pids->v + done, .n = how->pids->n - done };
	run->nparts = run->late_part = part_of(run, run->pids.n + how->part - 1);
	cells = run->nparts * how->threads;
	run->slots = calloc(run->pids.n + 1, sizeof(*run->slots));
	run->workers = calloc(how->threads, sizeof(*run->workers));
	run->at = calloc(how->threads, sizeof(*run->at));
	run->left = calloc(run->nparts + 1, sizeof(*run->left));
	run->leaving = calloc(cells + 1, sizeof(*run->leaving));
	if (!run->slots || !run->workers || !run->at || !run->left || !run->leaving)
		return -ENOMEM;
	for (size_t i = 0; i < run->nparts; i++)
		atomic_init(&run->left[i], size_of(run, i));
	for (size_t i = 0; i < cells; i++)
		atomic_init(&run->leaving[i].state, IN_USE);
	for (unsigned i = 0; i < how->threads; i++)
		run->at[i] = NO_PART;
	return 0;
}

static int end_workers(struct run *run, unsigned made)
{
	int r = 0;

	for (unsigned i = 0; i < made; i++) {
		struct worker *w = &run->workers[i];

		r = r || !w->stray_error ? r : w->stray_error;
		keep_found(run->how->s, w);
		arena_fini(&w->arena);
		worker_fini(w);
	}
	return r;
}

static void end_run(struct run *run)
{
	for (size_t i = run->next; run->leaving && i < run->nparts; i++)
		free_part(run, i);
	free(run->slots);
	free(run->workers);
	free(run->at);
	free(run->left);
	free(run->leaving);
}

int stream_run(const struct stream *how, size_t *done, struct buf *late)
{
	struct run run = { .how = how, .late = late };
	const struct scan_watch watch = { &run, before_chunk, after_chunk };
	unsigned made = 0;
	int r = start(&run, *done), err;

	pthread_mutex_init(&run.lock, NULL);
	while (r == 0 && made < how->threads)
		r = worker_init(&run.workers[made++], how->scan);
	run.walks = true;
	progress_walk(how->scan->progress, *done, how->pids->n);
	if (r == 0)
		r = scan_run(how->scan, &run.pids, run.slots, run.workers, how->threads, &watch);
	run.walks = false;
	while ((r == 0 || r == -ECANCELED) && has_next(&run))
		use_next(&run);
	err = end_workers(&run, made);
	*done += run.next < run.nparts ? run.next * how->part : run.pids.n;
	r = run.error ? run.error : r ? r : err;
	if (r == 0 && late->failed)
		r = -ENOMEM;
	if (r == 0 && run.next < run.nparts)
		r = 1;
	end_run(&run);
	pthread_mutex_destroy(&run.lock);
	return r;
}
