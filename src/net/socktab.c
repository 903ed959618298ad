/* SPDX-License-Identifier: MIT */
/* The sockets of one network namespace: the files of its net/, indexed by inode. */
#include "net/socktab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void socktab_init(struct socktab *t)
{
	*t = (struct socktab){ 0 };
	arena_init(&t->arena);
	hash_init(&t->by_ino);
}

void socktab_fini(struct socktab *t)
{
	free(t->v);
	hash_fini(&t->by_ino);
	arena_fini(&t->arena);
	socktab_init(t);
}

/* The socket to write to, at v[n]; NULL when out of memory. */
static struct fdmap_sock *next_slot(struct socktab *t)
{
	size_t cap = t->cap ? t->cap * 2 : 64;
	struct fdmap_sock *v;

	if (t->n < t->cap)
		return &t->v[t->n];
	if (t->n >= UINT32_MAX || cap > SIZE_MAX / sizeof(*v))
		return NULL;
	v = realloc(t->v, cap * sizeof(*v));
	if (!v)
		return NULL;
	t->v = v;
	t->cap = cap;
	return &v[t->n];
}

static int add_row(struct socktab *t, const struct socktext *text, struct span line)
{
	struct fdmap_sock *sock = next_slot(t);
	struct arena_mark mark = arena_mark(&t->arena);
	int err;

	if (!sock)
		return -ENOMEM;
	err = text->parse(line, text, &t->arena, sock);
	if (err == -EINVAL)
		return 0;
	if (err < 0)
		return err;
	/*
	 * An inode tells one socket on the whole machine; what comes again is a
	 * row that moved while the kernel walked its table, or made up in a path.
	 */
	if (!sock->ino || hash_find(&t->by_ino, sock->ino, NULL)) {
		arena_rewind(&t->arena, mark);
		return 0;
	}
	err = hash_put(&t->by_ino, sock->ino, (uint32_t)t->n);
	if (err == 0)
		t->n++;
	return err;
}

int socktab_parse(struct socktab *t, const struct socktext *text, struct span file)
{
	struct cursor c = cursor_span(file);
	struct span line;
	bool whole;
	int err;

	if (!cursor_line(&c, &line, NULL))
		return 0;
	while (cursor_line(&c, &line, &whole)) {
		if (!whole)
			break;
		err = add_row(t, text, line);
		if (err < 0)
			return err;
	}
	return 0;
}

static int add_problem(struct socktab *t, const char *source, int err)
{
	char *copy;

	if (t->nproblems >= ARRAY_LEN(t->problems))
		return 0;
	copy = arena_strdup(&t->arena, source);
	if (!copy)
		return -ENOMEM;
	t->problems[t->nproblems++] = (struct socktab_problem){ copy, -err };
	return 0;
}

static int load_text(struct socktab *t, struct root *root, const struct root_dir *dir,
		     const struct socktext *text, struct buf *file)
{
	struct buf name;
	const char *source;
	int err;

	buf_init(&name);
	if (!dir)
		buf_printf(&name, "%s/", root->self);
	buf_puts(&name, "net/");
	buf_puts(&name, text->file);
	if (name.failed) {
		buf_fini(&name);
		return -ENOMEM;
	}
	source = buf_str(&name) + (dir ? 0 : strlen(root->self) + 1);
	buf_reset(file);
	atomic_fetch_add_explicit(&root->counts.tables, 1, memory_order_relaxed);
	err = root_read(root, dir, buf_str(&name), file);
	if (err == 0 && file->failed)
		err = -ENOMEM;
	if (err == -ENOENT)
		err = 0;
	else if (err < 0 && !root_exhausted(err))
		err = add_problem(t, source, err);
	else if (err == 0)
		err = socktab_parse(t, text, (struct span){ buf_str(file), file->n });
	buf_fini(&name);
	return err;
}

static int load_family(struct socktab *t, struct root *root, const struct root_dir *dir,
		       const struct family *family, bool no_raw6, struct buf *file)
{
	for (const struct socktext *text = family->texts; text->file; text++) {
		int err = 0;

		if (!no_raw6 || family->table != FDMAP_RAW || text->family != AF_INET6)
			err = load_text(t, root, dir, text, file);

		if (err < 0)
			return err;
	}
	return 0;
}

int socktab_load(struct socktab *t, struct root *root, const struct root_dir *dir,
		 uint32_t families_wanted)
{
	uint32_t last = families_wanted & FAMILY_BIT(FDMAP_UNIX);
	bool no_raw6 = families_wanted & FAMILY_NO_RAW6;
	struct buf file;
	int err = 0;

	buf_init(&file);
	for (size_t i = 0; i < FDMAP_SOCK_TABLES && err == 0; i++)
		if (families_wanted & ~last & FAMILY_BIT(i))
			err = load_family(t, root, dir, families[i], no_raw6, &file);
	/* Anybody may put newlines and made-up rows into a path: real rows come first. */
	if (err == 0 && last)
		err = load_family(t, root, dir, families[FDMAP_UNIX], no_raw6, &file);
	buf_fini(&file);
	return err;
}

const struct fdmap_sock *socktab_find(const struct socktab *t, uint64_t ino)
{
	uint32_t i;

	return ino && hash_find(&t->by_ino, ino, &i) ? &t->v[i] : NULL;
}
