/* SPDX-License-Identifier: MIT */
/*
 * A row that is selected goes to the snapshot. What many rows have alike, libraries that
 * are mapped and files that are inherited, is kept once, as far as a worker remembers it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/scan.h"

static uint64_t load64(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n < sizeof(v) ? n : sizeof(v));
	return v;
}

/* Names that differ do so at their end, mostly. */
static size_t place_of_text(const char *s, size_t n)
{
	uint64_t h = n;

	if (n > 8)
		h ^= load64(s + n - 8, 8) ^ load64(n > 16 ? s + n - 16 : s, 8) << 7;
	else
		h ^= load64(s, n);
	return h * UINT64_C(0x9e3779b97f4a7c15) >> (64 - ROWCACHE_BITS);
}

static const char *keep_text(struct worker *w, const char *s, size_t n)
{
	struct span *known;

	/* Numbers of sockets and pipes are seldom met twice. */
	if (!n || (*s != '/' && *s != 'a'))
		return arena_strndup(&w->arena, s, n);
	known = &w->cache.text[place_of_text(s, n)];
	if (known->n != n || memcmp(known->p, s, n) != 0) {
		*known = (struct span){ arena_strndup(&w->arena, s, n), n };
		w->cache.fresh = true;
	}
	if (!known->p)
		known->n = 0;
	return known->p;
}

static bool same_stat(const struct fdmap_stat *a, const struct fdmap_stat *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->rdev == b->rdev && a->size == b->size &&
	       a->mode == b->mode && a->nlink == b->nlink && a->mount == b->mount;
}

static const struct fdmap_stat *keep_stat(struct worker *w, const struct fdmap_stat *st)
{
	uint64_t h = (st->ino ^ st->dev << 40 ^ st->size << 20) * UINT64_C(0x9e3779b97f4a7c15);
	const struct fdmap_stat **known = &w->cache.st[h >> (64 - ROWCACHE_BITS)];

	if (!*known || !same_stat(*known, st)) {
		*known = arena_memdup(&w->arena, st, sizeof(*st));
		w->cache.fresh = true;
	}
	return *known;
}

static bool has_more(const struct fdmap_file_more *more)
{
	static const struct fdmap_file_more none;

	return memcmp(more, &none, sizeof(none)) != 0;
}

int cand_keep(struct worker *w, struct cand *c, const char *path, size_t len)
{
	struct fdmap_file *rows = w->rows, *f = &c->f;

	if (w->nrows == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;

		rows = reallocarray(w->rows, cap, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		w->rows = rows;
		w->cap = cap;
	}
	if (path)
		f->path = keep_text(w, path, len);
	/* The snapshot outlives the query. */
	if (c->more.as && !forest_pending(c->more.as))
		c->more.as = arena_strdup(&w->arena, c->more.as);
	if (has_more(&c->more))
		f->more = arena_memdup(&w->arena, &c->more, sizeof(c->more));
	if (c->has_stat) {
		f->stat = keep_stat(w, &c->st);
		f->have |= FDMAP_STAT;
		if (!f->ino)
			f->ino = c->st.ino;
	}
	rows[w->nrows++] = *f;
	w->nsure += c->truth == TRUTH_YES;
	return arena_failed(&w->arena) ? -ENOMEM : 0;
}

void worker_rewind(struct worker *w, struct arena_mark mark)
{
	arena_rewind(&w->arena, mark);
	/* Some of it may have been there. */
	if (w->cache.fresh)
		w->cache = (struct rowcache){ 0 };
}
