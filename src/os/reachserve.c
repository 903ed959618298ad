/* SPDX-License-Identifier: MIT */
/* The process that looks names up, and may wait for ever. */
#include "os/reachserve.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/raised.h"
#include "os/root_live.h"
#include "os/statx.h"

/* 1: there is more; 0: that was all; -errno. */
static int send_piece(int sock, struct reach_answer *a, size_t n, bool last, int error)
{
	a->error = error;
	a->last = last;
	a->pad = 0;
	return send(sock, a, REACH_HEAD + n, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static ssize_t real_name(const char *path, char *to)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	ssize_t n = fd < 0 ? -errno : root_live_name(fd, to, REACH_PIECE);

	if (fd >= 0)
		close(fd);
	return n;
}

static ssize_t list(int sock, const char *path, bool names, struct reach_answer *a)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -errno : 0;

	while (fd >= 0 && names) {
		n = syscall(SYS_getdents64, fd, a->data, sizeof(a->data));
		if (n <= 0)
			break;
		if (send_piece(sock, a, (size_t)n, false, 0) < 0)
			_exit(0);
	}
	if (n < 0 && fd >= 0)
		n = -errno;
	if (fd >= 0)
		close(fd);
	return n;
}

static ssize_t look_up(int sock, const struct reach_question *q, struct reach_answer *a)
{
	struct fdmap_stat st;
	ssize_t n;

	switch ((enum reach_what)q->what) {
	case REACH_STAT:
	case REACH_LSTAT:
		memset(&st, 0, sizeof(st));
		n = os_statx(AT_FDCWD, q->path, q->what == REACH_LSTAT ? AT_SYMLINK_NOFOLLOW : 0, &st);
		memcpy(a->data, &st, sizeof(st));
		return n < 0 ? n : (ssize_t)sizeof(st);
	case REACH_REAL:
		return real_name(q->path, a->data);
	case REACH_LINK:
		n = readlink(q->path, a->data, REACH_PIECE);
		return n < 0 ? -errno : n;
	case REACH_NAMES:
	case REACH_OPEN:
		return list(sock, q->path, q->what == REACH_NAMES, a);
	}
	return -EINVAL;
}

/* Of ours only the socket stays, as the lowest one. */
static void keep_only(int sock)
{
	if (sock != 0 && dup2(sock, 0) < 0)
		_exit(1);
	/* Before Linux 5.9 by a walk over our own fd directory, which takes no memory, either. */
	closefrom(1);
}

_Noreturn void reach_serve(int sock)
{
	struct reach_question q;
	struct reach_answer a;
	ssize_t n;

	raised_forget();
	keep_only(sock);
	sock = 0;
	(void)prctl(PR_SET_NAME, "fdmap-lookup");
	/* What stops or ends the parent from a terminal does not concern it. */
	(void)setsid();
	for (;;) {
		n = recv(sock, &q, sizeof(q), 0);
		if (n <= (ssize_t)offsetof(struct reach_question, path) || n > (ssize_t)sizeof(q))
			_exit(0);
		((char *)&q)[n - 1] = '\0';
		n = look_up(sock, &q, &a);
		if (send_piece(sock, &a, n > 0 ? (size_t)n : 0, true, n < 0 ? (int)n : 0) < 0)
			_exit(0);
	}
}
