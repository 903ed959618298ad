/* SPDX-License-Identifier: MIT */
/* A recorded system that is on no disk: the door to a memtree. */
#ifndef TEST_FUZZ_MEMROOT_H
#define TEST_FUZZ_MEMROOT_H

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cursor.h"
#include "os/root.h"
#include "os/treepath.h"
#include "test/fuzz/memtree.h"

static inline struct memtree *memroot_tree(const struct root *r)
{
	return (struct memtree *)r->priv;
}

#define MEMROOT_KEY (64 + PATH_MAX)

static inline int memroot_key(const struct root_dir *d, const char *name, char *key)
{
	size_t n = strlen(d->at), m = strlen(name);

	if (n + 1 + m >= MEMROOT_KEY)
		return -ENAMETOOLONG;
	memcpy(key, d->at, n);
	if (n && m)
		key[n++] = '/';
	memcpy(key + n, name, m + 1);
	return 0;
}

/* Is a directory above it refused as a whole? */
static inline int memroot_above(const struct manifest *m, char *key)
{
	int err = 0;

	for (char *slash = strchr(key, '/'); slash && err == 0; slash = strchr(slash + 1, '/')) {
		const struct manifest_entry *e;

		*slash = '\0';
		e = manifest_find(m, key);
		*slash = '/';
		if (e && e->given & MANIFEST_HAS_DENY_ALL)
			err = e->deny[MANIFEST_OPEN];
	}
	return err;
}

/* What the manifest refuses the call with; else what it says of d/name, or NULL. */
static inline int memroot_look(const struct root *r, const struct root_dir *d, const char *name,
			       enum manifest_call call, const struct manifest_entry **e)
{
	char key[MEMROOT_KEY];
	int err = memroot_key(d, name, key);

	if (err < 0)
		return err;
	*e = manifest_find(&memroot_tree(r)->m, key);
	if (*e && (*e)->deny[call])
		return (*e)->deny[call];
	return memroot_tree(r)->m.denies ? memroot_above(&memroot_tree(r)->m, key) : 0;
}

static inline int memroot_dir_open(struct root *r, const struct root_dir *up, const char *name,
				   struct root_dir *d)
{
	const struct memtree *t = memroot_tree(r);
	const struct manifest_entry *e;
	char key[MEMROOT_KEY];
	size_t n, at;
	int err = memroot_look(r, up, name, MANIFEST_OPEN, &e);

	if (err == 0)
		err = memroot_key(up, name, key);
	if (err < 0)
		return err;
	if (!memtree_find(t, key, 'd')) {
		n = strlen(key);
		memcpy(key + n, "/", 2);
		at = memtree_from(t, key);
		if (at == t->n || strncmp(t->v[at].key, key, n + 1) != 0)
			return -ENOENT;
	}
	d->fd = -1; /* nothing to close */
	return 0;
}

static inline int memroot_by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The numbers below a directory, each once, in their order. */
static inline size_t memroot_numbers(const struct memtree *t, const char *prefix, uint32_t *v)
{
	size_t len = strlen(prefix), n = 0, kept = 0;

	for (size_t i = memtree_from(t, prefix); i < t->n && strncmp(t->v[i].key, prefix, len) == 0;
	     i++) {
		const char *name = t->v[i].key + len;
		struct cursor c = cursor_of(name, strcspn(name, "/"));

		if (cursor_u32(&c, &v[n]) && cursor_done(&c))
			n++;
	}
	if (n)
		qsort(v, n, sizeof(*v), memroot_by_number);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[kept - 1] != v[i])
			v[kept++] = v[i];
	return kept;
}

static inline int memroot_list(struct root *r, const struct root_dir *d, root_each *each, void *arg)
{
	const struct memtree *t = memroot_tree(r);
	const struct manifest_entry *e;
	char prefix[MEMROOT_KEY];
	int err = memroot_look(r, d, "", MANIFEST_LIST, &e);
	uint32_t *v;
	size_t n;

	if (err < 0)
		return err;
	memcpy(prefix, d->at, strlen(d->at) + 1);
	if (*prefix)
		memcpy(prefix + strlen(d->at), "/", 2);
	v = (uint32_t *)calloc(t->n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	n = memroot_numbers(t, prefix, v);
	for (size_t i = 0; i < n && err == 0; i++)
		err = each(arg, v[i]);
	free(v);
	return err;
}

static inline int memroot_read(struct root *r, const struct root_dir *d, const char *name,
			       struct buf *out)
{
	const struct manifest_entry *e;
	const struct memnode *node;
	char key[MEMROOT_KEY];
	int err = memroot_look(r, d, name, MANIFEST_READ, &e);

	if (err == 0)
		err = memroot_key(d, name, key);
	if (err < 0)
		return err;
	/* There is one, or the names of this machine would be meant. */
	if (strcmp(key, "manifest") == 0)
		return 0;
	node = memtree_find(memroot_tree(r), key, 'f');
	if (!node)
		return -ENOENT;
	buf_put(out, buf_str(&node->text), node->text.n);
	return out->failed ? -ENOMEM : 0;
}

static inline ssize_t memroot_text(struct root *r, const struct root_dir *d, const char *name,
				   char *buf, size_t len)
{
	const struct memnode *node;
	char key[MEMROOT_KEY];
	int err = memroot_key(d, name, key);
	size_t n;

	if (err < 0)
		return err;
	node = memtree_find(memroot_tree(r), key, 'l');
	if (!node)
		return -ENOENT;
	n = node->text.n < len - 1 ? node->text.n : len - 1;
	memcpy(buf, buf_str(&node->text), n);
	buf[n] = '\0';
	return (ssize_t)n;
}

static inline ssize_t memroot_link(struct root *r, const struct root_dir *d, const char *name,
				   char *buf, size_t len)
{
	const struct manifest_entry *e;
	int err = memroot_look(r, d, name, MANIFEST_LINK, &e);

	return err < 0 ? err : memroot_text(r, d, name, buf, len);
}

/* What the link leads to, "root/usr/lib/x" below where it does: what `path` lines say. */
static inline int memroot_follow(struct root *r, const struct root_dir *d, const char *name,
				 const struct manifest_entry **e)
{
	size_t n = strcspn(name, "/"), rest = strlen(name + n);
	char first[NAME_MAX + 1], path[2 * PATH_MAX];
	ssize_t len;

	if (n >= sizeof(first))
		return -ENAMETOOLONG;
	memcpy(first, name, n);
	first[n] = '\0';
	len = memroot_text(r, d, first, path, PATH_MAX);
	if (len < 0 || path[0] != '/')
		return -ENOENT;
	if ((size_t)len + rest >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path + len, name + n, rest + 1);
	return manifest_find_path(&memroot_tree(r)->m, path, e);
}

static inline int memroot_stat(struct root *r, const struct root_dir *d, const char *name,
			       struct fdmap_stat *st)
{
	const struct manifest_entry *e;
	int err = memroot_look(r, d, name, MANIFEST_STAT, &e);

	if (err == 0 && (!e || !(e->given & MANIFEST_HAS_STAT)))
		err = memroot_follow(r, d, name, &e);
	if (err < 0)
		return err;
	if (!(e->given & MANIFEST_HAS_STAT))
		return -ENOENT;
	*st = e->st;
	return 0;
}

static inline int memroot_lmode(struct root *r, const struct root_dir *d, const char *name,
				uint32_t *mode)
{
	const struct manifest_entry *e;
	char text[2];
	int err = memroot_look(r, d, name, MANIFEST_LMODE, &e);

	if (err == 0 && memroot_text(r, d, name, text, sizeof(text)) < 0)
		err = -ENOENT;
	if (err == 0)
		*mode = e && e->given & MANIFEST_HAS_LMODE ? e->lmode : S_IFLNK | 0700;
	return err;
}

static inline int memroot_owner(struct root *r, const struct root_dir *d, uid_t *uid)
{
	const struct manifest_entry *e;
	int err = memroot_look(r, d, "", MANIFEST_OWNER, &e);

	if (err == 0)
		*uid = e ? e->uid : 0;
	return err;
}

static inline ssize_t memroot_proto(struct root *r, const struct root_dir *d, const char *name,
				    char *buf, size_t len)
{
	const struct manifest_entry *e;
	int err = memroot_look(r, d, name, MANIFEST_PROTO, &e);

	if (err < 0 || !e || !e->proto)
		return err < 0 ? err : -EOPNOTSUPP;
	if (strlen(e->proto) >= len)
		return -ERANGE;
	memcpy(buf, e->proto, strlen(e->proto) + 1);
	return (ssize_t)strlen(buf);
}

/* The root of a recorded tree sees this one from now on; it stays its owner's. */
static inline void memroot_leave(struct root *r)
{
	(void)r;
}

static const struct root_ops memroot_ops = {
	.dir_open = memroot_dir_open,
	.list = memroot_list,
	.read = memroot_read,
	.link = memroot_link,
	.stat = memroot_stat,
	.stat_cached = memroot_stat,
	.lmode = memroot_lmode,
	.owner = memroot_owner,
	.sockproto = memroot_proto,
	.stat_path = treepath_stat,
	.real_path = treepath_real,
	.lstat_path = treepath_lstat,
	.link_path = treepath_link,
	.names = treepath_names,
	.netns_open = treepath_netns_open,
	.host_file = treepath_host_file,
	.close = memroot_leave,
};

static inline void memroot_enter(struct root *r, struct memtree *t)
{
	r->ops->close(r);
	r->ops = &memroot_ops;
	r->priv = t;
}

#endif
