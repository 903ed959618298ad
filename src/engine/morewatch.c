/* SPDX-License-Identifier: MIT */
/*
 * Paths of what inotify and fanotify watch. Their fdinfo gives the handle of an inode,
 * which is opened on a mount of its file system. Only file systems of this machine are
 * asked, of which a list is kept here: what is not in it may be a server's.
 */
#include "engine/morein.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kind/detail.h"
#include "os/handle.h"

static bool is_local(const struct mount *mt)
{
	static const char *const types[] = {
		"bcachefs", "btrfs", "cgroup", "cgroup2", "devtmpfs", "erofs", "exfat",
		"ext2", "ext3", "ext4", "f2fs", "hfs", "hfsplus", "iso9660", "jfs",
		"msdos", "nilfs2", "ntfs3", "overlay", "ramfs", "squashfs", "sysfs",
		"tmpfs", "ubifs", "udf", "vfat", "xfs", "zfs",
	};

	for (size_t i = 0; !mt->remote && i < ARRAY_LEN(types); i++)
		if (strcmp(mt->fstype, types[i]) == 0)
			return true;
	return false;
}

/*
 * Nothing lies over it, and the way to it leads over no server's file system. Of several
 * mounts of one directory the last is the one that is seen.
 */
static bool is_reachable(const struct mounts *all, const struct mount *mt)
{
	if (mounts_find_dir(all, mt->dir) != mt)
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (!is_local(&all->v[i]) && &all->v[i] != mt &&
		    mounts_below(mt->dir, all->v[i].dir) &&
		    mounts_find_dir(all, all->v[i].dir) == &all->v[i])
			return false;
	return true;
}

static bool is_whole(const struct mount *mt)
{
	return strcmp(mt->root, "/") == 0;
}

/* A mount of that device in our own namespace: one of the whole file system, if there is. */
static int open_own(struct more *m, uint64_t dev, struct buf *where)
{
	int fd = -ENOENT;

	for (int whole = 1; whole >= 0 && fd < 0; whole--) {
		for (size_t i = m->mounts.n; i-- > 0 && fd < 0;) {
			const struct mount *mt = &m->mounts.v[i];

			if (mt->dev != dev || is_whole(mt) != whole || !is_local(mt) ||
			    !is_reachable(&m->mounts, mt))
				continue;
			fd = handle_mount(m->root, mt->dir, false, mt->id, where);
			if (root_exhausted(fd) || fd == -ENOSYS)
				return fd;
		}
	}
	return fd;
}

/* The root of the process that watches, where its file system is mounted for it alone. */
static int open_theirs(struct more *m, const struct fdmap_process *p, uint64_t dev,
		       struct buf *where)
{
	const struct mount *mt;
	struct mounts theirs;
	struct root_dir d;
	char name[32];
	int fd;

	(void)snprintf(name, sizeof(name), "%d", p->pid);
	fd = root_dir_open(m->root, NULL, name, &d);
	if (fd < 0)
		return fd;
	mounts_init(&theirs);
	fd = mounts_read_of(m->root, &d, &theirs);
	root_dir_close(&d);
	mt = fd == 0 ? mounts_find_dir(&theirs, "/") : NULL;
	if (fd == 0)
		fd = mt && mt->dev == dev && is_local(mt) ? 0 : -ENOENT;
	if (fd == 0) {
		(void)snprintf(name, sizeof(name), "%d/root", p->pid);
		fd = handle_mount(m->root, name, true, mt->id, where);
	}
	mounts_fini(&theirs);
	return fd;
}

static int open_mount(struct more *m, const struct fdmap_process *p, uint64_t dev,
		      struct more_mount *mnt)
{
	buf_reset(&m->text);
	mnt->dev = dev;
	mnt->pid = p->pid;
	mnt->fd = open_own(m, dev, &m->text);
	if (mnt->fd == -ENOENT)
		mnt->fd = open_theirs(m, p, dev, &m->text);
	if (root_exhausted(mnt->fd))
		return mnt->fd;
	mnt->dir = arena_strdup(m->arena, buf_str(&m->text));
	m->nmnt++;
	return m->text.failed || !mnt->dir ? -ENOMEM : 0;
}

/* Where handles of that device are looked up; NULL: nowhere. */
static int find_mount(struct more *m, const struct fdmap_process *p, uint64_t dev,
		      const struct more_mount **found)
{
	int r = more_mounts(m);

	*found = NULL;
	for (size_t i = 0; r == 0 && i < m->nmnt; i++) {
		if (m->mnt[i].dev != dev || (m->mnt[i].fd < 0 && m->mnt[i].pid != p->pid))
			continue;
		*found = &m->mnt[i];
		return 0;
	}
	if (r < 0 || m->nmnt == MORE_MOUNTS_MAX)
		return r;
	if (!m->mnt)
		m->mnt = calloc(MORE_MOUNTS_MAX, sizeof(*m->mnt));
	if (!m->mnt)
		return -ENOMEM;
	*found = &m->mnt[m->nmnt];
	return open_mount(m, p, dev, &m->mnt[m->nmnt]);
}

void more_watches_fini(struct more *m)
{
	for (size_t i = 0; i < m->nmnt; i++)
		if (m->mnt[i].fd >= 0)
			close(m->mnt[i].fd);
	free(m->mnt);
	m->mnt = NULL;
	m->nmnt = 0;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "TYPE:BYTES" in hex. */
static bool parse_handle(const char *text, struct handle *h)
{
	struct cursor c = cursor_of(text, strlen(text));
	uint64_t type;
	struct span bytes;

	if (!cursor_hex(&c, &type) || type > INT32_MAX || !cursor_char(&c, ':'))
		return false;
	bytes = cursor_rest(&c);
	if (bytes.n == 0 || bytes.n % 2 || bytes.n / 2 > HANDLE_MAX)
		return false;
	*h = (struct handle){ .type = (int)type, .n = (unsigned)(bytes.n / 2) };
	for (size_t i = 0; i < h->n; i++) {
		int hi = hex_digit(bytes.p[2 * i]), lo = hex_digit(bytes.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		h->bytes[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

static void put_path(struct more *m, struct fdmap_detail *watch, const char *path)
{
	more_put((struct fdmap_detail *)&watch->v[watch->n++], "path",
		 arena_strdup(m->arena, path));
}

static int by_handle(struct more *m, const struct fdmap_process *p, struct fdmap_detail *watch)
{
	const char *text = watch->v[watch->n].text;
	const struct more_mount *mnt;
	struct handle h;
	uint64_t dev;
	int r;

	if (m->no_handles || !text || !parse_handle(text, &h) ||
	    !more_dev(detail_find(watch->v, watch->n, "dev"), &dev))
		return 0;
	r = find_mount(m, p, dev, &mnt);
	if (r < 0 || !mnt || mnt->fd < 0)
		return r;
	buf_reset(&m->text);
	r = handle_path(m->root, mnt->fd, mnt->dir, &h, &m->text);
	if (r == 0)
		put_path(m, watch, buf_str(&m->text));
	m->no_handles = r == -EPERM || r == -ENOSYS;
	return root_exhausted(r) ? r : 0;
}

/* A mark on a mount or a file system: where it is mounted. */
static int by_mount(struct more *m, struct fdmap_detail *watch, const struct fdmap_detail *id)
{
	const struct mount *mt = NULL;
	uint64_t dev;
	int r = more_mounts(m);

	if (r < 0)
		return r;
	if (id) {
		mt = mounts_find_id(&m->mounts, id->u);
	} else if (more_dev(detail_find(watch->v, watch->n, "dev"), &dev)) {
		/* The first mount of the whole is the one people mean. */
		for (size_t i = m->mounts.n; i-- > 0;)
			if (m->mounts.v[i].dev == dev && (!mt || is_whole(&m->mounts.v[i])))
				mt = &m->mounts.v[i];
	}
	if (mt)
		put_path(m, watch, mt->dir);
	return 0;
}

static int join_watch(struct more *m, const struct fdmap_process *p, struct fdmap_detail *watch)
{
	const struct fdmap_detail *on = detail_find(watch->v, watch->n, "on");

	if (!on || strcmp(on->text, "inode") == 0)
		return by_handle(m, p, watch);
	if (strcmp(on->text, "mount") == 0)
		return by_mount(m, watch, detail_find(watch->v, watch->n, "mnt_id"));
	return strcmp(on->text, "filesystem") == 0 ? by_mount(m, watch, NULL) : 0;
}

int more_watches(struct more *m, const struct fdmap_process *p, struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_detail *list = detail_find(more->details, more->ndetails, "watches");
	int r = 0;

	if (!list)
		list = detail_find(more->details, more->ndetails, "marks");
	for (uint32_t i = 0; list && r == 0 && i < list->n; i++)
		r = join_watch(m, p, (struct fdmap_detail *)&list->v[i]);
	return r;
}
