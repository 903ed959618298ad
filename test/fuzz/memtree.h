/* SPDX-License-Identifier: MIT */
/*
 * The text of a recorded tree, in memory: test/lib/untree tells what its lines are. Those that
 * make no sense are no lines, so that whatever bytes a fuzzer has make some system.
 */
#ifndef TEST_FUZZ_MEMTREE_H
#define TEST_FUZZ_MEMTREE_H

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "os/manifest.h"

struct memnode {
	char *key; /* "812/fd/3" */
	char type; /* 'd', 'f', 'l' */
	size_t order;
	struct buf text; /* of a file, or where a link leads */
};

struct memtree {
	struct manifest m; /* first: treepath.h takes it for all there is */
	struct memnode *v; /* by key */
	size_t n, cap;
	struct buf manifest;
};

/* ---- the text of a tree ----------------------------------------------------------- */

static inline int memtree_hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What is no escape stands for itself. */
static inline void memtree_unescape(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		const char *p = s.p + i;
		size_t left = s.n - i;

		if (left >= 4 && p[0] == '\\' && p[1] == 'x' && memtree_hex(p[2]) >= 0 &&
		    memtree_hex(p[3]) >= 0) {
			buf_putc(out, (char)(memtree_hex(p[2]) << 4 | memtree_hex(p[3])));
			i += 3;
		} else if (left >= 2 && p[0] == '\\' && (p[1] == 'n' || p[1] == '\\')) {
			buf_putc(out, p[1] == 'n' ? '\n' : '\\');
			i++;
		} else {
			buf_putc(out, p[0]);
		}
	}
}

/* NULL: no name of a file below the root. */
static inline struct memnode *memtree_add(struct memtree *t, struct span name, char type)
{
	struct memnode *node;
	struct buf key;

	buf_init(&key);
	memtree_unescape(name, &key);
	if (!key.n || key.n >= PATH_MAX || strlen(key.p) != key.n || *key.p == '/' ||
	    strstr(key.p, "..") || strstr(key.p, "//") || key.p[key.n - 1] == '/') {
		buf_fini(&key);
		return NULL;
	}
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->v = (struct memnode *)reallocarray(t->v, t->cap, sizeof(*t->v));
		if (!t->v)
			abort();
	}
	node = &t->v[t->n];
	*node = (struct memnode){ .key = key.p, .type = type, .order = t->n++ };
	buf_init(&node->text);
	return node;
}

static inline void memtree_file(struct memtree *t, struct cursor *c, bool whole)
{
	struct memnode *node;
	struct span name, text;

	if (!cursor_field(c, &name) || !cursor_field(c, &text) || !span_eq(text, "|"))
		return;
	(void)cursor_char(c, ' ');
	node = memtree_add(t, name, 'f');
	if (node)
		memtree_unescape(cursor_rest(c), &node->text);
	if (node && whole)
		buf_putc(&node->text, '\n');
}

static inline void memtree_said(struct memtree *t, const char *what, struct span name,
				const struct cursor *c)
{
	struct span rest = cursor_rest(c);

	buf_puts(&t->manifest, what);
	buf_putc(&t->manifest, ' ');
	buf_put(&t->manifest, name.p, name.n);
	buf_put(&t->manifest, rest.p, rest.n);
	buf_putc(&t->manifest, '\n');
}

static inline void memtree_line(struct memtree *t, struct span line)
{
	struct cursor c = cursor_span(line);
	struct span what, name, text;
	struct memnode *node;

	if (!cursor_field(&c, &what))
		return;
	if (span_eq(what, "file") || span_eq(what, "part")) {
		memtree_file(t, &c, span_eq(what, "file"));
	} else if (span_eq(what, "link")) {
		if (!cursor_field(&c, &name) || !cursor_field(&c, &text))
			return;
		node = memtree_add(t, name, 'l');
		if (node)
			memtree_unescape(text, &node->text);
		if (node && !cursor_done(&c))
			memtree_said(t, "link", name, &c);
	} else if (cursor_field(&c, &name)) {
		if (span_eq(what, "dir"))
			(void)memtree_add(t, name, 'd');
		if (span_eq(what, "path") || span_eq(what, "deny") ||
		    (span_eq(what, "dir") && !cursor_done(&c)))
			memtree_said(t,
				     span_eq(what, "path")   ? "path"
				     : span_eq(what, "deny") ? "deny"
							     : "dir",
				     name, &c);
	}
}

static inline int memtree_by_key(const void *a, const void *b)
{
	const struct memnode *x = (const struct memnode *)a, *y = (const struct memnode *)b;
	int differ = strcmp(x->key, y->key);

	return differ ? differ : (x->order > y->order) - (x->order < y->order);
}

/* Lines of the same file are one. */
static inline void memtree_merge(struct memtree *t)
{
	size_t kept = 0;

	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), memtree_by_key);
	for (size_t i = 0; i < t->n; i++) {
		struct memnode *last = kept ? &t->v[kept - 1] : NULL;

		if (!last || strcmp(last->key, t->v[i].key) != 0) {
			t->v[kept++] = t->v[i];
			continue;
		}
		if (last->type == 'f' && t->v[i].type == 'f')
			buf_put(&last->text, buf_str(&t->v[i].text), t->v[i].text.n);
		free(t->v[i].key);
		buf_fini(&t->v[i].text);
	}
	t->n = kept;
}

/* Only its good lines. */
static inline void memtree_manifest(struct memtree *t)
{
	struct span text = { buf_str(&t->manifest), t->manifest.n }, line;
	struct cursor c = cursor_span(text);
	struct buf good;

	if (parse_manifest(text, &t->m) == 0)
		return;
	manifest_fini(&t->m);
	buf_init(&good);
	while (cursor_line(&c, &line, NULL)) {
		struct manifest one = { .n = 0 };
		struct span whole = { line.p, line.n + 1 };

		if (parse_manifest(whole, &one) == 0)
			buf_put(&good, whole.p, whole.n);
		manifest_fini(&one);
	}
	t->m = (struct manifest){ .n = 0 };
	if (parse_manifest((struct span){ buf_str(&good), good.n }, &t->m) < 0)
		abort();
	buf_fini(&good);
}

static inline void memtree_init(struct memtree *t, struct span tree)
{
	struct cursor c = cursor_span(tree);
	struct span line;

	*t = (struct memtree){ .n = 0 };
	buf_init(&t->manifest);
	while (cursor_line(&c, &line, NULL))
		memtree_line(t, line);
	memtree_merge(t);
	memtree_manifest(t);
}

static inline void memtree_fini(struct memtree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].key);
		buf_fini(&t->v[i].text);
	}
	free(t->v);
	buf_fini(&t->manifest);
	manifest_fini(&t->m);
}

/* The first that is not before this one. */
static inline size_t memtree_from(const struct memtree *t, const char *key)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(t->v[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static inline const struct memnode *memtree_find(const struct memtree *t, const char *key,
						 char type)
{
	size_t at = memtree_from(t, key);

	return at < t->n && strcmp(t->v[at].key, key) == 0 && t->v[at].type == type ? &t->v[at]
										    : NULL;
}

#endif
