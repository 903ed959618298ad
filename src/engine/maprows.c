/* SPDX-License-Identifier: MIT */
/*
 * mem and DEL rows: the mapped files of a process, one row per device and
 * inode, the executable left out.
 *
 * What is shown of a mapping beyond its line in maps (size, links) comes from
 * map_files/START-END, which needs privilege but looks up no name. Without
 * that right the name is looked up below the process' own root, unless a
 * server would have to answer for it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/hash.h"
#include "engine/exempt.h"
#include "engine/filter.h"
#include "engine/mapwalk.h"
#include "engine/scan.h"
#include "kind/kind.h"

#define DELETED " (deleted)"

struct pair {
	uint64_t dev, ino;
};

struct walk {
	struct worker *w;
	const struct target *t;
	struct pair exe;
	struct hash seen;  /* hash_mix of device and inode -> index in pairs */
	struct buf pairs;  /* struct pair of the rows so far */
	struct buf path;   /* of the row at hand */
	bool no_map_files; /* refused once: not asked again */
	bool begun;        /* exe is known, if it can be */
	int exhausted;	   /* memory or descriptors ran out where nobody could say so; or 0 */
};

/* 1: it has its row already; 0: now it is known; or -ENOMEM. */
static int seen_before(struct walk *k, uint64_t dev, uint64_t ino)
{
	struct pair p = { dev, ino };
	const struct pair *v = (const void *)k->pairs.p;
	uint64_t key = hash_mix(dev, ino);
	uint32_t i = (uint32_t)(k->pairs.n / sizeof(p)), at;

	if (hash_find(&k->seen, key, &at)) {
		if (v[at].dev == dev && v[at].ino == ino)
			return 1;
		/* Two files, one key: the second may get a row for each mapping. */
		return 0;
	}
	buf_put(&k->pairs, &p, sizeof(p));
	return k->pairs.failed ? -ENOMEM : hash_put(&k->seen, key, i);
}

static bool is_remote(const struct scan *s, uint64_t dev)
{
	const struct mount *m;

	/* Unknown is not asked. */
	if (!s->mounts)
		return true;
	m = mounts_find_dev(s->mounts, dev);
	return m && m->remote;
}

/* By name, below the process' root; only where no server is asked. */
static int stat_by_name(struct walk *k, const struct map_line *m, struct fdmap_stat *st)
{
	struct root *root = k->w->scan->root;
	struct buf name;
	int r;

	if (k->path.p[0] != '/' || is_remote(k->w->scan, m->dev))
		return -ENOTSUP;
	buf_init(&name);
	buf_puts(&name, "root");
	buf_put(&name, k->path.p, k->path.n);
	r = name.failed ? -ENOMEM : root_stat(root, &k->t->leader->dir, name.p, st);
	buf_fini(&name);
	if (root_exhausted(r))
		k->exhausted = r;
	return r;
}

/* The same for all who have mapped it, but for the mount it was reached by. */
static bool is_shared(const struct walk *k, const struct map_line *m)
{
	const struct scan *s = k->w->scan;

	return major(m->dev) && !s->forest && !(s->plan->want & FDMAP_MOUNTS);
}

/* The mapped file itself, whatever has its name now. */
static int stat_file(struct walk *k, const struct map_line *m, struct fdmap_stat *st)
{
	bool shared = is_shared(k, m);
	char name[64];
	int r;

	if (k->no_map_files)
		return -EPERM;
	if (shared && mapstat_find(&k->w->mapped, m->dev, m->ino, st))
		return 0;
	(void)snprintf(name, sizeof(name), "map_files/%llx-%llx", (unsigned long long)m->start,
		       (unsigned long long)m->end);
	r = root_stat(k->w->scan->root, &k->t->leader->dir, name, st);
	if (r == 0 && shared && st->dev == m->dev && st->ino == m->ino) {
		st->mount = 0;
		mapstat_add(&k->w->mapped, st);
	}
	k->no_map_files = r == -EPERM || r == -EACCES;
	return r;
}

static int stat_mapping(struct walk *k, const struct map_line *m, struct fdmap_stat *st)
{
	int r = stat_file(k, m, st);

	if (r < 0)
		r = stat_by_name(k, m, st);
	return r;
}

/*
 * The kernel writes " (deleted)" behind a name that is gone; it may also be
 * part of a name. true: gone, and k->path has lost the suffix.
 */
static bool is_deleted(struct walk *k, const struct map_line *m)
{
	struct span text = { buf_str(&k->path), k->path.n };
	struct fdmap_stat st;

	if (!span_ends(text, DELETED))
		return false;
	if (stat_by_name(k, m, &st) == 0 && st.ino == m->ino)
		return false;
	k->path.n -= strlen(DELETED);
	k->path.p[k->path.n] = '\0';
	/* Made again as a link to the same file: then it is there. */
	return stat_by_name(k, m, &st) < 0 || st.ino != m->ino;
}

/* The line says which file it is; what else is told of it may be missing. */
static void manufacture(struct cand *c, const struct map_line *m)
{
	c->st = (struct fdmap_stat){ .dev = m->dev, .ino = m->ino, .mode = S_IFREG };
	c->has_stat = true;
}

/* 0 or -ENOMEM */
static int gate_mapping(struct walk *k, const struct map_line *m, struct cand *c)
{
	const struct forest *forest = k->w->scan->forest;
	const struct fdmap_query *q = k->w->scan->q;
	bool asked = c->f.fd != FDMAP_FD_DEL && !c->f.failed;
	struct fdmap_stat st;

	c->got |= asked ? select_stat(q, &c->st, k->w->hits, &c->more.as)
			: select_inode(q, m->dev, m->ino, k->w->hits, &c->more.as);
	rows_nfs(k->w, buf_str(&k->path), c);
	if (!forest || !forest_cares(forest, c->st.dev))
		return 0;
	if (c->f.fd != FDMAP_FD_DEL)
		return rows_trees(k->w, k->t, buf_str(&k->path), asked, c);
	/* Another name of it may be there, if it has one. */
	if (stat_file(k, m, &st) < 0 || !st.nlink)
		return 0;
	c->st.nlink = st.nlink;
	return rows_trees(k->w, k->t, buf_str(&k->path), true, c);
}

/* Does anything that decides or shows need more than the line? */
static bool wants_stat(const struct walk *k, const struct map_line *m, const struct cand *c)
{
	const struct scan *s = k->w->scan;
	const struct plan *p = s->plan;
	uint32_t row = c->truth == TRUTH_UNKNOWN ? p->file_row : p->file_shown;

	if (k->t->whole && !s->forest)
		return row & FDMAP_STAT;
	/* On file systems without a device of their own the line's number may not be stat's. */
	return row & FDMAP_STAT || k->w->scan->q->used & SEL_NLINK ||
	       (p->file_gate & FDMAP_STAT && major(m->dev) == 0) ||
	       (s->forest && forest_cares(s->forest, m->dev));
}

/* A mapping has no open mode, no position, no flags: nothing more will be known. */
static int keep_row(struct walk *k, struct cand *c)
{
	int r = filter_row(k->w, k->t, c, filter_known(c, FILTER_FILE), buf_str(&k->path));

	return r > 0 ? cand_keep(k->w, c, buf_str(&k->path), k->path.n) : r;
}

/* Not asked, not even by name: the line says whether the name is gone. */
static int exempt_row(struct walk *k, const struct map_line *m, struct cand *c)
{
	bool gone = span_ends((struct span){ buf_str(&k->path), k->path.n }, DELETED);

	if (gone) {
		k->path.n -= strlen(DELETED);
		k->path.p[k->path.n] = '\0';
		c->got = cand_of(k->w, k->t, FDMAP_FD_DEL).got;
		c->f.fd = FDMAP_FD_DEL;
	}
	if (cand_out(k->w, c) || !cand_done(k->w, k->t, c))
		return 0;
	c->f.have = FDMAP_LINK;
	c->f.deleted = gone;
	c->f.kind = FDMAP_KIND_EXEMPT;
	manufacture(c, m);
	return keep_row(k, c);
}

static int map_row(struct walk *k, const struct map_line *m)
{
	struct cand exempt = cand_of(k->w, k->t, FDMAP_FD_MEM);

	k->w->examined++;
	if (rows_exempt(k->w, (struct span){ buf_str(&k->path), k->path.n }, &exempt))
		return exempt_row(k, m, &exempt);

	bool gone = is_deleted(k, m);
	struct cand c = cand_of(k->w, k->t, gone ? FDMAP_FD_DEL : FDMAP_FD_MEM);
	int r = 0;

	/* Then it was not to be known whether it is. */
	if (k->exhausted)
		return k->exhausted;
	if (cand_out(k->w, &c))
		return 0;
	c.f.have = FDMAP_LINK;
	c.f.deleted = gone;
	manufacture(&c, m);
	parse_fdlink((struct span){ buf_str(&k->path), k->path.n }, &c.link);
	c.f.kind = (uint8_t)kind_of(&c.link, &c.st)->id;
	/* What terms are found by is looked at first. */
	if (!(k->w->scan->plan->file_gate & FDMAP_STAT)) {
		r = filter_row(k->w, k->t, &c, filter_known(&c, 0), buf_str(&k->path));
		if (r <= 0)
			return r;
		r = 0;
	}
	if (!gone && wants_stat(k, m, &c)) {
		r = stat_mapping(k, m, &c.st);
		if (root_exhausted(r))
			return r;
		if (r < 0) {
			manufacture(&c, m);
			c.f.failed = FDMAP_CALL_STAT;
			/* Not asked is not failed. */
			c.f.error = r == -ENOTSUP ? 0 : -r;
			r = 0;
		}
	} else if (!gone) {
		c.f.failed = FDMAP_CALL_STAT;
	}
	if (k->w->scan->plan->file_gate & FDMAP_STAT)
		r = gate_mapping(k, m, &c);
	if (r < 0 || !cand_done(k->w, k->t, &c))
		return r;
	c.f.kind = (uint8_t)kind_of(&c.link, &c.st)->id;
	return keep_row(k, &c);
}

/* seq_file_path escapes the newline, and nothing else (fs/proc/task_mmu.c). */
static void unescape_newlines(struct span s, struct buf *out)
{
	struct cursor c = cursor_span(s);
	struct span part;

	while (cursor_until(&c, '\\', &part)) {
		buf_put(out, part.p, part.n);
		if (cursor_lit(&c, "012"))
			buf_putc(out, '\n');
		else
			buf_putc(out, '\\');
	}
	part = cursor_rest(&c);
	buf_put(out, part.p, part.n);
}

static bool may_ask_exe(struct worker *w, const struct target *t)
{
	ssize_t n;

	if (!w->scan->q->nexempt)
		return true;
	n = root_link(w->scan->root, &t->pd->dir, "exe", w->link, sizeof(w->link));
	return n >= 0 && !exempt_find(w->scan->q, w->link, (size_t)n);
}

static void find_exe(struct walk *k)
{
	struct worker *w = k->w;
	struct fdmap_stat st;

	if (w->exe_known)
		k->exe = (struct pair){ w->exe_dev, w->exe_ino };
	else if (may_ask_exe(w, k->t) &&
		 root_stat(w->scan->root, &k->t->pd->dir, "exe", &st) == 0)
		k->exe = (struct pair){ st.dev, st.ino };
	/* Where the lock of its memory is held, they would wait for it. */
	k->no_map_files = w->lock_held;
	k->begun = true;
}

static int each_mapping(void *arg, const struct map_line *m, bool escaped)
{
	struct walk *k = arg;
	int r;

	if (!k->begun)
		find_exe(k);
	if ((!m->dev && !m->ino) || !m->path.n)
		return 0;
	if (m->dev == k->exe.dev && m->ino == k->exe.ino)
		return 0;
	r = seen_before(k, m->dev, m->ino);
	if (r != 0)
		return r < 0 ? r : 0;
	buf_reset(&k->path);
	if (escaped)
		unescape_newlines(m->path, &k->path);
	else
		buf_put(&k->path, m->path.p, m->path.n);
	return k->path.failed ? -ENOMEM : map_row(k, m);
}

int rows_maps(struct worker *w, const struct target *t)
{
	struct walk k = { .w = w, .t = t };
	int r;

	hash_init(&k.seen);
	buf_init(&k.pairs);
	buf_init(&k.path);
	r = mapwalk(w, t, each_mapping, &k);
	hash_fini(&k.seen);
	buf_fini(&k.pairs);
	buf_fini(&k.path);
	return r;
}
