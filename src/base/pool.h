/* SPDX-License-Identifier: MIT */
/*
 * Runs a function over 0..n-1 in chunks, on up to k threads, the caller's
 * among them. A thread that cannot be made is done without. The worker number
 * (0..k-1) lets each keep its own arena.
 *
 * One index may turn out to be most of the work. The function may then hand out a list of
 * its own (pool_share): threads that have nothing else to do help with it.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef void pool_fn(void *arg, unsigned worker, size_t lo, size_t hi);

void pool_run(unsigned threads, size_t n, size_t chunk, pool_fn *fn, void *arg);

#define POOL_MAX_THREADS 64

/* A list that is being worked on. */
struct pool_list {
	atomic_size_t next;
	size_t n, chunk;
	pool_fn *fn;
	void *arg;
	unsigned helpers;	 /* threads in it besides its owner */
	struct pool_list *below; /* shared before it */
};

struct pool_thread {
	struct pool *pool;
	unsigned id;
	pthread_t thread;
};

/* The same in two steps, for functions that share: they must know the pool. */
struct pool {
	unsigned threads, made; /* at most; so far, the caller's not counted */
	struct pool_list all;
	pthread_mutex_t lock; /* guards what follows, made, and the lists' helpers */
	pthread_cond_t change;
	struct pool_list *shared;
	unsigned working; /* threads that may still share a list */
	struct pool_thread v[POOL_MAX_THREADS];
};

void pool_init(struct pool *p, unsigned threads);
void pool_work(struct pool *p, size_t n, size_t chunk, pool_fn *fn, void *arg);
void pool_fini(struct pool *p);

/*
 * From within a function of pool_work, and not from one of pool_share: the caller and whoever
 * has nothing else to do run fn; threads that the pool may have and has not are made. All
 * is done when it returns.
 */
void pool_share(struct pool *p, unsigned worker, size_t n, size_t chunk, pool_fn *fn, void *arg);

#endif
