/* SPDX-License-Identifier: MIT */
/* Terms about directories (+d, +D): what was typed becomes a name, a place, an inode. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/query.h"

/* The kernel's own limit, MAXSYMLINKS. */
#define LINKS_MAX 40

void trees_fini(struct fdmap_query *q)
{
	for (size_t i = 0; i < q->ntrees; i++) {
		free(q->tree[i].text);
		free(q->tree[i].real);
	}
	free(q->tree);
}

/* Replaces the first component of *path that is a link by what it leads to. 1; 0: none is. */
static int follow_first(struct root *root, struct buf *path, struct buf *next)
{
	char link[PATH_MAX];
	size_t at = 0;

	while (at < path->n) {
		size_t start = at;
		ssize_t n;
		char after;

		at += strspn(path->p + at, "/");
		start = at;
		at += strcspn(path->p + at, "/");
		after = path->p[at];
		path->p[at] = '\0';
		n = root_link_path(root, path->p, link, sizeof(link));
		path->p[at] = after;
		if (n <= 0)
			continue;
		buf_reset(next);
		if (link[0] != '/')
			buf_put(next, path->p, start);
		buf_puts(next, link);
		buf_puts(next, path->p + at);
		return next->failed ? -ENOMEM : 1;
	}
	return 0;
}

int query_resolve_links(struct root *root, const char *name, struct buf *out)
{
	struct buf next;
	int r = 1;

	buf_init(&next);
	buf_puts(out, name);
	for (int i = 0; r > 0 && i < LINKS_MAX; i++) {
		struct buf was = *out;

		r = out->failed ? -ENOMEM : follow_first(root, out, &next);
		if (r <= 0)
			break;
		*out = next;
		next = was;
	}
	buf_fini(&next);
	while (out->n > 1 && out->p[out->n - 1] == '/')
		out->p[--out->n] = '\0';
	return r < 0 ? r : 0;
}

/* 0, or -errno with lsof's words. */
static int check(struct root *root, struct treeterm *t, struct fdmap_error *err)
{
	struct fdmap_stat st;
	int r = root_stat_path(root, t->text, &st);

	if (r == -ETIMEDOUT) {
		query_error(err, "WARNING: can't stat(%s): no answer in time", t->text);
		return r;
	}
	if (r < 0) {
		query_error(err, "WARNING: can't stat(%s): %s", t->text, strerrordesc_np(-r));
		return r;
	}
	if (!S_ISDIR(st.mode)) {
		query_error(err, "WARNING: not a directory: %s", t->text);
		return -ENOTDIR;
	}
	t->dev = st.dev;
	t->ino = st.ino;
	/* lsof goes on: the directory itself may be found all the same. */
	r = root_names(root, t->text, NULL, NULL);
	if (r < 0)
		query_error(err, "WARNING: can't opendir(%s): %s", t->text, strerrordesc_np(-r));
	return 0;
}

static int resolve(struct root *root, const char *dir, struct treeterm *t,
		   struct fdmap_error *err)
{
	struct buf text, real;
	int r;

	buf_init(&text);
	buf_init(&real);
	r = query_resolve_links(root, dir, &text);
	if (r == 0)
		t->text = strdup(buf_str(&text));
	if (r == 0 && !t->text)
		r = -ENOMEM;
	if (r == 0)
		r = check(root, t, err);
	if (r == 0)
		r = root_real_path(root, dir, &real);
	if (r == 0) {
		t->real = strdup(buf_str(&real));
		r = t->real ? 0 : -ENOMEM;
	}
	buf_fini(&text);
	buf_fini(&real);
	return r;
}

static int add(struct fdmap_query *q, const struct treeterm *t)
{
	struct treeterm *v = query_grow(q->tree, q->ntrees, sizeof(*v));
	int term;

	if (!v)
		return -ENOMEM;
	q->tree = v;
	/* Each has its own: the same directory may be asked for in two ways. */
	term = query_term_new(q, FDMAP_TERM_TREE, t->text, 0);
	if (term < 0)
		return term;
	v[q->ntrees] = *t;
	v[q->ntrees++].term = (unsigned)term;
	q->used |= SEL_NM;
	return term;
}

int fdmap_query_tree(struct fdmap_query *q, struct fdmap *m, const char *dir, bool deep,
		     unsigned cross, struct fdmap_error *err)
{
	struct treeterm t = { .deep = deep, .cross = cross };
	int r;

	if (err)
		err->text[0] = '\0';
	r = resolve(fdmap_root(m), dir, &t, err);
	for (size_t i = 0; r == 0 && i < q->ntrees; i++) {
		const struct treeterm *o = &q->tree[i];

		if (strcmp(o->text, t.text) == 0 && o->deep == deep && o->cross == cross) {
			free(t.text);
			free(t.real);
			return (int)o->term;
		}
	}
	if (r == 0)
		r = add(q, &t);
	if (r < 0) {
		free(t.text);
		free(t.real);
	}
	return r;
}
