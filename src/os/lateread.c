/* SPDX-License-Identifier: MIT */
/*
 * A mailbox for one read. Who waits in vain marks it as left: then all of it is the thread's
 * to free.
 */
#include "os/lateread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

#define STACK ((size_t)128 << 10)
#define PIECE ((size_t)16 << 10)

struct lateread {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	enum { IDLE, ASKED, DONE, LEFT, CLOSED } state;
	int fd;
	size_t most;
	struct buf text;
	int error;
};

static void destroy(struct lateread *l)
{
	buf_fini(&l->text);
	(void)pthread_cond_destroy(&l->turn);
	(void)pthread_mutex_destroy(&l->lock);
	free(l);
}

/* Without the lock: it may never come back. */
static int read_all(struct lateread *l)
{
	while (l->text.n < l->most) {
		size_t room = l->most - l->text.n < PIECE ? l->most - l->text.n : PIECE;
		ssize_t n;

		if (buf_reserve(&l->text, room) < 0)
			return -ENOMEM;
		n = read(l->fd, l->text.p + l->text.n, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		l->text.n += (size_t)n;
	}
	return 0;
}

static void *lateread_thread(void *arg)
{
	struct lateread *l = arg;
	bool left = false;

	(void)pthread_mutex_lock(&l->lock);
	while (!left && l->state != CLOSED) {
		if (l->state != ASKED) {
			(void)pthread_cond_wait(&l->turn, &l->lock);
			continue;
		}
		(void)pthread_mutex_unlock(&l->lock);
		l->error = read_all(l);
		close(l->fd);
		(void)pthread_mutex_lock(&l->lock);
		left = l->state == LEFT;
		l->state = DONE;
		(void)pthread_cond_broadcast(&l->turn);
	}
	(void)pthread_mutex_unlock(&l->lock);
	if (left)
		destroy(l);
	return NULL;
}

/* The program's signals are not for it. */
static int start(struct lateread *l)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int err = pthread_attr_init(&attr);

	if (err)
		return -err;
	(void)pthread_attr_setstacksize(&attr, STACK);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&l->thread, &attr, lateread_thread, l);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
	return -err;
}

static int begin(struct lateread **out)
{
	struct lateread *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;
	int err;

	if (!l)
		return -ENOMEM;
	buf_init(&l->text);
	(void)pthread_mutex_init(&l->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&l->turn, &attr);
	(void)pthread_condattr_destroy(&attr);
	err = start(l);
	if (err < 0) {
		destroy(l);
		return err;
	}
	*out = l;
	return 0;
}

/* With the lock; false: it was left behind. */
static bool wait_for(struct lateread *l, unsigned ms)
{
	const struct timespec end = clock_deadline(ms);

	while (l->state == ASKED)
		if (pthread_cond_timedwait(&l->turn, &l->lock, &end) != 0)
			break;
	if (l->state == DONE)
		return true;
	l->state = LEFT;
	(void)pthread_detach(l->thread);
	return false;
}

int lateread(struct lateread **at, int fd, size_t most, unsigned ms, struct buf *out)
{
	struct lateread *l;
	int err = *at ? 0 : begin(at);

	if (err < 0) {
		close(fd);
		return err;
	}
	l = *at;
	(void)pthread_mutex_lock(&l->lock);
	buf_reset(&l->text);
	l->fd = fd;
	l->most = most;
	l->state = ASKED;
	(void)pthread_cond_broadcast(&l->turn);
	if (!wait_for(l, ms)) {
		(void)pthread_mutex_unlock(&l->lock);
		*at = NULL;
		return -ETIMEDOUT;
	}
	l->state = IDLE;
	err = l->error;
	if (err == 0 && out)
		buf_put(out, l->text.p, l->text.n);
	(void)pthread_mutex_unlock(&l->lock);
	return err == 0 && out && out->failed ? -ENOMEM : err;
}

void lateread_free(struct lateread *l)
{
	if (!l)
		return;
	(void)pthread_mutex_lock(&l->lock);
	l->state = CLOSED;
	(void)pthread_cond_broadcast(&l->turn);
	(void)pthread_mutex_unlock(&l->lock);
	(void)pthread_join(l->thread, NULL);
	destroy(l);
}
