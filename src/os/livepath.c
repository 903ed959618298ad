/* SPDX-License-Identifier: MIT */
#include "os/livepath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/cached.h"
#include "os/dirents.h"
#include "os/root_live.h"
#include "os/statx.h"
#include "os/wary.h"

/* What stands above it is known by heart, and local: then so is what lies below without a link. */
static int open_below(struct root *r, const char *path, bool follow)
{
	const char *rest;
	struct fdmap_stat st;
	int up = cached_above(path, &rest), fd = -EAGAIN;

	if (up < 0)
		return up;
	if (*rest && reach_is_local(r->reach, up))
		fd = cached_below(up, rest);
	close(up);
	if (fd >= 0 && follow && (os_statx(fd, "", AT_EMPTY_PATH, &st) < 0 || S_ISLNK(st.mode))) {
		close(fd);
		fd = -EAGAIN;
	}
	return fd;
}

/* O_PATH of it; -EAGAIN: somebody else has to be asked; -errno. */
static int open_path(struct root *r, const char *path, bool follow)
{
	const int flags = follow ? 0 : O_NOFOLLOW;
	const bool asks = !wary(r);
	int fd = asks ? cached_path(AT_FDCWD, path, flags) : -EAGAIN;

	/* Where the kernel does not say what it knows: nothing that waits is mounted there. */
	if (fd == -EAGAIN && strncmp(path, "/sys/", 5) == 0) {
		fd = open(path, O_PATH | O_CLOEXEC | flags);
		return fd < 0 ? -errno : fd;
	}
	return fd == -EAGAIN && asks ? open_below(r, path, follow) : fd;
}

static int ask_stat(struct root *r, enum reach_what what, const char *path, struct fdmap_stat *st)
{
	struct buf out;
	int err;

	buf_init(&out);
	err = reach_ask(r->reach, what, path, &out);
	if (err == 0 && out.n != sizeof(*st))
		err = -EIO;
	if (err == 0)
		memcpy(st, out.p, sizeof(*st));
	buf_fini(&out);
	return err;
}

static int stat_of(struct root *r, const char *path, bool follow, struct fdmap_stat *st)
{
	int fd = open_path(r, path, follow), err = fd;

	if (fd == -EAGAIN)
		return ask_stat(r, follow ? REACH_STAT : REACH_LSTAT, path, st);
	if (fd >= 0) {
		err = os_statx(fd, "", AT_EMPTY_PATH, st);
		close(fd);
	}
	return err;
}

int livepath_stat(struct root *r, const char *path, struct fdmap_stat *st)
{
	return stat_of(r, path, true, st);
}

int livepath_lstat(struct root *r, const char *path, struct fdmap_stat *st)
{
	return stat_of(r, path, false, st);
}

int livepath_real(struct root *r, const char *path, struct buf *out)
{
	char name[PATH_MAX];
	int fd = open_path(r, path, true);
	ssize_t n;

	if (fd == -EAGAIN)
		return reach_ask(r->reach, REACH_REAL, path, out);
	if (fd < 0)
		return fd;
	n = root_live_name(fd, name, sizeof(name));
	close(fd);
	if (n > 0)
		buf_put(out, name, (size_t)n);
	return n < 0 ? (int)n : 0;
}

ssize_t livepath_link(struct root *r, const char *path, char *buf, size_t len)
{
	/* The helper is another process. */
	int fd = root_live_is_self(path) ? open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC)
				     : open_path(r, path, false);
	struct buf out;
	ssize_t n;

	if (fd >= 0) {
		n = readlinkat(fd, "", buf, len - 1);
		/* What readlink(2) says of what is no link. */
		n = n < 0 ? (errno == ENOENT ? -EINVAL : -errno) : n;
		close(fd);
	} else if (fd == -EAGAIN) {
		buf_init(&out);
		n = reach_ask(r->reach, REACH_LINK, path, &out);
		if (n == 0)
			n = (ssize_t)(out.n < len - 1 ? out.n : len - 1);
		if (n > 0)
			memcpy(buf, out.p, (size_t)n);
		buf_fini(&out);
	} else {
		return fd;
	}
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

static int each_entry(const char *p, size_t n, root_name *each, void *arg)
{
	const struct dirent_head *e;
	int err = 0;

	for (size_t at = 0; err == 0 && (e = dirents_next(p, n, &at));)
		if (!dirents_is_dots(e->name))
			err = each(arg, e->name, e->type, e->ino);
	return err;
}

/* By its descriptor: the name may lead elsewhere by now. */
static int list_local(int dir, root_name *each, void *arg)
{
	_Alignas(struct dirent_head) char buf[DIRENTS_BYTES];
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	int err = 0;
	long n;

	if (fd < 0)
		return -errno;
	while (each && err == 0 && (n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) != 0)
		err = n < 0 ? -errno : each_entry(buf, (size_t)n, each, arg);
	close(fd);
	return err;
}

/* All of it first: what is done with a name may be to ask again. */
static int list_asked(struct root *r, const char *path, root_name *each, void *arg)
{
	struct buf out;
	int err;

	buf_init(&out);
	err = reach_ask(r->reach, each ? REACH_NAMES : REACH_OPEN, path, &out);
	if (err == 0 && each)
		err = each_entry(buf_str(&out), out.n, each, arg);
	buf_fini(&out);
	return err;
}

int livepath_names(struct root *r, const char *path, root_name *each, void *arg)
{
	int fd = open_path(r, path, true), err;

	if (fd < 0 && fd != -EAGAIN)
		return fd;
	if (fd >= 0 && reach_is_local(r->reach, fd))
		err = list_local(fd, each, arg);
	else
		err = list_asked(r, path, each, arg);
	if (fd >= 0)
		close(fd);
	return err;
}
