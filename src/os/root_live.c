/* SPDX-License-Identifier: MIT */
/* The live /proc, or another procfs: the openat family on directory descriptors. */
#include "os/root_live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/digits.h"
#include "os/cached.h"
#include "os/dirents.h"
#include "os/hostfile.h"
#include "os/livepath.h"
#include "os/netns.h"
#include "os/root.h"
#include "os/statx.h"
#include "os/wary.h"

const char *root_live_path(void)
{
	return "/proc";
}

ssize_t root_live_name(int fd, char *to, size_t len)
{
	char link[DIGITS_MAX + 16] = "/proc/self/fd/";
	ssize_t n;

	digits_put(link + strlen(link), (uint64_t)fd);
	n = readlink(link, to, len);
	return n < 0 ? -errno : n;
}

bool root_live_is_self(const char *path)
{
	return strcmp(path, "/proc/self") == 0 || strcmp(path, "/proc/thread-self") == 0;
}

int root_live_mounts(void)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int live_dir_open(struct root *r, const struct root_dir *up, const char *name,
			 struct root_dir *d)
{
	int fd = openat(up->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)r;
	if (fd < 0)
		return -errno;
	d->fd = fd;
	return 0;
}

static bool name_number(const char *name, uint32_t *id)
{
	uint64_t v = 0;

	if (!*name)
		return false;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return false;
		v = v * 10 + (uint64_t)(*name - '0');
		if (v > INT32_MAX)
			return false;
	}
	*id = (uint32_t)v;
	return true;
}

/* From where the directory stands. */
static int list_rest(int fd, root_each *each, void *arg)
{
	_Alignas(struct dirent_head) char buf[DIRENTS_BYTES];
	const struct dirent_head *e;
	int stop = 0;
	uint32_t id;
	long n;

	while (stop == 0 && (n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) != 0) {
		if (n < 0)
			return -errno;
		for (size_t at = 0; stop == 0 && (e = dirents_next(buf, (size_t)n, &at));)
			if (name_number(e->name, &id))
				stop = each(arg, id);
	}
	return stop;
}

static int live_list(struct root *r, const struct root_dir *d, root_each *each, void *arg)
{
	/* Only the root's own directory stays open to be listed again. */
	if (d == &r->top && lseek(d->fd, 0, SEEK_SET) < 0)
		return -errno;
	return list_rest(d->fd, each, arg);
}

/* Two behind the dots: proc_readfd_common() of fs/proc/fd.c. */
static int live_list_from(struct root *r, const struct root_dir *d, uint32_t from, root_each *each,
			  void *arg)
{
	(void)r;
	if (lseek(d->fd, (off_t)from + 2, SEEK_SET) < 0)
		return -errno;
	return list_rest(d->fd, each, arg);
}

static int live_read_by(struct root *r, const struct root_dir *d, const char *name, struct buf *out,
			root_piece *piece, void *arg)
{
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t chunk = 4096;
	int err = 0;

	(void)r;
	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n;

		err = buf_reserve(out, chunk);
		if (err < 0)
			break;
		n = read(fd, out->p + out->n, chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err = n < 0 ? -errno : 0;
			break;
		}
		out->n += (size_t)n;
		out->p[out->n] = '\0';
		if ((size_t)n == chunk && chunk < 256 * 1024)
			chunk *= 2;
		err = piece ? piece(arg, out) : 0;
		if (err)
			break;
	}
	close(fd);
	return err;
}

static int live_read(struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	return live_read_by(r, d, name, out, NULL, NULL);
}

static int live_maps_open(struct root *r, const struct root_dir *d, struct procmap *p)
{
	(void)r;
	p->fd = openat(d->fd, "maps", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	p->start = p->end = 0;
	/* What the kernel writes here is not seen by tools that watch memory. */
	memset(p->name, 0, sizeof(p->name));
	return p->fd < 0 ? -errno : 0;
}

static int live_read_open(struct root *r, const struct root_dir *d, const char *name)
{
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	(void)r;
	return fd < 0 ? -errno : fd;
}

static ssize_t live_link(struct root *r, const struct root_dir *d, const char *name, char *buf,
			 size_t len)
{
	ssize_t n = readlinkat(d->fd, name, buf, len - 1);

	(void)r;
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

static int live_stat(struct root *r, const struct root_dir *d, const char *name,
		     struct fdmap_stat *st)
{
	(void)r;
	return os_statx(d->fd, name, 0, st);
}

static int live_stat_cached(struct root *r, const struct root_dir *d, const char *name,
			    struct fdmap_stat *st)
{
	int fd = wary(r) ? -EAGAIN : cached_open(d->fd, name), err;

	if (fd < 0)
		return fd;
	err = os_statx(fd, "", AT_EMPTY_PATH, st);
	close(fd);
	return err;
}

static int live_lmode(struct root *r, const struct root_dir *d, const char *name, uint32_t *mode)
{
	struct stat st;

	(void)r;
	/* The link itself lies in procfs: nothing remote is asked. */
	if (fstatat(d->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	*mode = st.st_mode;
	return 0;
}

static int live_owner(struct root *r, const struct root_dir *d, uid_t *uid)
{
	struct stat st;

	(void)r;
	if (fstat(d->fd, &st) < 0)
		return -errno;
	*uid = st.st_uid;
	return 0;
}

/* There is no getxattrat before Linux 6.13: through our own descriptor's link. */
static ssize_t live_sockproto(struct root *r, const struct root_dir *d, const char *name,
			      char *buf, size_t len)
{
	char path[128];
	ssize_t n;

	(void)r;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", d->fd, name);
	n = getxattr(path, "system.sockprotoname", buf, len - 1);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return (ssize_t)strlen(buf);
}

static int live_diag(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
		     void *arg, uint64_t *bytes)
{
	(void)r;
	return diag_dump(d, req, n, each, arg, bytes);
}

static int live_diag_one(struct root *r, struct diag *d, const void *req, size_t n,
			 diag_each *each, void *arg, uint64_t *bytes)
{
	(void)r;
	return diag_one(d, req, n, each, arg, bytes);
}

static int live_netns_open(struct root *r, const char *link, const char *path, uint64_t *ino)
{
	/* Where another process' mount lies is only looked for without waiting. */
	if (link && path && wary(r))
		return -ENOSYS;
	return netns_open(r->live ? r->top.fd : -1, link, path, ino);
}

static void live_close(struct root *r)
{
	reach_free(r->reach);
	free(r->priv);
}

static const struct root_ops live_ops = {
	.dir_open = live_dir_open,
	.list = live_list,
	.list_from = live_list_from,
	.read = live_read,
	.read_by = live_read_by,
	.maps_open = live_maps_open,
	.read_open = live_read_open,
	.link = live_link,
	.stat = live_stat,
	.stat_cached = live_stat_cached,
	.lmode = live_lmode,
	.owner = live_owner,
	.sockproto = live_sockproto,
	.stat_path = livepath_stat,
	.real_path = livepath_real,
	.lstat_path = livepath_lstat,
	.link_path = livepath_link,
	.names = livepath_names,
	.diag = live_diag,
	.diag_one = live_diag_one,
	.netns_open = live_netns_open,
	.host_file = hostfile_read,
	.close = live_close,
};

/*
 * Is it the procfs at its usual place? Then it tells of the system that we are on, by the
 * PIDs that calls to the kernel take. 1, 0, -ENOMEM.
 */
static int is_own(int dirfd)
{
	struct stat a, b;

	if (fstat(dirfd, &a) < 0 || stat(root_live_path(), &b) < 0)
		return root_exhausted(-errno) ? -errno : 0;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int root_live_open(struct root *r, int dirfd, const char *dir)
{
	char *shown = strdup(dir);
	int own = is_own(dirfd), err = shown ? own : -ENOMEM;

	if (err >= 0)
		err = reach_new(&r->reach);
	if (err < 0) {
		free(shown);
		return err;
	}
	for (size_t n = strlen(shown); n > 1 && shown[n - 1] == '/'; n--)
		shown[n - 1] = '\0';
	r->priv = shown;
	r->shown = shown;
	r->ops = &live_ops;
	r->live = own;
	/* Another system's sockets and mounts are those of its first process, not ours. */
	r->self = r->live || faccessat(dirfd, "1/net", X_OK, 0) < 0 ? "self" : "1";
	return 0;
}
