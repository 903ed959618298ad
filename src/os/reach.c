/* SPDX-License-Identifier: MIT */
/* Asking the process that looks names up, and leaving it behind. */
#include "os/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/mountid.h"
#include "os/reachserve.h"

/* Mounts that gave no answer; there are seldom more than one. */
#define DEAD_MAX 64
#define KNOWN_MAX 16

struct known {
	uint64_t mount;
	bool local;
};

struct reach {
	pthread_mutex_t lock;
	unsigned timeout; /* ms */
	pid_t pid;        /* 0: there is none */
	int sock;
	uint64_t dead[DEAD_MAX];
	size_t ndead;
	struct known known[KNOWN_MAX]; /* those that were asked for last */
	size_t nknown;
};

int reach_new(struct reach **out)
{
	struct reach *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	pthread_mutex_init(&r->lock, NULL);
	r->timeout = REACH_TIMEOUT;
	r->sock = -1;
	*out = r;
	return 0;
}

void reach_set_timeout(struct reach *r, unsigned ms)
{
	r->timeout = ms;
}

/* left: it does not answer, and may never end. */
static void let_go(struct reach *r, bool left)
{
	if (!r->pid)
		return;
	/* Where it waits for a server that is not there, it ends when that one comes back. */
	if (left)
		(void)kill(r->pid, SIGKILL);
	close(r->sock);
	while (waitpid(r->pid, NULL, left ? WNOHANG : 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
	r->sock = -1;
}

void reach_rest(struct reach *r)
{
	pthread_mutex_lock(&r->lock);
	let_go(r, false);
	r->ndead = r->nknown = 0;
	pthread_mutex_unlock(&r->lock);
}

static bool is_known(struct reach *r, uint64_t mount)
{
	struct known *k;

	for (size_t i = 0; i < r->nknown && i < KNOWN_MAX; i++)
		if (r->known[i].mount == mount)
			return r->known[i].local;
	k = &r->known[r->nknown++ % KNOWN_MAX];
	*k = (struct known){ mount, mountid_is_local(mount) };
	return k->local;
}

bool reach_is_local(struct reach *r, int fd)
{
	uint64_t mount = mountid_of(fd);
	bool local;

	if (!mount)
		return false;
	pthread_mutex_lock(&r->lock);
	local = is_known(r, mount);
	pthread_mutex_unlock(&r->lock);
	return local;
}

void reach_free(struct reach *r)
{
	if (!r)
		return;
	let_go(r, false);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static int begin(struct reach *r)
{
	int ends[2];
	pid_t pid;

	if (r->pid)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		reach_serve(ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -errno;
	}
	r->pid = pid;
	r->sock = ends[0];
	return 0;
}

/* One message: its length; -ETIMEDOUT; -EPIPE: the process has ended. */
static ssize_t receive(const struct reach *r, struct reach_answer *a)
{
	const uint64_t begun = clock_ms();
	struct pollfd p = { .fd = r->sock, .events = POLLIN };
	ssize_t n;

	for (;;) {
		int ready = poll(&p, 1, (int)clock_left(r->timeout, begun));

		if (ready > 0)
			break;
		if (ready == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
	n = recv(r->sock, a, sizeof(*a), 0);
	return n < (ssize_t)REACH_HEAD ? -EPIPE : n;
}

static int converse(const struct reach *r, enum reach_what what, const char *path, struct buf *out)
{
	struct reach_question q = { .what = what };
	size_t n = strlen(path) + 1;
	struct reach_answer a;

	if (n > sizeof(q.path))
		return -ENAMETOOLONG;
	memcpy(q.path, path, n);
	if (send(r->sock, &q, offsetof(struct reach_question, path) + n, MSG_NOSIGNAL) < 0)
		return -errno;
	do {
		ssize_t got = receive(r, &a);

		if (got < 0)
			return (int)got;
		buf_put(out, a.data, (size_t)got - REACH_HEAD);
		if (out->failed)
			return -ENOMEM;
	} while (!a.last);
	return a.error;
}

static bool is_dead(const struct reach *r, uint64_t mount)
{
	for (size_t i = 0; i < r->ndead; i++)
		if (r->dead[i] == mount)
			return true;
	return false;
}

/* The lock is held. */
static int ask(struct reach *r, enum reach_what what, const char *path, struct buf *out)
{
	const size_t had = out->n;
	uint64_t mount = r->ndead ? mountid_above(path) : 0;
	int err;

	if (r->ndead == DEAD_MAX || (mount && is_dead(r, mount)))
		return -ETIMEDOUT;
	err = begin(r);
	if (err < 0)
		return err;
	err = converse(r, what, path, out);
	/* Not known: each name is waited for. */
	mount = err == -ETIMEDOUT ? mountid_above(path) : 0;
	if (mount)
		r->dead[r->ndead++] = mount;
	/* It may be in the middle of an answer. */
	if (err == -ETIMEDOUT || err == -EPIPE || err == -ENOMEM)
		let_go(r, true);
	if (err < 0)
		out->n = had;
	return err == -EPIPE ? -EIO : err;
}

int reach_ask(struct reach *r, enum reach_what what, const char *path, struct buf *out)
{
	int err;

	pthread_mutex_lock(&r->lock);
	err = ask(r, what, path, out);
	pthread_mutex_unlock(&r->lock);
	return err;
}
