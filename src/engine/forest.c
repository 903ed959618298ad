/* SPDX-License-Identifier: MIT */
/* Where the directories asked for lie: pieces of file systems, and mounts that are not crossed. */
#include "engine/forest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

const char forest_if_found[] = "if found", forest_as_found[] = "as found";

/* The directory of the file system that `path` is, on that mount. */
static const char *place_of(struct arena *a, const struct mount *mt, const char *path)
{
	const char *root = strcmp(mt->root, "/") == 0 ? "" : mt->root;
	const char *rest = mounts_below(path, mt->dir);
	size_t n = strlen(root), m = strlen(rest);
	char *p = arena_alloc(a, n + m + 2);

	if (!p)
		return NULL;
	memcpy(p, root, n);
	memcpy(p + n, m || n ? rest : "/", m || n ? m + 1 : 2);
	return p;
}

/* Their files' devices are not those of the mounts. */
static bool is_odd(const struct mount *mt)
{
	return strcmp(mt->fstype, "btrfs") == 0 || strcmp(mt->fstype, "overlay") == 0;
}

/* The inode in a directory is that of stat: else every entry must be looked at. */
static bool is_plain(const struct mount *mt)
{
	static const char *const types[] = { "ext2", "ext3", "ext4", "f2fs", "ramfs", "tmpfs", "xfs" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(mt->fstype, types[i]) == 0)
			return true;
	return false;
}

static int add_piece(struct forest *f, struct grove *g, const struct mount *mt, const char *path,
		     const char *rest)
{
	struct piece *p = &g->pieces[g->npieces++];

	p->rest = rest;
	p->dev = mt->dev;
	p->root = place_of(&f->arena, mt, path);
	g->odd |= is_odd(mt);
	return p->root ? 0 : -ENOMEM;
}

static bool is_blocked(const struct grove *g, const char *path)
{
	for (size_t i = 0; i < g->nblocked; i++)
		if (mounts_below(path, g->blocked[i]))
			return true;
	return false;
}

static bool one_level(const char *rest)
{
	return *rest == '/' && !strchr(rest + 1, '/');
}

static int locate(struct forest *f, struct grove *g)
{
	const struct treeterm *t = g->t;
	const struct mounts *m = f->mounts;
	const struct mount *home = mounts_find_above(m, t->real, t->dev);
	int r;

	if (!home)
		return 0;
	g->pieces = arena_alloc(&f->arena, (m->n + 1) * sizeof(*g->pieces));
	g->blocked = arena_alloc(&f->arena, (m->n + 1) * sizeof(*g->blocked));
	if (!g->pieces || !g->blocked)
		return -ENOMEM;
	g->located = true;
	r = add_piece(f, g, home, t->real, "");
	for (size_t i = 0; r == 0 && !(t->cross & FDMAP_CROSS_FS) && i < m->n; i++) {
		const char *rest = mounts_below(m->v[i].dir, t->real);

		if (rest && *rest && m->v[i].dev != home->dev)
			g->blocked[g->nblocked++] = m->v[i].dir;
	}
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		const char *rest = mounts_below(m->v[i].dir, t->real);

		if (rest && *rest && (t->deep || one_level(rest)) && !is_blocked(g, m->v[i].dir))
			r = add_piece(f, g, &m->v[i], m->v[i].dir, rest);
	}
	g->plain = is_plain(home) && g->npieces == 1 && !g->nblocked;
	return r;
}

int forest_init(struct forest *f, struct root *root, const struct fdmap_query *q,
		const struct mounts *mounts)
{
	ssize_t n;
	int r = 0;

	*f = (struct forest){ .root = root, .mounts = mounts };
	arena_init(&f->arena);
	hash_init(&f->sockets);
	/* The mounts of another system's first process say nothing of our names. */
	if (strcmp(root->self, "self") != 0)
		f->mounts = NULL;
	n = root_link(root, NULL, "self/ns/mnt", f->self_ns, sizeof(f->self_ns));
	if (n < 0)
		f->self_ns[0] = '\0';
	f->v = arena_alloc(&f->arena, (q->ntrees + 1) * sizeof(*f->v));
	if (!f->v)
		return -ENOMEM;
	f->n = q->ntrees;
	for (size_t i = 0; i < f->n; i++)
		f->v[i].t = &q->tree[i];
	for (size_t i = 0; r == 0 && f->mounts && i < f->n; i++)
		r = locate(f, &f->v[i]);
	return r;
}

void forest_fini(struct forest *f)
{
	hash_fini(&f->sockets);
	free(f->socks);
	arena_fini(&f->arena);
}

static bool grove_cares(const struct grove *g, uint64_t dev)
{
	if (dev == g->t->dev || g->t->cross & FDMAP_CROSS_LINKS)
		return true;
	if (!(g->t->cross & FDMAP_CROSS_FS))
		return false;
	if (!g->located || (g->odd && major(dev) == 0))
		return true;
	for (size_t i = 0; i < g->npieces; i++)
		if (g->pieces[i].dev == dev)
			return true;
	return false;
}

bool forest_cares(const struct forest *f, uint64_t dev)
{
	for (size_t i = 0; i < f->n; i++)
		if (grove_cares(&f->v[i], dev))
			return true;
	return false;
}

/* ---- one row ---------------------------------------------------------------------------- */

/* The mounts of another namespace, read once. */
struct other_ns {
	char name[64];
	struct mounts mounts;
};

#define OTHERS 32

struct forest_view {
	struct buf name, real, place;
	struct other_ns others[OTHERS];
	size_t nothers, next;
	pid_t pid, tid;	/* whose mounts these are: */
	bool known;
	const struct mounts *mounts; /* NULL: can't be told */
};

void forest_view_free(struct forest_view *v)
{
	if (!v)
		return;
	buf_fini(&v->name);
	buf_fini(&v->real);
	buf_fini(&v->place);
	for (size_t i = 0; i < v->nothers; i++)
		mounts_fini(&v->others[i].mounts);
	free(v);
}

static int other_mounts(const struct forest *f, struct forest_view *v, const struct procdir *pd,
			const char *ns, const struct mounts **mounts)
{
	struct other_ns *o;
	int r;

	*mounts = NULL;
	for (size_t i = 0; i < v->nothers; i++) {
		if (strcmp(v->others[i].name, ns) != 0)
			continue;
		*mounts = &v->others[i].mounts;
		return 0;
	}
	o = &v->others[v->next];
	if (v->nothers < OTHERS)
		v->nothers++;
	else
		mounts_fini(&o->mounts);
	v->next = (v->next + 1) % OTHERS;
	mounts_init(&o->mounts);
	memcpy(o->name, ns, sizeof(o->name));
	r = mounts_read_of(f->root, &pd->dir, &o->mounts);
	if (r == 0)
		*mounts = &o->mounts;
	else
		o->name[0] = '\0';
	return root_exhausted(r) ? r : 0;
}

/* Which mounts the links of that process are told by. */
static int look_from(const struct forest *f, struct forest_view *v, const struct procdir *pd)
{
	char ns[sizeof(f->self_ns)], at[4];

	if (v->known && v->pid == pd->pid && v->tid == pd->tid)
		return 0;
	v->known = true;
	v->pid = pd->pid;
	v->tid = pd->tid;
	v->mounts = f->mounts;
	if (!f->self_ns[0] || !f->mounts ||
	    root_link(f->root, &pd->dir, "ns/mnt", ns, sizeof(ns)) < 0 ||
	    strcmp(ns, f->self_ns) == 0)
		return 0;
	v->mounts = NULL;
	/* Its mountinfo is told from its root, its links from that of the namespace. */
	if (root_link(f->root, &pd->dir, "root", at, sizeof(at)) < 0 || strcmp(at, "/") != 0)
		return 0;
	return other_mounts(f, v, pd, ns, &v->mounts);
}

static void put_name(struct buf *b, const char *dir, const char *rest1, const char *rest2)
{
	buf_reset(b);
	if (strcmp(dir, "/") != 0)
		buf_puts(b, dir);
	buf_puts(b, rest1);
	buf_puts(b, rest2);
}

/* Is it this file that has the name? Then v->name is how it is shown. 1, 0, -ENOMEM. */
static int prove(const struct forest *f, const struct grove *g, struct forest_view *v,
		 const struct piece *p, const char *rest, const struct fdmap_stat *st)
{
	const char *at = p ? p->rest : "";
	struct fdmap_stat found;
	int r;

	if ((!*at && !*rest) || (!g->t->deep && (*at ? *rest != '\0' : !one_level(rest))))
		return 0;
	put_name(&v->real, g->t->real, at, rest);
	put_name(&v->name, g->t->text, at, rest);
	if (v->real.failed || v->name.failed)
		return -ENOMEM;
	if (is_blocked(g, buf_str(&v->real)))
		return 0;
	r = root_lstat_path(f->root, buf_str(&v->real), &found);
	if (root_exhausted(r))
		return r;
	/* Nobody answers there. The link is what the kernel knows of it, and says when it is gone. */
	if (r == -ETIMEDOUT && !span_ends((struct span){ rest, strlen(rest) }, " (deleted)")) {
		found = *st;
		r = 0;
	}
	return r == 0 && found.dev == st->dev && found.ino == st->ino &&
	       (found.dev == g->t->dev || g->t->cross & FDMAP_CROSS_FS);
}

/* The mount a file was opened on, by its number where that is told; NULL: it is not known. */
static int find_mount(const struct forest *f, struct forest_view *v, const struct forest_row *row,
		      const struct mount **mt)
{
	uint64_t id = row->st->mount;
	int r;

	*mt = f->mounts && id ? mounts_find_id(f->mounts, id) : NULL;
	if (*mt || !f->mounts)
		return 0;
	r = look_from(f, v, row->pd);
	/* A mount that was taken away is in no list, and its files' links lack its directory. */
	if (r == 0 && v->mounts)
		*mt = id ? mounts_find_id(v->mounts, id)
			 : mounts_find_above(v->mounts, row->text, row->st->dev);
	return r;
}

/* By the mounts: 1: here it is; 0: it is not; -ENOENT: they do not tell; -ENOMEM. */
static int find_by_place(const struct forest *f, const struct grove *g, struct forest_view *v,
			 const struct forest_row *row)
{
	const struct mount *mt;
	const char *rest;
	int r = find_mount(f, v, row, &mt);

	if (r < 0)
		return r;
	rest = mt && g->located ? mounts_below(row->text, mt->dir) : NULL;
	if (!rest)
		return -ENOENT;
	put_name(&v->place, mt->root, rest, "");
	if (v->place.failed)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < g->npieces; i++) {
		const struct piece *p = &g->pieces[i];

		rest = p->dev == mt->dev ? mounts_below(buf_str(&v->place), p->root) : NULL;
		if (rest)
			r = prove(f, g, v, p, rest, row->st);
	}
	return r;
}

/* FOREST_YES: v->name is its name; or -ENOMEM. */
static int grove_judge(const struct forest *f, const struct grove *g, struct forest_view *v,
		       const struct forest_row *row)
{
	const struct fdmap_stat *st = row->st;
	const char *rest;
	int r;

	if (!grove_cares(g, st->dev) || S_ISLNK(st->mode) || row->text[0] != '/')
		return FOREST_NO;
	if (st->dev == g->t->dev && st->ino == g->t->ino) {
		put_name(&v->name, g->t->text, strcmp(g->t->text, "/") == 0 ? "/" : "", "");
		return v->name.failed ? -ENOMEM : FOREST_YES;
	}
	/* Nobody finds a file that has no name. */
	if (row->nlink_known && !st->nlink)
		return FOREST_NO;
	rest = mounts_below(row->text, g->t->real);
	r = rest ? prove(f, g, v, NULL, rest, st) : 0;
	if (r == 0)
		r = find_by_place(f, g, v, row);
	if (r > 0)
		return FOREST_YES;
	if (r < 0)
		return r == -ENOENT ? FOREST_MAYBE : r;
	if (g->t->cross & FDMAP_CROSS_LINKS)
		return FOREST_MAYBE;
	if (!row->nlink_known || S_ISDIR(st->mode))
		return FOREST_NO;
	/* Its other name may be there; or its only one, when that of the link is gone. */
	return st->nlink > 1 || span_ends((struct span){ row->text, strlen(row->text) },
					  " (deleted)")
		       ? FOREST_MAYBE
		       : FOREST_NO;
}

int forest_judge(const struct forest *f, struct forest_view **view, const struct forest_row *row,
		 const char **name)
{
	int verdict = FOREST_NO;

	if (!*view)
		*view = calloc(1, sizeof(**view));
	if (!*view)
		return -ENOMEM;
	/* lsof remembers the name that was entered last. */
	for (size_t i = f->n; i-- > 0 && verdict != FOREST_YES;) {
		int r = grove_judge(f, &f->v[i], *view, row);

		if (r < 0)
			return r;
		if (r != FOREST_NO)
			verdict = r;
	}
	*name = verdict == FOREST_YES ? buf_str(&(*view)->name) : NULL;
	return verdict;
}
