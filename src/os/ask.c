/* SPDX-License-Identifier: MIT */
/*
 * A queue of questions, and threads that take from it. The owner and every
 * thread hold a reference, so that neither waits for the other to leave.
 */
#include "os/ask.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"

/*
 * What is asked (addr, or host and addr.family) is written before the question
 * enters the queue, the answer under the lock.
 */
struct question {
	struct question *same; /* older ones whose address hashes alike */
	char *host;	       /* NULL: the name of addr is asked for */
	struct resolve_addr addr;
	unsigned round; /* of waiting; only the last one is waited for */
	bool answered;
	bool known; /* answered when the owner last looked */
	char *name; /* NULL: none */
	int error;  /* of the address of a host */
};

struct ask {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	const struct ask_calls *calls;
	unsigned refs; /* the owner and each thread */
	unsigned threads;
	bool closed; /* the owner has left: begin nothing more */
	struct question **q;
	size_t n, cap;
	size_t begun; /* of the n, those some thread has taken */
	struct hash by_addr;
	unsigned round;
	size_t left; /* questions of this round without an answer */
};

struct resolve_addr ask_plain(const struct resolve_addr *addr)
{
	struct resolve_addr a = { .family = addr->family };

	if (addr->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&addr->a.v6)) {
		a.family = AF_INET;
		memcpy(&a.a.v4, &addr->a.v6.s6_addr[12], sizeof(a.a.v4));
	} else if (addr->family == AF_INET6) {
		a.a.v6 = addr->a.v6;
	} else {
		a.a.v4 = addr->a.v4;
	}
	return a;
}

static int machine_name(const struct resolve_addr *addr, char *name, size_t len)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	int err;

	if (addr->family == AF_INET6) {
		v6.sin6_addr = addr->a.v6;
		err = getnameinfo((struct sockaddr *)&v6, sizeof(v6), name, (socklen_t)len, NULL, 0,
				  NI_NAMEREQD);
	} else {
		v4.sin_addr = addr->a.v4;
		err = getnameinfo((struct sockaddr *)&v4, sizeof(v4), name, (socklen_t)len, NULL, 0,
				  NI_NAMEREQD);
	}
	return err ? -ENOENT : 0;
}

static int machine_address(const char *host, int family, struct resolve_addr *addr)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;

	if (getaddrinfo(host, NULL, &hints, &list) != 0)
		return -ENOENT;
	*addr = (struct resolve_addr){ .family = family };
	if (family == AF_INET6)
		addr->a.v6 = ((const struct sockaddr_in6 *)(const void *)list->ai_addr)->sin6_addr;
	else
		addr->a.v4 = ((const struct sockaddr_in *)(const void *)list->ai_addr)->sin_addr;
	freeaddrinfo(list);
	return 0;
}

const struct ask_calls ask_machine = {
	.name = machine_name,
	.address = machine_address,
};

int ask_new(struct ask **out, const struct ask_calls *calls)
{
	struct ask *a = calloc(1, sizeof(*a));
	pthread_condattr_t attr;

	if (!a)
		return -ENOMEM;
	a->calls = calls;
	a->refs = 1;
	hash_init(&a->by_addr);
	if (pthread_condattr_init(&attr) != 0)
		goto fail;
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (pthread_cond_init(&a->answered, &attr) != 0) {
		(void)pthread_condattr_destroy(&attr);
		goto fail;
	}
	(void)pthread_condattr_destroy(&attr);
	(void)pthread_mutex_init(&a->lock, NULL);
	*out = a;
	return 0;
fail:
	free(a);
	return -ENOMEM;
}

static void question_free(struct question *q)
{
	free(q->host);
	free(q->name);
	free(q);
}

/* Gives a reference back and unlocks. */
static void leave(struct ask *a)
{
	bool last = --a->refs == 0;

	(void)pthread_mutex_unlock(&a->lock);
	if (!last)
		return;
	for (size_t i = 0; i < a->n; i++)
		question_free(a->q[i]);
	free(a->q);
	hash_fini(&a->by_addr);
	(void)pthread_cond_destroy(&a->answered);
	(void)pthread_mutex_destroy(&a->lock);
	free(a);
}

void ask_free(struct ask *a)
{
	if (!a)
		return;
	(void)pthread_mutex_lock(&a->lock);
	a->closed = true;
	leave(a);
}

/* Without the lock: may take minutes. Writes to the question once it has it again. */
static void answer(struct ask *a, struct question *q)
{
	struct resolve_addr addr;
	char name[NI_MAXHOST] = "";
	char *copy = NULL;
	int err;

	if (q->host)
		err = a->calls->address(q->host, q->addr.family, &addr);
	else
		err = a->calls->name(&q->addr, name, sizeof(name));
	if (!q->host && err == 0 && name[0])
		copy = strdup(name);
	(void)pthread_mutex_lock(&a->lock);
	q->error = err;
	q->name = copy;
	if (q->host && err == 0)
		q->addr = addr;
	q->answered = true;
	if (q->round == a->round && --a->left == 0)
		(void)pthread_cond_signal(&a->answered);
}

static void *ask_thread(void *arg)
{
	struct ask *a = arg;

	(void)pthread_mutex_lock(&a->lock);
	while (!a->closed && a->begun < a->n) {
		struct question *q = a->q[a->begun++];

		(void)pthread_mutex_unlock(&a->lock);
		answer(a, q);
	}
	a->threads--;
	leave(a);
	return NULL;
}

/* With the lock. A thread that cannot be made is done without. */
static void start_threads(struct ask *a)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t thread;

	if (pthread_attr_init(&attr) != 0)
		return;
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	/* The program's signals are not for these threads. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	for (size_t todo = a->n - a->begun; todo > 0 && a->threads < ASK_THREADS; todo--) {
		if (pthread_create(&thread, &attr, ask_thread, a) != 0)
			break;
		a->refs++;
		a->threads++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
}

static uint64_t key_of(const struct resolve_addr *plain)
{
	uint64_t w[2] = { 0, 0 };

	memcpy(w, &plain->a, sizeof(plain->a));
	return hash_mix(w[0], w[1] ^ (uint64_t)plain->family);
}

static struct question *find_name(const struct ask *a, const struct resolve_addr *addr)
{
	struct resolve_addr plain = ask_plain(addr);
	struct question *q;
	uint32_t i;

	if (!hash_find(&a->by_addr, key_of(&plain), &i))
		return NULL;
	for (q = a->q[i]; q; q = q->same)
		if (q->addr.family == plain.family &&
		    memcmp(&q->addr.a, &plain.a, sizeof(plain.a)) == 0)
			break;
	return q;
}

/* Puts a new question at the end; NULL when out of memory. */
static struct question *enqueue(struct ask *a, const struct resolve_addr *plain, const char *host)
{
	struct question *q;

	if (a->n == a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 64;
		struct question **v = realloc(a->q, cap * sizeof(*v));

		if (!v)
			return NULL;
		a->q = v;
		a->cap = cap;
	}
	q = calloc(1, sizeof(*q));
	if (!q)
		return NULL;
	q->addr = *plain;
	if (host) {
		q->host = strdup(host);
		if (!q->host) {
			free(q);
			return NULL;
		}
	}
	q->round = a->round;
	a->q[a->n++] = q;
	a->left++;
	return q;
}

static int enqueue_name(struct ask *a, const struct resolve_addr *addr)
{
	struct resolve_addr plain = ask_plain(addr);
	uint64_t key = key_of(&plain);
	struct question *q;
	uint32_t i;

	if (find_name(a, addr))
		return 0;
	q = enqueue(a, &plain, NULL);
	if (!q)
		return -ENOMEM;
	if (hash_find(&a->by_addr, key, &i))
		q->same = a->q[i];
	return hash_put(&a->by_addr, key, (uint32_t)(a->n - 1));
}

static struct timespec deadline_in(unsigned ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

/* With the lock: until all questions of this round are answered, or ms have gone. */
static void wait_round(struct ask *a, unsigned ms)
{
	struct timespec deadline = deadline_in(ms);

	start_threads(a);
	while (a->left > 0 && a->threads > 0)
		if (pthread_cond_timedwait(&a->answered, &a->lock, &deadline) != 0)
			break;
}

static void begin_round(struct ask *a)
{
	a->round++;
	a->left = 0;
}

int ask_names(struct ask *a, const struct resolve_addr *addrs, size_t n, unsigned ms)
{
	int err = 0;

	(void)pthread_mutex_lock(&a->lock);
	begin_round(a);
	for (size_t i = 0; i < n && err == 0; i++)
		err = enqueue_name(a, &addrs[i]);
	wait_round(a, ms);
	for (size_t i = 0; i < a->n; i++)
		a->q[i]->known = a->q[i]->answered;
	(void)pthread_mutex_unlock(&a->lock);
	return err;
}

const char *ask_name(struct ask *a, const struct resolve_addr *addr)
{
	const struct question *q;
	const char *name = NULL;

	(void)pthread_mutex_lock(&a->lock);
	q = find_name(a, addr);
	if (q && q->known)
		name = q->name;
	(void)pthread_mutex_unlock(&a->lock);
	return name;
}

int ask_address(struct ask *a, const char *host, int family, unsigned ms, struct resolve_addr *addr)
{
	struct resolve_addr wanted = { .family = family };
	struct question *q;
	int err = -ENOMEM;

	(void)pthread_mutex_lock(&a->lock);
	begin_round(a);
	q = enqueue(a, &wanted, host);
	if (q) {
		wait_round(a, ms);
		err = q->answered && q->error == 0 ? 0 : -ENOENT;
		if (err == 0)
			*addr = q->addr;
	}
	(void)pthread_mutex_unlock(&a->lock);
	return err;
}
