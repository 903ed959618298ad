/* SPDX-License-Identifier: MIT */
/*
 * Chunks are handed out by one atomic counter for each list; the lock is taken only by
 * who shares a list, and by who has none left.
 */
#include "base/pool.h"

static void drain(struct pool_list *l, unsigned id)
{
	for (;;) {
		size_t lo = atomic_fetch_add(&l->next, l->chunk);

		if (lo >= l->n)
			return;
		l->fn(l->arg, id, lo, l->n - lo < l->chunk ? l->n : lo + l->chunk);
	}
}

static struct pool_list list_of(size_t n, size_t chunk, pool_fn *fn, void *arg)
{
	return (struct pool_list){ .n = n, .chunk = chunk ? chunk : 1, .fn = fn, .arg = arg };
}

static struct pool_list *find_shared(const struct pool *p)
{
	struct pool_list *l = p->shared;

	while (l && atomic_load(&l->next) >= l->n)
		l = l->below;
	return l;
}

/* Until nobody is left who could share something. */
static void help(struct pool *p, unsigned id)
{
	struct pool_list *l;

	pthread_mutex_lock(&p->lock);
	if (--p->working == 0)
		pthread_cond_broadcast(&p->change);
	while ((l = find_shared(p)) || p->working) {
		if (!l) {
			pthread_cond_wait(&p->change, &p->lock);
			continue;
		}
		l->helpers++;
		pthread_mutex_unlock(&p->lock);
		drain(l, id);
		pthread_mutex_lock(&p->lock);
		if (--l->helpers == 0)
			pthread_cond_broadcast(&p->change);
	}
	pthread_mutex_unlock(&p->lock);
}

static void *thread_main(void *arg)
{
	struct pool_thread *t = arg;

	drain(&t->pool->all, t->id);
	help(t->pool, t->id);
	return NULL;
}

/* Threads for that many chunks; the lock is held. */
static void make_threads(struct pool *p, size_t chunks)
{
	while (p->made + 1 < p->threads && p->made + 1 < chunks) {
		struct pool_thread *t = &p->v[p->made];

		*t = (struct pool_thread){ .pool = p, .id = p->made + 1 };
		if (pthread_create(&t->thread, NULL, thread_main, t) != 0)
			break;
		p->made++;
		p->working++;
	}
}

static size_t chunks_of(const struct pool_list *l)
{
	return l->n / l->chunk + (l->n % l->chunk != 0);
}

void pool_init(struct pool *p, unsigned threads)
{
	p->threads = threads < POOL_MAX_THREADS ? threads : POOL_MAX_THREADS;
	p->made = 0;
	p->shared = NULL;
	p->working = 0;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->change, NULL);
}

void pool_fini(struct pool *p)
{
	pthread_cond_destroy(&p->change);
	pthread_mutex_destroy(&p->lock);
}

void pool_work(struct pool *p, size_t n, size_t chunk, pool_fn *fn, void *arg)
{
	p->all = list_of(n, chunk, fn, arg);
	/* A thread that is done before the next is made must not take itself for the last. */
	pthread_mutex_lock(&p->lock);
	p->working = 1;
	make_threads(p, chunks_of(&p->all));
	pthread_mutex_unlock(&p->lock);
	drain(&p->all, 0);
	help(p, 0);
	/* Nobody makes another one: nobody shares any more. */
	for (unsigned i = 0; i < p->made; i++)
		pthread_join(p->v[i].thread, NULL);
	p->made = 0;
}

void pool_share(struct pool *p, unsigned worker, size_t n, size_t chunk, pool_fn *fn, void *arg)
{
	struct pool_list list = list_of(n, chunk, fn, arg), **at = &p->shared;

	pthread_mutex_lock(&p->lock);
	list.below = p->shared;
	p->shared = &list;
	make_threads(p, chunks_of(&list));
	pthread_cond_broadcast(&p->change);
	pthread_mutex_unlock(&p->lock);
	drain(&list, worker);
	pthread_mutex_lock(&p->lock);
	while (*at != &list)
		at = &(*at)->below;
	*at = list.below;
	while (list.helpers)
		pthread_cond_wait(&p->change, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void pool_run(unsigned threads, size_t n, size_t chunk, pool_fn *fn, void *arg)
{
	struct pool p;

	pool_init(&p, threads);
	pool_work(&p, n, chunk, fn, arg);
	pool_fini(&p);
}
