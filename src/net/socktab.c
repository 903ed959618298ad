/* SPDX-License-Identifier: MIT */
/*
 * The sockets of network namespaces, by inode: as sock_diag tells them, or the files of
 * net/ do.
 */
#include "net/socktab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* A machine that is so busy that it tells nothing whole is believed as it is. */
#define MAX_TRIES 4
/* What the kernel tells at once: a page of text; so many sockets in one message for certain. */
#define TEXT_PIECE 4096
#define DIAG_PIECE 16

/* One run of socktab_load. */
struct load {
	struct socktab *t;
	const struct socksource *from;
	struct diag diag;
	struct buf file;
	enum fdmap_sock_table table;
	/* Sockets from here on were told in answer to the same question, which is asked again. */
	size_t again, again_unheld;
};

void socktab_init(struct socktab *t)
{
	*t = (struct socktab){ 0 };
	arena_init(&t->arena);
	hash_init(&t->by_ino);
	hash_init(&t->by_cookie);
}

static void socklist_fini(struct socklist *l)
{
	for (size_t i = 0; i < l->npieces; i++)
		free(l->piece[i]);
	free(l->piece);
	*l = (struct socklist){ 0 };
}

void socktab_fini(struct socktab *t)
{
	socklist_fini(&t->socks);
	socklist_fini(&t->unheld);
	hash_fini(&t->by_ino);
	hash_fini(&t->by_cookie);
	free(t->mated);
	arena_fini(&t->arena);
	socktab_init(t);
}

/* The place behind the last; NULL when out of memory. */
static struct fdmap_sock *next_slot(struct socklist *l)
{
	struct fdmap_sock **v = l->piece;

	if (l->n >= UINT32_MAX)
		return NULL;
	if (l->n / SOCKLIST_PIECE == l->npieces) {
		/* Room for a power of two, so that the number tells it. */
		if (!(l->npieces & (l->npieces - 1)))
			v = reallocarray(v, l->npieces ? l->npieces * 2 : 1, sizeof(*v));
		if (!v)
			return NULL;
		l->piece = v;
		v[l->npieces] = calloc(SOCKLIST_PIECE, sizeof(**v));
		if (!v[l->npieces])
			return NULL;
		l->npieces++;
	}
	return socklist_at(l, l->n);
}

static int append(struct socklist *l, struct hash *index, uint64_t key,
		  const struct fdmap_sock *sock)
{
	struct fdmap_sock *slot = next_slot(l);
	int err = slot ? 0 : -ENOMEM;

	if (err == 0 && index)
		err = hash_put(index, key, (uint32_t)l->n);
	if (err < 0)
		return err;
	*slot = *sock;
	l->n++;
	return 0;
}

/* 1: it was there already. */
static int add_held(struct load *l, const struct fdmap_sock *sock)
{
	struct socktab *t = l->t;
	uint32_t i;

	/*
	 * An inode tells one socket on the whole machine; what comes again is a
	 * row that moved while the kernel walked its table, or made up in a path.
	 */
	if (!hash_find(&t->by_ino, sock->ino, &i))
		return append(&t->socks, &t->by_ino, sock->ino, sock);
	if (i < l->again)
		return 1;
	*socklist_at(&t->socks, i) = *sock;
	return 0;
}

static int add_unheld(struct load *l, const struct fdmap_sock *sock)
{
	struct socktab *t = l->t;
	/* Before Linux 5.9 each namespace counted its own cookies. */
	uint64_t key = hash_mix(sock->cookie, sock->netns);
	struct fdmap_sock *same;
	uint32_t i;

	if (!(sock->told & FDMAP_TOLD_COOKIE))
		return append(&t->unheld, NULL, 0, sock);
	if (!hash_find(&t->by_cookie, key, &i) || i >= t->unheld.n)
		return append(&t->unheld, &t->by_cookie, key, sock);
	same = socklist_at(&t->unheld, i);
	if (same->cookie != sock->cookie || same->netns != sock->netns)
		return append(&t->unheld, &t->by_cookie, key, sock);
	if (i < l->again_unheld)
		return 1;
	*same = *sock;
	return 0;
}

/* mark: what was taken for this socket alone is given back when it is not kept. */
static int add(struct load *l, struct fdmap_sock *sock, struct arena_mark mark)
{
	int r = 1;

	sock->netns = l->from->netns;
	if (sock->ino)
		r = add_held(l, sock);
	else if (l->from->unheld)
		r = add_unheld(l, sock);
	if (r > 0)
		arena_rewind(&l->t->arena, mark);
	return r < 0 ? r : 0;
}

static int add_row(struct load *l, const struct socktext *text, struct span line)
{
	struct arena_mark mark = arena_mark(&l->t->arena);
	struct fdmap_sock sock;
	int err = text->parse(line, text, &l->t->arena, &sock);

	if (err < 0)
		return err == -EINVAL ? 0 : err;
	return add(l, &sock, mark);
}

static int parse_text(struct load *l, const struct socktext *text, struct span file)
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
		err = add_row(l, text, line);
		if (err < 0)
			return err;
	}
	return 0;
}

/* Rows of text are never told again: all that is there stays. */
static void begin_text(struct load *l)
{
	l->again = l->again_unheld = SIZE_MAX;
}

int socktab_parse(struct socktab *t, const struct socktext *text, struct span file)
{
	const struct socksource from = { 0 };
	struct load l = { .t = t, .from = &from };

	begin_text(&l);
	return parse_text(&l, text, file);
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

/* "self/net/tcp", or "net/tcp" in a process' directory. */
static void name_text(const struct socksource *from, const struct socktext *text, struct buf *name)
{
	/* What was entered is the namespace of this thread, not of the program. */
	if (!from->dir)
		buf_printf(name, "%s/", from->entered ? "thread-self" : from->root->self);
	buf_printf(name, "net/%s", text->file);
}

static int load_text(struct load *l, const struct socktext *text)
{
	struct root *root = l->from->root;
	struct buf name;
	int err;

	buf_init(&name);
	name_text(l->from, text, &name);
	if (name.failed) {
		buf_fini(&name);
		return -ENOMEM;
	}
	buf_reset(&l->file);
	begin_text(l);
	atomic_fetch_add_explicit(&root->counts.tables, 1, memory_order_relaxed);
	err = root_read(root, l->from->dir, buf_str(&name), &l->file);
	atomic_fetch_add_explicit(&root->counts.bytes, l->file.n, memory_order_relaxed);
	if (err == 0 && l->file.failed)
		err = -ENOMEM;
	if (err == -ENOENT)
		err = 0;
	else if (err < 0 && !root_exhausted(err))
		err = add_problem(l->t, strstr(buf_str(&name), "net/"), err);
	else if (err == 0)
		err = parse_text(l, text, (struct span){ buf_str(&l->file), l->file.n });
	/* Where it goes on is found by counting: what has ended meanwhile is missing there. */
	if (l->file.n > TEXT_PIECE)
		l->t->torn |= FAMILY_BIT(l->table);
	buf_fini(&name);
	return err;
}

bool socksource_asks(const struct socksource *from)
{
	return from->root->live && (!from->dir || from->entered);
}

struct answer {
	struct load *l;
	const struct sockdiag *d;
};

static int add_answer(void *arg, const void *msg, size_t n)
{
	struct answer *a = arg;
	struct arena *arena = &a->l->t->arena;
	struct arena_mark mark = arena_mark(arena);
	struct fdmap_sock sock;
	int err = a->d->parse(a->d, (struct span){ msg, n }, arena, &sock);

	if (err < 0)
		return err == -EINVAL ? 0 : err;
	return add(a->l, &sock, mark);
}

/* 0; 1: nobody tells, not even a part; or -errno. */
static int load_diag(struct load *l, const struct sockdiag *d)
{
	const struct sockwish wish = { l->from->filter, l->from->peers, l->from->whole };
	struct answer a = { l, d };
	struct buf req;
	int err = -EINTR;

	l->again = l->t->socks.n;
	l->again_unheld = l->t->unheld.n;
	buf_init(&req);
	d->ask(d, &wish, &req);
	if (req.failed)
		err = -ENOMEM;
	for (int i = 0; err == -EINTR && i < MAX_TRIES; i++)
		err = root_diag(l->from->root, &l->diag, req.p, req.n, add_answer, &a);
	buf_fini(&req);
	/* The same here, but counted in each of the kernel's buckets: only UNIX has few of these. */
	if (d->table == FDMAP_UNIX && l->t->socks.n - l->again > DIAG_PIECE)
		l->t->torn |= FAMILY_BIT(FDMAP_UNIX);
	if (err == 0 || err == -EINTR || root_exhausted(err))
		return err == -EINTR ? 0 : err;
	/* The text will tell those again, by no name that shows it. */
	l->t->unheld.n = l->again_unheld;
	return 1;
}

static int note_mated(struct socktab *t, uint32_t netns)
{
	uint32_t *v = reallocarray(t->mated, t->nmated + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	t->mated = v;
	v[t->nmated++] = netns;
	return 0;
}

bool socktab_is_mated(const struct socktab *t, uint32_t netns)
{
	for (size_t i = 0; i < t->nmated; i++)
		if (t->mated[i] == netns)
			return true;
	return false;
}

/* The version of IP, or what there is, that a text of the same family tells as well. */
static const struct sockdiag *diag_like(const struct family *family, const struct socktext *text)
{
	for (const struct sockdiag *d = family->diags; d && d->ask; d++)
		if (d->family == text->family)
			return d;
	return NULL;
}

static int load_text_family(struct load *l, const struct family *family, bool no_raw6)
{
	int err = 0;

	for (const struct socktext *text = family->texts; err == 0 && text && text->file; text++)
		if (!no_raw6 || family->table != FDMAP_RAW || text->family != AF_INET6)
			err = load_text(l, text);
	return err;
}

static int load_family(struct load *l, const struct family *family, bool no_raw6)
{
	int err = 0;

	l->table = family->table;
	if (!family->diags || !socksource_asks(l->from) ||
	    !(l->from->diag & FAMILY_BIT(family->table)))
		return load_text_family(l, family, no_raw6);
	for (const struct sockdiag *d = family->diags; err >= 0 && d->ask; d++) {
		const struct socktext *text = family->texts;

		if (no_raw6 && family->table == FDMAP_RAW && d->family == AF_INET6)
			continue;
		err = load_diag(l, d);
		if (err == 0 && l->from->peers && family->table == FDMAP_UNIX)
			err = note_mated(l->t, l->from->netns);
		/* In its place, and in silence: what one version does not tell, the other may. */
		for (; err == 1 && text && text->file; text++)
			if (diag_like(family, text) == d)
				err = load_text(l, text);
	}
	return err < 0 ? err : 0;
}

int socktab_load(struct socktab *t, const struct socksource *from, uint32_t families_wanted)
{
	uint32_t last = families_wanted & FAMILY_BIT(FDMAP_UNIX);
	bool no_raw6 = families_wanted & FAMILY_NO_RAW6;
	struct load l = { .t = t, .from = from };
	int err = 0;

	diag_init(&l.diag);
	buf_init(&l.file);
	for (size_t i = 0; i < FDMAP_SOCK_TABLES && err == 0; i++)
		if (families_wanted & ~last & FAMILY_BIT(i))
			err = load_family(&l, families[i], no_raw6);
	/* Anybody may put newlines and made-up rows into a path: real rows come first. */
	if (err == 0 && last)
		err = load_family(&l, families[FDMAP_UNIX], no_raw6);
	buf_fini(&l.file);
	diag_fini(&l.diag);
	return err;
}

const struct fdmap_sock *socktab_find(const struct socktab *t, uint64_t ino)
{
	uint32_t i;

	return ino && hash_find(&t->by_ino, ino, &i) ? socklist_at(&t->socks, i) : NULL;
}
