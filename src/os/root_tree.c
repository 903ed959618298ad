/* SPDX-License-Identifier: MIT */
/*
 * A recorded system played from a directory: file contents and link texts
 * are on disk, what stat, lstat and the owner of a PID are come from its
 * manifest. Nothing outside of the directory is looked at, whatever links
 * the directory holds.
 */
#include "os/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/manifest.h"
#include "os/readfd.h"
#include "os/treelist.h"
#include "os/treepath.h"

/* A directory of the recorded /proc, and a name below it: "root/usr/lib/..." is long. */
#define KEY_MAX (sizeof(((struct root_dir *)0)->at) + PATH_MAX)

static const struct manifest *manifest_of(const struct root *r)
{
	return r->priv;
}

static int key_of(const struct root_dir *d, const char *name, char *key)
{
	size_t n = strlen(d->at), m = strlen(name);

	if (n + 1 + m >= KEY_MAX)
		return -ENAMETOOLONG;
	memcpy(key, d->at, n);
	if (n && m)
		key[n++] = '/';
	memcpy(key + n, name, m + 1);
	return 0;
}

/* Is a directory above it refused as a whole? */
static int denied_above(const struct manifest *m, char *key)
{
	int err = 0;

	for (char *slash = strchr(key, '/'); slash && err == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		const struct manifest_entry *e = manifest_find(m, key);

		*slash = '/';
		if (e && e->given & MANIFEST_HAS_DENY_ALL)
			err = e->deny[MANIFEST_OPEN];
	}
	return err;
}

/* What the manifest says of d/name (NULL: nothing), or the errno it refuses `call` with. */
static int look_up(const struct root *r, const struct root_dir *d, const char *name,
		   enum manifest_call call, const struct manifest_entry **entry)
{
	const struct manifest *m = manifest_of(r);
	char key[KEY_MAX];
	int err = key_of(d, name, key);

	if (err < 0)
		return err;
	*entry = manifest_find(m, key);
	if (*entry && (*entry)->deny[call])
		return (*entry)->deny[call];
	return m->denies ? denied_above(m, key) : 0;
}

static int refused(const struct root *r, const struct root_dir *d, const char *name,
		   enum manifest_call call)
{
	const struct manifest_entry *e;

	return look_up(r, d, name, call, &e);
}

/* The next component of *name, or -EINVAL where it would lead out of the tree. */
static int take_component(const char **name, char *part, size_t size)
{
	size_t n = strcspn(*name, "/");

	if (n == 0 || n >= size || (n == 2 && memcmp(*name, "..", 2) == 0))
		return -EINVAL;
	memcpy(part, *name, n);
	part[n] = '\0';
	*name += n;
	return 0;
}

/*
 * Below the directory and nowhere else: step by step, through no link. (There
 * is openat2 for that, but not before Linux 5.6, nor in every container.)
 */
static int open_beneath(int dirfd, const char *name, int flags)
{
	const int always = O_CLOEXEC | O_NOFOLLOW;
	char part[NAME_MAX + 1];
	int at = dirfd, fd, err;

	for (;;) {
		err = take_component(&name, part, sizeof(part));
		if (err < 0)
			break;
		fd = *name ? openat(at, part, O_PATH | O_DIRECTORY | always)
			   : openat(at, part, O_RDONLY | O_NONBLOCK | always | flags);
		err = fd < 0 ? -errno : fd;
		if (err < 0 || !*name)
			break;
		if (at != dirfd)
			close(at);
		at = fd;
		name++;
	}
	if (at != dirfd)
		close(at);
	return err;
}

static int tree_dir_open(struct root *r, const struct root_dir *up, const char *name,
			 struct root_dir *d)
{
	int fd = refused(r, up, name, MANIFEST_OPEN);

	if (fd == 0)
		fd = open_beneath(up->fd, name, O_DIRECTORY);
	if (fd < 0)
		return fd;
	d->fd = fd;
	return 0;
}

static int tree_list(struct root *r, const struct root_dir *d, root_each *each, void *arg)
{
	int err = refused(r, d, "", MANIFEST_LIST);

	if (err == 0)
		err = open_beneath(d->fd, ".", O_DIRECTORY);
	return err < 0 ? err : treelist(err, each, arg);
}

static int read_all(int fd, struct buf *out)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	return read_most(fd, SIZE_MAX - 1, out);
}

static int tree_read(struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	int err = refused(r, d, name, MANIFEST_READ);
	int fd = err < 0 ? err : open_beneath(d->fd, name, 0);

	if (fd < 0)
		return fd;
	err = read_all(fd, out);
	close(fd);
	return err;
}

static ssize_t read_link(const struct root_dir *d, const char *name, char *buf, size_t len)
{
	ssize_t n = readlinkat(d->fd, name, buf, len - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

static ssize_t tree_link(struct root *r, const struct root_dir *d, const char *name, char *buf,
			 size_t len)
{
	int err = refused(r, d, name, MANIFEST_LINK);

	return err < 0 ? err : read_link(d, name, buf, len);
}

/*
 * What the link d/name leads to, or what "root/usr/lib/x" leads to where the
 * link "root" stands for a directory: as `path` lines tell.
 */
static int follow(const struct root *r, const struct root_dir *d, const char *name,
		  const struct manifest_entry **e)
{
	char first[KEY_MAX], text[KEY_MAX];
	size_t n = strcspn(name, "/");
	ssize_t len;

	if (n >= sizeof(first))
		return -ENAMETOOLONG;
	memcpy(first, name, n);
	first[n] = '\0';
	len = read_link(d, first, text, PATH_MAX);
	if (len < 0 || text[0] != '/')
		return root_exhausted((int)len) ? (int)len : -ENOENT;
	if ((size_t)len + strlen(name + n) >= sizeof(text))
		return -ENAMETOOLONG;
	memcpy(text + len, name + n, strlen(name + n) + 1);
	return manifest_find_path(manifest_of(r), text, e);
}

static int tree_stat(struct root *r, const struct root_dir *d, const char *name,
		     struct fdmap_stat *st)
{
	const struct manifest_entry *e;
	int err = look_up(r, d, name, MANIFEST_STAT, &e);

	if (err == 0 && (!e || !(e->given & MANIFEST_HAS_STAT)))
		err = follow(r, d, name, &e);
	if (err < 0)
		return err;
	if (!(e->given & MANIFEST_HAS_STAT))
		return -ENOENT;
	*st = e->st;
	return 0;
}

static int tree_lmode(struct root *r, const struct root_dir *d, const char *name, uint32_t *mode)
{
	const struct manifest_entry *e;
	char text[2];
	int err = look_up(r, d, name, MANIFEST_LMODE, &e);
	ssize_t n = err < 0 ? err : read_link(d, name, text, sizeof(text));

	if (n < 0)
		return (int)n;
	*mode = e && e->given & MANIFEST_HAS_LMODE ? e->lmode : S_IFLNK | 0700;
	return 0;
}

static int tree_owner(struct root *r, const struct root_dir *d, uid_t *uid)
{
	const struct manifest_entry *e;
	int err = look_up(r, d, "", MANIFEST_OWNER, &e);

	if (err < 0)
		return err;
	*uid = e ? e->uid : 0;
	return 0;
}

static ssize_t tree_sockproto(struct root *r, const struct root_dir *d, const char *name, char *buf,
			      size_t len)
{
	const struct manifest_entry *e;
	int err = look_up(r, d, name, MANIFEST_PROTO, &e);

	if (err < 0)
		return err;
	if (!e || !e->proto)
		return -EOPNOTSUPP;
	size_t n = strlen(e->proto);

	if (n >= len)
		return -ERANGE;
	memcpy(buf, e->proto, n + 1);
	return (ssize_t)n;
}

static void tree_close(struct root *r)
{
	manifest_fini(r->priv);
	free(r->priv);
}

static const struct root_ops tree_ops = {
	.dir_open = tree_dir_open,
	.list = tree_list,
	.read = tree_read,
	.link = tree_link,
	.stat = tree_stat,
	.stat_cached = tree_stat,
	.lmode = tree_lmode,
	.owner = tree_owner,
	.sockproto = tree_sockproto,
	.stat_path = treepath_stat,
	.real_path = treepath_real,
	.lstat_path = treepath_lstat,
	.link_path = treepath_link,
	.names = treepath_names,
	.netns_open = treepath_netns_open,
	.host_file = treepath_host_file,
	.close = tree_close,
};

static int read_manifest(int dirfd, struct manifest *m)
{
	struct buf text;
	int fd = open_beneath(dirfd, "manifest", 0);
	int err;

	if (fd < 0)
		return fd;
	buf_init(&text);
	err = read_all(fd, &text);
	close(fd);
	if (err == 0) {
		err = parse_manifest((struct span){ buf_str(&text), text.n }, m);
		if (err < 0)
			manifest_fini(m);
	}
	buf_fini(&text);
	return err;
}

int root_tree_open(struct root *r, int dirfd, const char *dir)
{
	struct manifest *m = calloc(1, sizeof(*m));
	int err;

	(void)dir;
	if (!m)
		return -ENOMEM;
	err = read_manifest(dirfd, m);
	if (err < 0) {
		free(m);
		return err;
	}
	r->priv = m;
	r->ops = &tree_ops;
	r->live = false;
	r->shown = root_live_path();
	r->self = "self";
	return 0;
}
