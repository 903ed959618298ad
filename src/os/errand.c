/* SPDX-License-Identifier: MIT */
/*
 * A queue, and threads that take from it. The owner and every thread hold a
 * reference, so that neither waits for the other to leave.
 */
#include "os/errand.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "os/raised.h"

struct errands {
	pthread_mutex_t lock;
	pthread_cond_t done;
	unsigned refs; /* the owner and each thread */
	unsigned threads, most;
	bool closed; /* the owner has left: begin nothing more */
	struct errand **e;
	size_t n, cap;
	size_t begun; /* of the n, those some thread has taken */
	unsigned round;
	size_t left; /* of this round, those that are not done */
	size_t all;  /* the same of all rounds */
};

int errands_new(struct errands **out, unsigned threads)
{
	struct errands *es = calloc(1, sizeof(*es));
	pthread_condattr_t attr;

	if (!es)
		return -ENOMEM;
	es->refs = 1;
	es->most = threads;
	if (pthread_condattr_init(&attr) != 0)
		goto fail;
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (pthread_cond_init(&es->done, &attr) != 0) {
		(void)pthread_condattr_destroy(&attr);
		goto fail;
	}
	(void)pthread_condattr_destroy(&attr);
	(void)pthread_mutex_init(&es->lock, NULL);
	*out = es;
	return 0;
fail:
	free(es);
	return -ENOMEM;
}

/* Gives a reference back and unlocks. */
static void leave(struct errands *es)
{
	bool last = --es->refs == 0;

	(void)pthread_mutex_unlock(&es->lock);
	if (!last)
		return;
	for (size_t i = 0; i < es->n; i++)
		es->e[i]->free(es->e[i]);
	free(es->e);
	(void)pthread_cond_destroy(&es->done);
	(void)pthread_mutex_destroy(&es->lock);
	free(es);
}

void errands_free(struct errands *es)
{
	if (!es)
		return;
	(void)pthread_mutex_lock(&es->lock);
	es->closed = true;
	leave(es);
}

static void *errand_thread(void *arg)
{
	struct errands *es = arg;

	raised_forget();
	(void)pthread_mutex_lock(&es->lock);
	while (!es->closed && es->begun < es->n) {
		struct errand *e = es->e[es->begun++];

		(void)pthread_mutex_unlock(&es->lock);
		e->run(e); /* may take minutes */
		(void)pthread_mutex_lock(&es->lock);
		e->done = true;
		es->all--;
		if (e->round == es->round && --es->left == 0)
			(void)pthread_cond_signal(&es->done);
	}
	es->threads--;
	leave(es);
	return NULL;
}

/* With the lock. */
static void start_threads(struct errands *es)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t thread;
	size_t todo = es->n - es->begun;

	if (!todo || es->threads >= es->most || pthread_attr_init(&attr) != 0)
		return;
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	/* The program's signals are not for these threads. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	for (; todo > 0 && es->threads < es->most; todo--) {
		if (pthread_create(&thread, &attr, errand_thread, es) != 0)
			break;
		es->refs++;
		es->threads++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
}

void errands_round(struct errands *es)
{
	(void)pthread_mutex_lock(&es->lock);
	es->round++;
	es->left = 0;
	(void)pthread_mutex_unlock(&es->lock);
}

/* With the lock. */
static int make_room(struct errands *es)
{
	size_t cap = es->cap ? es->cap * 2 : 64;
	struct errand **e;

	if (es->n < es->cap)
		return 0;
	e = realloc(es->e, cap * sizeof(struct errand *));
	if (!e)
		return -ENOMEM;
	es->e = e;
	es->cap = cap;
	return 0;
}

int errands_put(struct errands *es, struct errand *e)
{
	int err;

	(void)pthread_mutex_lock(&es->lock);
	err = make_room(es);
	if (err == 0) {
		e->known = e->done = false;
		e->round = es->round;
		es->e[es->n++] = e;
		es->left++;
		es->all++;
	}
	(void)pthread_mutex_unlock(&es->lock);
	if (err < 0)
		e->free(e);
	return err;
}

void errands_start(struct errands *es)
{
	(void)pthread_mutex_lock(&es->lock);
	start_threads(es);
	(void)pthread_mutex_unlock(&es->lock);
}

void errands_wait(struct errands *es, unsigned ms)
{
	struct timespec deadline = clock_deadline(ms);

	(void)pthread_mutex_lock(&es->lock);
	start_threads(es);
	while (es->left > 0 && es->threads > 0)
		if (pthread_cond_timedwait(&es->done, &es->lock, &deadline) != 0)
			break;
	for (size_t i = 0; i < es->n; i++)
		es->e[i]->known = es->e[i]->done;
	(void)pthread_mutex_unlock(&es->lock);
}

size_t errands_behind(struct errands *es)
{
	size_t n;

	(void)pthread_mutex_lock(&es->lock);
	n = es->all - es->left;
	(void)pthread_mutex_unlock(&es->lock);
	return n;
}
