/* SPDX-License-Identifier: MIT */
/* Chunks are handed out by one atomic counter; there are no locks. */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define MAX_THREADS 64

struct pool {
	atomic_size_t next;
	size_t n, chunk;
	pool_fn *fn;
	void *arg;
};

struct worker {
	struct pool *pool;
	unsigned id;
	pthread_t thread;
};

static void drain(struct pool *p, unsigned id)
{
	for (;;) {
		size_t lo = atomic_fetch_add(&p->next, p->chunk);

		if (lo >= p->n)
			return;
		p->fn(p->arg, id, lo, p->n - lo < p->chunk ? p->n : lo + p->chunk);
	}
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	drain(w->pool, w->id);
	return NULL;
}

void pool_run(unsigned threads, size_t n, size_t chunk, pool_fn *fn, void *arg)
{
	struct pool p = { .n = n, .chunk = chunk ? chunk : 1, .fn = fn, .arg = arg };
	struct worker w[MAX_THREADS];
	unsigned made = 0;

	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	while (made + 1 < threads && made + 1 < (n + p.chunk - 1) / p.chunk) {
		w[made] = (struct worker){ .pool = &p, .id = made + 1 };
		if (pthread_create(&w[made].thread, NULL, worker_main, &w[made]) != 0)
			break;
		made++;
	}
	drain(&p, 0);
	for (unsigned i = 0; i < made; i++)
		pthread_join(w[i].thread, NULL);
}
