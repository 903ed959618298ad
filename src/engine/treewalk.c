/* SPDX-License-Identifier: MIT */
/* A stack of directories, one listed at a time. */
#include "engine/treewalk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"

struct pile {
	struct treewalk *w;
	char **dirs; /* below the tree's directory: "/a/b" */
	size_t n, cap;
	const char *at;    /* the one that is listed */
	struct hash been;  /* with CROSS_LINKS: directories walked, so that a circle ends */
	struct buf dir, rest, real, name;
};

static int push(struct pile *p, const char *rest)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;
		char **v = reallocarray(p->dirs, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		p->dirs = v;
		p->cap = cap;
	}
	p->dirs[p->n] = strdup(rest);
	return p->dirs[p->n++] ? 0 : -ENOMEM;
}

/* Two directories with the same key would be one: that is rare, and leaves one out. */
static int push_once(struct pile *p, const char *rest, const struct fdmap_stat *st)
{
	uint64_t key = hash_mix(st->dev, st->ino);
	int r;

	if (p->w->t->cross & FDMAP_CROSS_LINKS) {
		if (hash_find(&p->been, key, NULL))
			return 0;
		r = hash_put(&p->been, key, 0);
		if (r < 0)
			return r;
	}
	return push(p, rest);
}

static int put_path(struct buf *b, const char *dir, const char *rest)
{
	buf_reset(b);
	if (strcmp(dir, "/") != 0 || !*rest)
		buf_puts(b, dir);
	buf_puts(b, rest);
	return b->failed ? -ENOMEM : 0;
}

/* 0, or what ends the walk. */
static int passed_over(struct treewalk *w, int err)
{
	if (err == -ETIMEDOUT)
		w->late = true;
	return root_exhausted(err) ? err : 0;
}

/* 1: it counts; 0: not; -ENOMEM. */
static int look_at(struct pile *p, unsigned type, uint64_t ino, struct fdmap_stat *st)
{
	struct treewalk *w = p->w;
	int r;

	if (type == DT_LNK && !(w->t->cross & FDMAP_CROSS_LINKS))
		return 0;
	if (w->cares && type != DT_DIR && type != DT_LNK && type != DT_UNKNOWN &&
	    !w->cares(w->arg, ino))
		return 0;
	r = put_path(&p->real, w->t->real, buf_str(&p->rest));
	if (r == 0)
		r = root_lstat_path(w->root, p->real.p, st);
	if (r < 0)
		return passed_over(w, r);
	/* A link lies where it lies; what it leads to may be anywhere. */
	if (st->dev != w->t->dev && !(w->t->cross & FDMAP_CROSS_FS))
		return 0;
	if (!S_ISLNK(st->mode))
		return 1;
	if (!(w->t->cross & FDMAP_CROSS_LINKS))
		return 0;
	r = root_stat_path(w->root, p->real.p, st);
	return r < 0 ? passed_over(w, r) : 1;
}

static int each_name(void *arg, const char *name, unsigned type, uint64_t ino)
{
	struct pile *p = arg;
	struct fdmap_stat st;
	int r;

	buf_reset(&p->rest);
	buf_puts(&p->rest, p->at);
	buf_putc(&p->rest, '/');
	buf_puts(&p->rest, name);
	if (p->rest.failed)
		return -ENOMEM;
	r = look_at(p, type, ino, &st);
	if (r <= 0)
		return r;
	if (p->w->t->deep && S_ISDIR(st.mode)) {
		r = push_once(p, p->rest.p, &st);
		if (r < 0)
			return r;
	}
	r = put_path(&p->name, p->w->t->text, p->rest.p);
	return r < 0 ? r : p->w->entry(p->w->arg, p->name.p, &st);
}

static int walk(struct pile *p)
{
	const struct treeterm *t = p->w->t;
	struct fdmap_stat st = { .dev = t->dev, .ino = t->ino, .mode = S_IFDIR, .nlink = 2 };
	int r = p->w->entry(p->w->arg, t->text, &st);

	if (r == 0)
		r = push_once(p, "", &st);
	while (r == 0 && p->n) {
		char *at = p->dirs[--p->n];

		p->at = at;
		r = put_path(&p->dir, t->real, at);
		if (r == 0)
			r = root_names(p->w->root, p->dir.p, each_name, p);
		free(at);
		/* A directory that may not be read, or has gone, is one without entries. */
		if (r < 0)
			r = passed_over(p->w, r);
	}
	return r;
}

int treewalk_run(struct treewalk *w)
{
	struct pile p = { .w = w };
	int r;

	hash_init(&p.been);
	buf_init(&p.dir);
	buf_init(&p.rest);
	buf_init(&p.real);
	buf_init(&p.name);
	r = walk(&p);
	while (p.n)
		free(p.dirs[--p.n]);
	free(p.dirs);
	hash_fini(&p.been);
	buf_fini(&p.dir);
	buf_fini(&p.rest);
	buf_fini(&p.real);
	buf_fini(&p.name);
	return r;
}
