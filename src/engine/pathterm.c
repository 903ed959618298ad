/* SPDX-License-Identifier: MIT */
/* Terms about files: a name becomes a device and an inode, or a file system. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/query.h"
#include "proc/mounts.h"

#define NO_NEXT UINT32_MAX

void pathset_fini(struct pathset *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].text);
	free(s->v);
	hash_fini(&s->by_ino);
}

static int pathset_add(struct pathset *s, const struct pathterm *t)
{
	uint64_t key = hash_mix(t->dev, t->ino);
	struct pathterm *v = query_grow(s->v, s->n, sizeof(*v));
	uint32_t head;
	int r;

	if (!v)
		return -ENOMEM;
	s->v = v;
	v[s->n] = *t;
	v[s->n].next = hash_find(&s->by_ino, key, &head) ? head : NO_NEXT;
	r = hash_put(&s->by_ino, key, (uint32_t)s->n);
	if (r < 0)
		return r;
	s->n++;
	if (t->filesystem)
		s->nfilesystems++;
	else if (t->type == S_IFCHR || t->type == S_IFBLK)
		s->ndevices++;
	else if (t->type == S_IFSOCK || t->text[0] == '@')
		s->nsockets++;
	return 0;
}

/* The mount that the name stands for, or NULL: it is a file. */
static const struct mount *as_mount(const struct mounts *m, const char *real,
				    const struct fdmap_stat *st)
{
	const struct mount *hit = mounts_find_dir(m, real);

	if (hit || (st->mode & S_IFMT) != S_IFBLK)
		return hit;
	hit = mounts_find_source(m, real);
	return hit ? hit : mounts_find_dev(m, st->rdev);
}

/* Sets t->filesystem and t->dev when the name is a mount point or a mounted device. */
static int look_for_mount(struct root *root, const char *path, const struct fdmap_stat *st,
			  struct pathterm *t)
{
	const struct mount *hit;
	struct mounts mounts;
	struct buf real;
	int r;

	mounts_init(&mounts);
	buf_init(&real);
	r = root_real_path(root, path, &real);
	if (r == 0)
		r = mounts_read(root, &mounts);
	if (r == 0) {
		hit = as_mount(&mounts, buf_str(&real), st);
		t->filesystem = hit != NULL;
		/* stat of a directory on btrfs tells another device than mountinfo. */
		if (hit && (st->mode & S_IFMT) == S_IFBLK)
			t->dev = hit->dev;
	}
	buf_fini(&real);
	mounts_fini(&mounts);
	return root_exhausted(r) ? r : 0;
}

static int resolve_path(struct root *root, const char *path, unsigned how, struct pathterm *t,
			struct fdmap_error *err)
{
	struct fdmap_stat st;
	int r = root_stat_path(root, path, &st);

	if (r == -ENOENT && path[0] == '@') {
		/* The abstract name of a UNIX socket; it has no inode in any file system. */
		t->type = S_IFSOCK;
		return 0;
	}
	if (r == -ETIMEDOUT) {
		query_error(err, "status error on %s: no answer in time", path);
		return r;
	}
	if (r < 0) {
		if (how & FDMAP_FS_ONLY)
			query_error(err, "not a file system: %s", path);
		else
			query_error(err, "status error on %s: %s", path, strerrordesc_np(-r));
		return r;
	}
	t->dev = st.dev;
	t->ino = st.ino;
	t->rdev = st.rdev;
	t->type = st.mode & S_IFMT;
	if (!(how & FDMAP_FILE_ONLY) && path[0] == '/' &&
	    (t->type == S_IFDIR || t->type == S_IFBLK)) {
		r = look_for_mount(root, path, &st, t);
		if (r < 0)
			return r;
	}
	if ((how & FDMAP_FS_ONLY) && !t->filesystem) {
		query_error(err, "not a file system: %s", path);
		return -EINVAL;
	}
	return 0;
}

int fdmap_query_path(struct fdmap_query *q, struct fdmap *m, const char *path, unsigned how,
		     struct fdmap_error *err)
{
	struct pathterm t = { 0 };
	struct buf text;
	int term, r;

	buf_init(&text);
	r = query_resolve_links(fdmap_root(m), path, &text);
	if (r == 0)
		t.text = strdup(buf_str(&text));
	buf_fini(&text);
	if (r == 0 && !t.text)
		r = -ENOMEM;
	if (r < 0)
		return r;
	r = resolve_path(fdmap_root(m), t.text, how, &t, err);
	if (r < 0)
		goto fail;
	term = query_term(q, t.filesystem ? FDMAP_TERM_FILESYSTEM : FDMAP_TERM_FILE, path, 0);
	if (term < 0) {
		r = term;
		goto fail;
	}
	t.term = (unsigned)term;
	r = pathset_add(&q->path, &t);
	if (r < 0)
		goto fail;
	q->used |= SEL_NM;
	return term;
fail:
	free(t.text);
	return r;
}
