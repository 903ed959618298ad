/* SPDX-License-Identifier: MIT */
/*
 * What the links of a scan left open about directories asked for: the rows
 * that only a walk can decide, sockets by the names of their files, and
 * whether each directory was found as lsof has it, with every file in it open.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/forest.h"
#include "engine/inoset.h"
#include "engine/select.h"
#include "engine/treewalk.h"

/* ---- sockets ---------------------------------------------------------------------------- */

/* The name below the tree's directory is that of a socket's file. */
static int is_socket_file(const struct forest *f, const struct treeterm *t, const char *rest,
			  struct buf *real, struct fdmap_stat *st)
{
	int r;

	buf_reset(real);
	buf_puts(real, strcmp(t->real, "/") == 0 ? "" : t->real);
	buf_puts(real, rest);
	if (real->failed)
		return -ENOMEM;
	r = root_lstat_path(f->root, buf_str(real), st);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	return S_ISSOCK(st->mode) && (st->dev == t->dev || t->cross & FDMAP_CROSS_FS);
}

/* A server need not be asked where a socket lies. */
static bool may_look_up(const struct forest *f, const char *path)
{
	const struct mount *mt = f->mounts ? mounts_find_path(f->mounts, path) : NULL;

	return !mt || !mt->remote;
}

/* What follows the tree's directory in the path a socket was bound to; NULL: it is not there. */
static const char *rest_of(const struct forest *f, const struct treeterm *t, const char *path,
			   struct buf *real)
{
	struct fdmap_stat st;
	const char *rest;

	/* Relative paths are whose? lsof takes them as its own when they read the same. */
	if (path[0] != '/')
		return mounts_below(path, t->text);
	rest = mounts_below(path, t->real);
	if (rest)
		return rest;
	/* By other names, but for files that can't be there. */
	if (!may_look_up(f, path) || root_stat_path(f->root, path, &st) < 0 ||
	    (st.dev != t->dev && !(t->cross & FDMAP_CROSS_FS)))
		return NULL;
	buf_reset(real);
	if (root_real_path(f->root, path, real) < 0)
		return NULL;
	return mounts_below(buf_str(real), t->real);
}

static int add_socket(struct forest *f, uint64_t ino, const struct treeterm *t, const char *rest)
{
	struct treesock *v = query_grow(f->socks, f->nsocks, sizeof(*v));
	const char *dir = strcmp(t->text, "/") == 0 ? "" : t->text;
	char *name = arena_alloc(&f->arena, strlen(dir) + strlen(rest) + 1);

	if (!v || !name)
		return -ENOMEM;
	f->socks = v;
	memcpy(name, dir, strlen(dir));
	memcpy(name + strlen(dir), rest, strlen(rest) + 1);
	v[f->nsocks] = (struct treesock){ ino, name };
	return hash_put(&f->sockets, ino, (uint32_t)f->nsocks++);
}

int forest_find_sockets(struct forest *f, const struct socktab *tab)
{
	struct buf real, copy;
	int r = 0;

	buf_init(&real);
	buf_init(&copy);
	for (size_t i = 0; r >= 0 && i < tab->socks.n; i++) {
		const struct fdmap_sock *sock = socklist_at(&tab->socks, i);

		if (sock->table != FDMAP_UNIX || !sock->path || sock->path[0] == '@')
			continue;
		for (size_t j = f->n; r >= 0 && j-- > 0;) {
			const struct treeterm *t = f->v[j].t;
			const char *rest = rest_of(f, t, sock->path, &copy);
			struct fdmap_stat st;

			if (!rest || !*rest || (!t->deep && strchr(rest + 1, '/')))
				continue;
			r = is_socket_file(f, t, rest, &real, &st);
			if (r > 0) {
				r = add_socket(f, sock->ino, t, rest);
				break;
			}
		}
	}
	buf_fini(&real);
	buf_fini(&copy);
	return r < 0 ? r : 0;
}

const char *forest_socket(const struct forest *f, uint64_t ino)
{
	uint32_t i;

	return hash_find(&f->sockets, ino, &i) ? f->socks[i].name : NULL;
}

/* ---- rows that are not decided ---------------------------------------------------------- */

struct search {
	const struct forest *f;
	struct inoset set;
	size_t found;
	struct arena *arena;
};

static int wanted(struct search *k, const struct fdmap_snapshot *s)
{
	int r = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; r == 0 && j < s->procs[i].nfiles; j++) {
			const struct fdmap_file *file = &s->procs[i].files[j];

			if (forest_pending(fdmap_more(file)->as))
				r = inoset_add(&k->set, file->stat->dev, file->stat->ino);
		}
	}
	return r;
}

static int search_entry(void *arg, const char *name, const struct fdmap_stat *st)
{
	struct search *k = arg;
	struct inode_entry *e = inoset_find(&k->set, st->dev, st->ino);

	if (!e || e->name)
		return 0;
	e->name = arena_strdup(k->arena, name);
	if (!e->name)
		return -ENOMEM;
	return ++k->found == k->set.n;
}

static bool search_cares(void *arg, uint64_t ino)
{
	const struct search *k = arg;

	/* Few are left open, as a rule; a walk is made of many entries. */
	for (size_t i = 0; i < k->set.n; i++)
		if (k->set.v[i].ino == ino)
			return true;
	return false;
}

#define FEW 16

/* What lies below it was passed over: what was found may not be all. */
static int note_late(struct fdmap_snapshot *s, const struct treewalk *w)
{
	return w->late ? snapshot_problem(s, w->t->text, ETIMEDOUT) : 0;
}

static int search(struct search *k, struct fdmap_snapshot *s)
{
	int r = 0;

	for (size_t i = k->f->n; r >= 0 && k->found < k->set.n && i-- > 0;) {
		const struct grove *g = &k->f->v[i];
		struct treewalk w = { k->f->root, g->t, k, search_entry, NULL, false };

		if (g->plain && k->set.n <= FEW)
			w.cares = search_cares;
		r = treewalk_run(&w);
		if (r >= 0 && note_late(s, &w) < 0)
			r = -ENOMEM;
	}
	return r < 0 ? r : 0;
}

/* false: it was not found, and that was all it was selected by. */
static bool settle(const struct search *k, struct fdmap_file *file)
{
	/* It has some, and there is nothing to be made. */
	struct fdmap_file_more *more = snapshot_more(k->arena, file);
	bool drop = more->as == forest_if_found;

	more->as = inoset_find(&k->set, file->stat->dev, file->stat->ino)->name;
	return more->as || !drop;
}

static void apply(const struct search *k, struct fdmap_snapshot *s)
{
	size_t nprocs = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		struct fdmap_process *p = &s->procs[i];
		uint32_t n = 0;

		for (uint32_t j = 0; j < p->nfiles; j++) {
			struct fdmap_file *file = snapshot_row(p, j);

			if (forest_pending(fdmap_more(file)->as) && !settle(k, file))
				continue;
			*snapshot_row(p, n++) = *file;
		}
		p->nfiles = n;
		if (n)
			s->procs[nprocs++] = *p;
	}
	s->nprocs = nprocs;
}

/* ---- every file in it ------------------------------------------------------------------- */

static bool begins_with(const char *name, const struct treeterm *t)
{
	const char *rest = mounts_below(name, t->text);

	return rest && *rest;
}

/* A row's socket has a file in the tree: that file is open, too. */
static int add_socket_file(struct inoset *set, struct root *root, const struct treeterm *t,
			   const char *name)
{
	struct forest f = { .root = root };
	struct fdmap_stat st;
	struct buf real;
	int r;

	buf_init(&real);
	r = is_socket_file(&f, t, mounts_below(name, t->text), &real, &st);
	if (r > 0)
		r = inoset_add(set, st.dev, st.ino);
	buf_fini(&real);
	return r;
}

/* Files that rows of the snapshot have open, of those that may be in the tree. */
static int open_files(struct inoset *set, struct root *root, const struct treeterm *t,
		      const struct fdmap_snapshot *s)
{
	int r = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; r >= 0 && j < s->procs[i].nfiles; j++) {
			const struct fdmap_file *file = &s->procs[i].files[j];
			const char *as = fdmap_more(file)->as;
			bool socket = file->kind == FDMAP_KIND_SOCKET && file->sock;

			if (socket && as && begins_with(as, t))
				r = add_socket_file(set, root, t, as);
			else if (!socket && file->stat &&
				 (t->cross || file->stat->dev == t->dev))
				r = inoset_add(set, file->stat->dev, file->stat->ino);
		}
	}
	return r < 0 ? r : 0;
}

static int is_closed(void *arg, const char *name, const struct fdmap_stat *st)
{
	(void)name;
	return !inoset_find(arg, st->dev, st->ino);
}

static int settle_hit(const struct forest *f, const struct treeterm *t, struct fdmap_snapshot *s)
{
	struct treewalk w = { f->root, t, NULL, is_closed, NULL, false };
	struct inoset set;
	int r;

	inoset_init(&set);
	w.arg = &set;
	r = open_files(&set, f->root, t, s);
	if (r == 0)
		r = treewalk_run(&w);
	if (r == 0)
		hits_set(s->hits, t->term);
	if (r >= 0 && note_late(s, &w) < 0)
		r = -ENOMEM;
	inoset_fini(&set);
	return r < 0 ? r : 0;
}

int forest_settle(const struct forest *f, struct fdmap_snapshot *s)
{
	struct search k = { .f = f, .arena = snapshot_arena(s) };
	int r;

	inoset_init(&k.set);
	r = wanted(&k, s);
	if (r == 0 && k.set.n) {
		r = search(&k, s);
		if (r == 0)
			apply(&k, s);
	}
	inoset_fini(&k.set);
	for (size_t i = 0; r == 0 && i < f->n; i++)
		r = settle_hit(f, f->v[i].t, s);
	return r;
}

struct missing {
	struct inoset set;
	int (*each)(void *arg, const char *path);
	void *arg;
};

static int missing_entry(void *arg, const char *name, const struct fdmap_stat *st)
{
	struct missing *k = arg;

	return inoset_find(&k->set, st->dev, st->ino) ? 0 : k->each(k->arg, name);
}

int fdmap_tree_missing(struct fdmap *m, const struct fdmap_query *q, const struct fdmap_snapshot *s,
		       size_t term, int (*each)(void *arg, const char *path), void *arg)
{
	struct missing k = { .each = each, .arg = arg };
	int r = 0;

	inoset_init(&k.set);
	for (size_t i = 0; r == 0 && i < q->ntrees; i++) {
		const struct treeterm *t = &q->tree[i];
		struct treewalk w = { fdmap_root(m), t, &k, missing_entry, NULL, false };

		if (t->term != term)
			continue;
		r = open_files(&k.set, fdmap_root(m), t, s);
		if (r == 0)
			r = treewalk_run(&w);
	}
	inoset_fini(&k.set);
	return r < 0 ? r : 0;
}
