/* SPDX-License-Identifier: MIT */
/* self/mountinfo, a line per mount (os/mountline.h). */
#include "proc/mounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "os/mountline.h"

void mounts_init(struct mounts *m)
{
	*m = (struct mounts){ 0 };
	arena_init(&m->arena);
}

void mounts_fini(struct mounts *m)
{
	free(m->v);
	arena_fini(&m->arena);
	*m = (struct mounts){ 0 };
}

static const char *keep_text(struct mounts *m, struct span s, struct buf *scratch)
{
	buf_reset(scratch);
	span_unescape(s, scratch);
	if (scratch->failed)
		return NULL;
	return arena_strndup(&m->arena, buf_str(scratch), scratch->n);
}

static int add_line(struct mounts *m, const struct mount_line *ml, struct buf *scratch)
{
	struct mount *mt;

	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		struct mount *v = reallocarray(m->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		m->v = v;
		m->cap = cap;
	}
	mt = &m->v[m->n];
	mt->id = ml->id;
	mt->dev = makedev(ml->major_no, ml->minor_no);
	mt->root = keep_text(m, ml->root, scratch);
	mt->dir = keep_text(m, ml->dir, scratch);
	mt->fstype = keep_text(m, ml->fstype, scratch);
	mt->source = keep_text(m, ml->source, scratch);
	if (!mt->root || !mt->dir || !mt->fstype || !mt->source)
		return -ENOMEM;
	mt->remote = fstype_is_remote(mt->fstype);
	m->n++;
	return 0;
}

int parse_mounts(struct span text, struct mounts *m)
{
	struct cursor c = cursor_span(text);
	struct buf scratch;
	struct span line;
	int err = 0;

	buf_init(&scratch);
	while (err == 0 && cursor_line(&c, &line, NULL)) {
		struct mount_line ml;

		if (parse_mount_line(line, &ml))
			err = add_line(m, &ml, &scratch);
	}
	buf_fini(&scratch);
	return err;
}

int mounts_read_of(struct root *root, const struct root_dir *d, struct mounts *m)
{
	char name[32];
	struct buf b;
	int err;

	buf_init(&b);
	(void)snprintf(name, sizeof(name), "%s%smountinfo", d ? "" : root->self, d ? "" : "/");
	err = root_read(root, d, name, &b);
	if (err == 0)
		err = parse_mounts((struct span){ buf_str(&b), b.n }, m);
	buf_fini(&b);
	return err;
}

int mounts_read(struct root *root, struct mounts *m)
{
	return mounts_read_of(root, NULL, m);
}

const struct mount *mounts_find_dir(const struct mounts *m, const char *dir)
{
	for (size_t i = m->n; i-- > 0;)
		if (strcmp(m->v[i].dir, dir) == 0)
			return &m->v[i];
	return NULL;
}

const struct mount *mounts_find_dev(const struct mounts *m, uint64_t dev)
{
	for (size_t i = m->n; i-- > 0;)
		if (m->v[i].dev == dev)
			return &m->v[i];
	return NULL;
}

const struct mount *mounts_find_source(const struct mounts *m, const char *source)
{
	for (size_t i = m->n; i-- > 0;)
		if (strcmp(m->v[i].source, source) == 0)
			return &m->v[i];
	return NULL;
}

const char *mounts_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	/* "/" ends in the slash that others are followed by. */
	if (n && dir[n - 1] == '/')
		n--;
	if (strncmp(path, dir, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return strcmp(path + n, "/") == 0 ? "" : path + n;
}

const struct mount *mounts_find_above(const struct mounts *m, const char *path, uint64_t dev)
{
	const struct mount *best = NULL, *any = NULL;
	size_t len = 0, any_len = 0;

	for (size_t i = m->n; i-- > 0;) {
		const struct mount *mt = &m->v[i];
		size_t n;

		if (mt->dev != dev && (major(mt->dev) != 0 || major(dev) != 0))
			continue;
		n = strlen(mt->dir);
		if (mt->dev == dev && (!best || n > len) && mounts_below(path, mt->dir)) {
			best = mt;
			len = n;
		} else if ((!any || n > any_len) && mounts_below(path, mt->dir)) {
			any = mt;
			any_len = n;
		}
	}
	return best ? best : any;
}

const struct mount *mounts_find_id(const struct mounts *m, uint64_t id)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].id == id)
			return &m->v[i];
	return NULL;
}

const struct mount *mounts_find_path(const struct mounts *m, const char *path)
{
	const struct mount *best = NULL;
	size_t len = 0;

	for (size_t i = m->n; i-- > 0;) {
		size_t n = strlen(m->v[i].dir);

		if ((best && n <= len) || !mounts_below(path, m->v[i].dir))
			continue;
		best = &m->v[i];
		len = n;
	}
	return best;
}

bool mount_is_nfs(const struct mount *m)
{
	return strcmp(m->fstype, "nfs") == 0 || strcmp(m->fstype, "nfs3") == 0 ||
	       strcmp(m->fstype, "nfs4") == 0;
}
