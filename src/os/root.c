/* SPDX-License-Identifier: MIT */
/* The door: picks who plays /proc, counts every call, passes it on. */
#include "os/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "os/raised.h"

#define COUNT(r, what) atomic_fetch_add_explicit(&(r)->counts.what, 1, memory_order_relaxed)

static int pick(struct root *r, int fd, const char *dir)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type == PROC_SUPER_MAGIC)
		return root_live_open(r, fd, dir);
	if (faccessat(fd, "manifest", F_OK, 0) == 0)
		return root_tree_open(r, fd, dir);
	return -EINVAL;
}

int root_open(struct root **out, const char *dir)
{
	struct root *r = calloc(1, sizeof(*r));
	int fd, err;

	if (!r)
		return -ENOMEM;
	if (!dir)
		dir = root_live_path();
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(r);
		return err;
	}
	r->top.fd = fd;
	err = pick(r, fd, dir);
	if (err < 0) {
		close(fd);
		free(r);
		return err;
	}
	*out = r;
	return 0;
}

void root_close(struct root *r)
{
	if (!r)
		return;
	r->ops->close(r);
	close(r->top.fd);
	free(r);
}

static ssize_t noted(struct root *r, ssize_t err)
{
	if (err < 0 && root_exhausted((int)err))
		atomic_store_explicit(&r->exhausted, (int)err, memory_order_relaxed);
	return err;
}

int root_lost(struct root *r)
{
	return atomic_exchange_explicit(&r->exhausted, 0, memory_order_relaxed);
}

static const struct root_dir *dir_or_top(const struct root *r, const struct root_dir *d)
{
	return d ? d : &r->top;
}

int root_dir_open(struct root *r, const struct root_dir *up, const char *name, struct root_dir *d)
{
	up = dir_or_top(r, up);
	size_t n = strlen(up->at), m = strlen(name);

	if (n + 1 + m >= sizeof(d->at))
		return -ENAMETOOLONG;
	COUNT(r, dirs);
	/* `up` and `d` may be the same object. */
	char at[sizeof(d->at)];

	memcpy(at, up->at, n);
	if (n)
		at[n++] = '/';
	memcpy(at + n, name, m + 1);
	int err = (int)noted(r, r->ops->dir_open(r, up, name, d));

	if (err < 0)
		return err;
	memcpy(d->at, at, n + m + 1);
	return 0;
}

void root_dir_close(struct root_dir *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

int root_list(struct root *r, const struct root_dir *d, root_each *each, void *arg)
{
	COUNT(r, lists);
	return (int)noted(r, r->ops->list(r, dir_or_top(r, d), each, arg));
}

int root_list_from(struct root *r, const struct root_dir *d, uint32_t from, root_each *each,
		   void *arg)
{
	COUNT(r, lists);
	return (int)noted(r, r->ops->list_from(r, d, from, each, arg));
}

static bool is_fdinfo(const struct root_dir *d, const char *name)
{
	size_t n = strlen(d->at);

	return strstr(name, "fdinfo/") ||
	       (n >= 7 && strcmp(d->at + n - 7, "/fdinfo") == 0);
}

static void count_read(struct root *r, const struct root_dir *d, const char *name)
{
	if (is_fdinfo(d, name))
		COUNT(r, fdinfos);
	else
		COUNT(r, reads);
}

int root_read(struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	d = dir_or_top(r, d);
	count_read(r, d, name);
	return (int)noted(r, r->ops->read(r, d, name, out));
}

int root_read_by(struct root *r, const struct root_dir *d, const char *name, struct buf *out,
		 root_piece *piece, void *arg)
{
	int err;

	d = dir_or_top(r, d);
	count_read(r, d, name);
	if (r->ops->read_by)
		return (int)noted(r, r->ops->read_by(r, d, name, out, piece, arg));
	err = (int)noted(r, r->ops->read(r, d, name, out));
	return err == 0 && out->failed ? -ENOMEM : err == 0 && out->n ? piece(arg, out) : err;
}

int root_maps_open(struct root *r, const struct root_dir *d, struct procmap *p)
{
	if (!r->ops->maps_open)
		return -ENOSYS;
	COUNT(r, reads);
	return (int)noted(r, r->ops->maps_open(r, d, p));
}

int root_read_open(struct root *r, const struct root_dir *d, const char *name)
{
	if (!r->ops->read_open)
		return -ENOSYS;
	COUNT(r, reads);
	return (int)noted(r, r->ops->read_open(r, d, name));
}

ssize_t root_link(struct root *r, const struct root_dir *d, const char *name, char *buf, size_t len)
{
	COUNT(r, links);
	return noted(r, r->ops->link(r, dir_or_top(r, d), name, buf, len));
}

int root_stat(struct root *r, const struct root_dir *d, const char *name, struct fdmap_stat *st)
{
	COUNT(r, stats);
	return (int)noted(r, r->ops->stat(r, dir_or_top(r, d), name, st));
}

int root_stat_cached(struct root *r, const struct root_dir *d, const char *name,
		     struct fdmap_stat *st)
{
	COUNT(r, stats);
	return (int)noted(r, r->ops->stat_cached(r, dir_or_top(r, d), name, st));
}

int root_lmode(struct root *r, const struct root_dir *d, const char *name, uint32_t *mode)
{
	COUNT(r, lmodes);
	return (int)noted(r, r->ops->lmode(r, dir_or_top(r, d), name, mode));
}

int root_owner(struct root *r, const struct root_dir *d, uid_t *uid)
{
	COUNT(r, owners);
	return (int)noted(r, r->ops->owner(r, dir_or_top(r, d), uid));
}

ssize_t root_sockproto(struct root *r, const struct root_dir *d, const char *name, char *buf,
		       size_t len)
{
	COUNT(r, protos);
	return noted(r, r->ops->sockproto(r, dir_or_top(r, d), name, buf, len));
}

int root_stat_path(struct root *r, const char *path, struct fdmap_stat *st)
{
	struct raised_aside rights;
	int err = raised_lower(&rights);

	COUNT(r, paths);
	if (err == 0) {
		err = r->ops->stat_path(r, path, st);
		raised_back(&rights);
	}
	return err;
}

int root_real_path(struct root *r, const char *path, struct buf *out)
{
	struct raised_aside rights;
	int err = raised_lower(&rights);

	COUNT(r, paths);
	if (err == 0) {
		err = r->ops->real_path(r, path, out);
		raised_back(&rights);
	}
	return err;
}

int root_lstat_path(struct root *r, const char *path, struct fdmap_stat *st)
{
	struct raised_aside rights;
	int err = raised_lower(&rights);

	COUNT(r, paths);
	if (err == 0) {
		err = r->ops->lstat_path(r, path, st);
		raised_back(&rights);
	}
	return err;
}

ssize_t root_link_path(struct root *r, const char *path, char *buf, size_t len)
{
	struct raised_aside rights;
	ssize_t n = raised_lower(&rights);

	COUNT(r, paths);
	if (n == 0) {
		n = r->ops->link_path(r, path, buf, len);
		raised_back(&rights);
	}
	return n;
}

int root_names(struct root *r, const char *path, root_name *each, void *arg)
{
	struct raised_aside rights;
	int err = raised_lower(&rights);

	COUNT(r, names);
	if (err == 0) {
		err = r->ops->names(r, path, each, arg);
		raised_back(&rights);
	}
	return err;
}

int root_diag(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each, void *arg)
{
	uint64_t bytes = 0;
	int err;

	if (!r->live || !r->ops->diag)
		return -ENOSYS;
	COUNT(r, diags);
	err = r->ops->diag(r, d, req, n, each, arg, &bytes);
	atomic_fetch_add_explicit(&r->counts.bytes, bytes, memory_order_relaxed);
	return err;
}

int root_diag_one(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
		  void *arg)
{
	uint64_t bytes = 0;
	int err;

	if (!r->live || !r->ops->diag_one)
		return -ENOSYS;
	COUNT(r, diags);
	err = r->ops->diag_one(r, d, req, n, each, arg, &bytes);
	atomic_fetch_add_explicit(&r->counts.bytes, bytes, memory_order_relaxed);
	return err;
}

int root_netns_open(struct root *r, const char *link, const char *path, uint64_t *ino)
{
	struct raised_aside rights = { .any = false };
	/* Without a link it was typed. */
	int err = link ? 0 : raised_lower(&rights);

	COUNT(r, paths);
	if (err == 0) {
		err = r->ops->netns_open(r, link, path, ino);
		raised_back(&rights);
	}
	return err;
}

int root_host_file(struct root *r, const char *mount, const char *path, size_t max, struct buf *out)
{
	struct raised_aside rights;
	/* Where it lies an observed process may have said. */
	int err = raised_lower(&rights);

	COUNT(r, paths);
	if (err == 0) {
		err = r->ops->host_file(r, mount, path, max, out);
		raised_back(&rights);
	}
	return err;
}

void root_shown(const struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	buf_puts(out, r->shown);
	if (d && d->at[0]) {
		buf_putc(out, '/');
		buf_puts(out, d->at);
	}
	if (name && *name) {
		buf_putc(out, '/');
		buf_puts(out, name);
	}
}
