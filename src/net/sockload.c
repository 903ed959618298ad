/* SPDX-License-Identifier: MIT */
/* Reading tables of sockets: as sock_diag tells them, or the files of net/ do. */
#include "net/socktab.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "net/sockadd.h"

/* A machine that is so busy that it tells nothing whole is believed as it is. */
#define MAX_TRIES 4
#define STATE_LISTEN 10 /* include/net/tcp_states.h */
/* What the kernel tells at once: a page of text; so many sockets in one message for certain. */
#define TEXT_PIECE 4096
#define DIAG_PIECE 16
/* So few seldom share one of the buckets that the kernel has for listeners, or for UDP. */
#define HASHED_FEW 256

/* One run of socktab_load. */
struct load {
	struct socktab *t;
	const struct socksource *from;
	struct diag diag;
	struct buf file; /* what is left of a text: half a line */
	size_t left, bytes; /* of it; that came at all */
	const struct socktext *text;
	bool begun; /* its header has been passed */
	enum fdmap_sock_table table;
	struct sockadd add;
	bool join;  /* what is told is of sockets that are there */
	bool mptcp; /* some of what was told is a part of MPTCP */
	bool odd;   /* a line of a text is no row, or tells of a socket again */
	size_t listeners; /* sockets of TCP that listen */
};

/* mark: what was taken for this socket alone is given back when it is not kept. */
static int add(struct load *l, struct fdmap_sock *sock, struct arena_mark mark)
{
	int r;

	sock->netns = l->from->netns;
	if (l->join && l->odd)
		socktab_rename(l->t, sock);
	r = l->join ? socktab_join(l->t, sock) : socktab_add(l->t, &l->add, sock);
	if (r > 0 && !(l->join && l->odd))
		arena_rewind(&l->t->arena, mark);
	l->odd |= r > 0 && !l->join && sock->ino;
	return r < 0 ? r : 0;
}

static int add_row(struct load *l, const struct socktext *text, struct span line)
{
	struct arena_mark mark = arena_mark(&l->t->arena);
	struct fdmap_sock sock;
	int err = text->parse(line, text, &l->t->arena, &sock);

	l->odd |= err == -EINVAL;
	if (err < 0)
		return err == -EINVAL ? 0 : err;
	if (l->from->more && text->extend)
		err = text->extend(line, l->from->more, &l->t->arena, &sock);
	return err < 0 ? err : add(l, &sock, mark);
}

static int parse_lines(struct load *l, struct span lines)
{
	struct cursor c = cursor_span(lines);
	struct span line;
	bool whole;
	int err;

	while (cursor_line(&c, &line, &whole)) {
		if (!whole)
			break;
		err = l->begun ? add_row(l, l->text, line) : 0;
		l->begun = true;
		if (err < 0)
			return err;
	}
	return 0;
}

/* Whole lines of a text that goes on coming: what is behind them waits for its end. */
static int take_lines(void *arg, struct buf *file)
{
	struct load *l = arg;
	const char *end = memrchr(file->p + l->left, '\n', file->n - l->left);
	size_t n = end ? (size_t)(end + 1 - file->p) : 0;
	int err = parse_lines(l, (struct span){ file->p, n });

	l->bytes += file->n - l->left;
	l->left = file->n -= n;
	memmove(file->p, file->p + n, l->left + 1);
	return err;
}

/* Rows of text are never told again: all that is there stays. */
static void begin_text(struct load *l, const struct socktext *text)
{
	l->text = text;
	l->begun = false;
	l->left = l->bytes = 0;
	l->add = (struct sockadd){ SIZE_MAX, SIZE_MAX, l->from->unheld };
}

int socktab_parse(struct socktab *t, const struct socktext *text, struct span file)
{
	const struct socksource from = { 0 };
	struct load l = { .t = t, .from = &from };

	begin_text(&l, text);
	return parse_lines(&l, file);
}

int socktab_problem(struct socktab *t, const char *source, int err)
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

struct check {
	struct load *l;
	const struct sockdiag *d;
	bool lacks;
};

static int check_answer(void *arg, const void *msg, size_t n)
{
	struct check *c = arg;
	struct arena *arena = &c->l->t->arena;
	struct arena_mark mark = arena_mark(arena);
	const struct span answer = { msg, n };
	struct fdmap_sock sock;
	int err = c->d->parse(c->d, answer, arena, &sock);

	if (err == 0 && sock.ino && !socktab_find(c->l->t, sock.ino))
		c->lacks = true;
	arena_rewind(arena, mark);
	return err == -EINVAL ? 0 : err;
}

/*
 * Does a second answer, a short one, tell of sockets that the table has not? 1, where nobody
 * answers, too; 0; -errno. Only listeners of TCP share buckets.
 */
static int lacks_rows(struct load *l, const struct sockdiag *d)
{
	struct sockfilter filter = { .nports = 0 };
	const struct sockwish wish = { .filter = &filter };
	struct check c = { l, d, false };
	struct buf req;
	int err;

	if (l->from->filter)
		filter = *l->from->filter;
	else
		memset(filter.states, 0xff, sizeof(filter.states));
	if (d->table == FDMAP_TCP)
		filter.states[FDMAP_TCP] &= 1u << STATE_LISTEN;
	buf_init(&req);
	d->ask(d, &wish, &req);
	err = req.failed ? -ENOMEM
			 : root_diag(l->from->root, &l->diag, req.p, req.n, check_answer, &c);
	buf_fini(&req);
	if (err < 0)
		return root_exhausted(err) ? err : 1;
	return c.lacks;
}

/* The table at hand may lack rows. 0 or -errno. */
static int mark_torn(struct load *l, int family)
{
	const struct sockdiag *d = families[l->table]->diags;
	int err = 1;

	while (d && d->ask && d->family != family)
		d++;
	/* Nobody is asked where only the text is wanted. */
	if (l->from->checked && l->from->diag && d && d->ask && !l->join &&
	    socksource_asks(l->from))
		err = lacks_rows(l, d);
	if (err > 0)
		l->t->torn |= FAMILY_BIT(l->table);
	return err < 0 ? err : 0;
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
	begin_text(l, text);
	atomic_fetch_add_explicit(&root->counts.tables, 1, memory_order_relaxed);
	err = root_read_by(root, l->from->dir, buf_str(&name), &l->file, take_lines, l);
	atomic_fetch_add_explicit(&root->counts.bytes, l->bytes, memory_order_relaxed);
	if (err == -ENOENT)
		err = 0;
	else if (err < 0 && !root_exhausted(err))
		err = socktab_problem(l->t, strstr(buf_str(&name), "net/"), err);
	if (l->bytes)
		l->t->by_text |= FAMILY_BIT(l->table);
	buf_fini(&name);
	/* Where it goes on is found by counting: what has ended meanwhile is missing there. */
	if (err == 0 && l->bytes > TEXT_PIECE)
		err = mark_torn(l, text->family);
	return err;
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
	const struct span answer = { msg, n };
	const uint32_t more = a->l->from->more;
	struct fdmap_sock sock;
	int err = a->d->parse(a->d, answer, arena, &sock);

	if (err < 0)
		return err == -EINVAL ? 0 : err;
	a->l->listeners += sock.table == FDMAP_TCP && sock.state == STATE_LISTEN;
	if (more && a->d->extend)
		err = a->d->extend(a->d, answer, more, arena, &sock);
	if (sock.x && sock.x->ulp && strcmp(sock.x->ulp, "mptcp") == 0)
		a->l->mptcp = true;
	return err < 0 ? err : add(a->l, &sock, mark);
}

/*
 * Where it goes on is found by counting here, too, but in each of the kernel's buckets: what
 * has ended meanwhile before the place in the same bucket. UNIX has few buckets, UDP and the
 * listeners of TCP have more, its connections more than there are connections.
 */
static bool may_lack_rows(const struct load *l, const struct sockdiag *d)
{
	size_t told = l->t->socks.n - l->add.again;

	if (d->table == FDMAP_TCP)
		return l->listeners > HASHED_FEW;
	if (d->table == FDMAP_UDP || d->table == FDMAP_UDPLITE)
		return told > HASHED_FEW;
	return d->table == FDMAP_UNIX && told > DIAG_PIECE;
}

/* 0; 1: nobody tells, not even a part; or -errno. */
static int load_diag(struct load *l, const struct sockdiag *d)
{
	const struct socksource *from = l->from;
	const struct sockwish wish = { from->filter, from->peers && !l->join, from->whole,
				       from->more };
	struct answer a = { l, d };
	struct buf req;
	int err = -EINTR;

	l->add = (struct sockadd){ l->t->socks.n, l->t->unheld.n, from->unheld };
	l->listeners = 0;
	buf_init(&req);
	d->ask(d, &wish, &req);
	if (req.failed)
		err = -ENOMEM;
	for (int i = 0; err == -EINTR && i < MAX_TRIES; i++)
		err = root_diag(from->root, &l->diag, req.p, req.n, add_answer, &a);
	buf_fini(&req);
	if ((err == 0 || err == -EINTR) && may_lack_rows(l, d)) {
		int failed = mark_torn(l, d->family);

		err = failed < 0 ? failed : err;
	}
	if (err == 0 || err == -EINTR)
		l->t->by_diag |= FAMILY_BIT(d->table);
	if (err == 0 || err == -EINTR || root_exhausted(err))
		return err == -EINTR ? 0 : err;
	/* The text will tell those again, by no name that shows it. */
	l->t->unheld.n = l->add.again_unheld;
	return 1;
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

/* What sock_diag tells of sockets that another table has; nobody tells: nothing. */
static int join_diag(struct load *l, const struct family *family)
{
	int err = 0;

	l->join = true;
	for (const struct sockdiag *d = family->diags; err >= 0 && d->ask; d++)
		err = load_diag(l, d);
	l->join = false;
	return err < 0 ? err : 0;
}

static int load_family(struct load *l, const struct family *family, bool no_raw6)
{
	int err = 0;

	l->table = family->table;
	l->mptcp = false;
	if (!family->diags || !socksource_asks(l->from) ||
	    !(l->from->diag & FAMILY_BIT(family->table)))
		return load_text_family(l, family, no_raw6);
	for (const struct sockdiag *d = family->diags; err >= 0 && d->ask; d++) {
		const struct socktext *text = family->texts;

		if (no_raw6 && family->table == FDMAP_RAW && d->family == AF_INET6)
			continue;
		err = load_diag(l, d);
		if (err == 0 && l->from->peers && family->table == FDMAP_UNIX)
			err = socktab_note_mated(l->t, l->from->netns);
		/* In its place, and in silence: what one version does not tell, the other may. */
		for (; err == 1 && text && text->file; text++)
			if (diag_like(family, text) == d)
				err = load_text(l, text);
	}
	if (err >= 0 && l->mptcp)
		err = join_diag(l, families[FDMAP_MPTCP]);
	return err < 0 ? err : 0;
}

static int load_unix(struct load *l)
{
	const struct socksource *from = l->from;
	/* The text alone tells some things, and sock_diag others. */
	bool more = from->more && from->also & FAMILY_BIT(FDMAP_UNIX);
	int err;

	l->odd = false;
	err = load_family(l, families[FDMAP_UNIX], false);
	/* A newline in a name cuts it; what follows may be made up to be another's row. */
	if (err == 0 && (more || (l->odd && from->diag)) && socksource_asks(from))
		err = join_diag(l, families[FDMAP_UNIX]);
	return err;
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
		err = load_unix(&l);
	buf_fini(&l.file);
	diag_fini(&l.diag);
	return err;
}
