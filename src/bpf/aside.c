/* SPDX-License-Identifier: MIT */
/* A stream that is read by a thread of its own. */
#include "bpf/aside.h"

#include <errno.h>
#include <stdlib.h>

/*
 * Neither the stream nor its index may move while it is read: memory that is never
 * touched costs nothing. What is more than this is read by /proc.
 */
#define STREAM_ROOM ((size_t)512 * 1024 * 1024)
#define HOLDERS_ROOM ((size_t)256 * 1024)

/*
 * Is the reader further ahead of who uses it? Never, while anybody waits: whatever is
 * left behind, the one process that is wanted comes. The lock is held.
 */
static bool is_ahead(const struct bpf_pass *p, size_t bytes)
{
	const struct bpf_aside *a = p->aside;

	return a->known >= a->asked && p->indexed - bpf_index_from(p, a->asked) > bytes;
}

/* What has come is looked through, and shown to who waits; more comes when it is used. */
static int publish(struct bpf_pass *p, struct bpf_aside *a, bool end)
{
	int r;

	pthread_mutex_lock(&a->lock);
	r = bpf_pass_index_more(p, a->own_pid, end);
	if (r >= 0)
		a->known = end ? UINT32_MAX : (uint32_t)r;
	pthread_cond_broadcast(&a->more);
	if (r >= 0 && !end && is_ahead(p, p->ahead))
		while (is_ahead(p, p->ahead / 2))
			pthread_cond_wait(&a->go, &a->lock);
	pthread_mutex_unlock(&a->lock);
	return r < 0 ? r : 0;
}

static void *aside_main(void *arg)
{
	struct bpf_pass *p = arg;
	struct bpf_aside *a = p->aside;
	unsigned idle = 0;
	int r = 1;

	while (r > 0) {
		r = bpf_read_some(p, a->fd, &idle);
		if (r >= 0) {
			int err = publish(p, a, r == 0);

			r = err < 0 ? err : r;
		}
	}
	bpf_close(&a->prog, a->fd);
	pthread_mutex_lock(&a->lock);
	a->ended = true;
	a->error = r;
	pthread_cond_broadcast(&a->more);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static int reserve(struct bpf_pass *p)
{
	int r = buf_reserve(&p->stream, STREAM_ROOM);

	if (r < 0)
		return r;
	p->holders = malloc(HOLDERS_ROOM * sizeof(*p->holders));
	p->room = p->holders ? HOLDERS_ROOM : 0;
	return p->holders ? bpf_forget_init(p) : -ENOMEM;
}

static void release(struct bpf_pass *p)
{
	struct bpf_aside *a = p->aside;

	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->more);
	pthread_cond_destroy(&a->go);
	free(a);
	p->aside = NULL;
	p->fixed = false;
}

int aside_start(struct bpf_pass *p, const struct bpf_program *prog, int fd, uint32_t own_pid)
{
	struct bpf_aside *a = calloc(1, sizeof(*a));
	int r = a ? reserve(p) : -ENOMEM;

	if (r < 0) {
		free(a);
		return r;
	}
	a->prog = *prog;
	a->fd = fd;
	a->own_pid = own_pid;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->more, NULL);
	pthread_cond_init(&a->go, NULL);
	p->fixed = true;
	p->aside = a;
	r = pthread_create(&a->thread, NULL, aside_main, p);
	if (r == 0)
		return 0;
	release(p);
	return -r;
}

/* The lock is held. */
static void ask(struct bpf_pass *p, uint32_t pid)
{
	struct bpf_aside *a = p->aside;

	if (pid > a->asked)
		a->asked = pid;
	if (!is_ahead(p, p->ahead / 2))
		pthread_cond_signal(&a->go);
}

int aside_end(struct bpf_pass *p)
{
	struct bpf_aside *a = p->aside;
	int r;

	if (!a)
		return 0;
	/* The rest is used by nobody, or afterwards. */
	pthread_mutex_lock(&a->lock);
	ask(p, UINT32_MAX);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	r = a->error;
	release(p);
	return r;
}

int bpf_pass_wait(struct bpf_pass *p, uint32_t pid)
{
	struct bpf_aside *a = p->aside;
	int r;

	if (!a)
		return 0;
	pthread_mutex_lock(&a->lock);
	ask(p, pid);
	while (!a->ended && a->known < pid)
		pthread_cond_wait(&a->more, &a->lock);
	r = a->error;
	pthread_mutex_unlock(&a->lock);
	return r;
}

const struct bpf_holder *bpf_pass_find(const struct bpf_pass *p, uint32_t pid)
{
	const struct bpf_holder *h;

	if (!p->aside)
		return bpf_index_find(p, pid);
	pthread_mutex_lock(&p->aside->lock);
	h = bpf_index_find(p, pid);
	pthread_mutex_unlock(&p->aside->lock);
	return h;
}
