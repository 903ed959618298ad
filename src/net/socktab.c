/* SPDX-License-Identifier: MIT */
/* The sockets of network namespaces, by inode. */
#include "net/socktab.h"

#include <errno.h>
#include <stdlib.h>

#include "net/sockadd.h"

void socktab_init(struct socktab *t)
{
	*t = (struct socktab){ 0 };
	arena_init(&t->arena);
	sockindex_init(&t->by_ino);
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
	sockindex_fini(&t->by_ino);
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

static int append_held(struct socktab *t, const struct fdmap_sock *sock)
{
	struct fdmap_sock *slot = next_slot(&t->socks);
	int err = slot ? sockindex_put(&t->by_ino, sock->ino, (uint32_t)t->socks.n) : -ENOMEM;

	if (err < 0)
		return err;
	*slot = *sock;
	t->socks.n++;
	return 0;
}

/* key NULL: it is never looked for. */
static int append_unheld(struct socktab *t, const uint64_t *key, const struct fdmap_sock *sock)
{
	struct fdmap_sock *slot = next_slot(&t->unheld);
	int err = slot ? 0 : -ENOMEM;

	if (err == 0 && key)
		err = hash_put(&t->by_cookie, *key, (uint32_t)t->unheld.n);
	if (err < 0)
		return err;
	*slot = *sock;
	t->unheld.n++;
	return 0;
}

/* 1: it was there already. */
static int add_held(struct socktab *t, const struct sockadd *how, const struct fdmap_sock *sock)
{
	uint32_t i;

	/*
	 * An inode tells one socket on the whole machine; what comes again is a
	 * row that moved while the kernel walked its table, or made up in a path.
	 */
	if (!sockindex_find(&t->by_ino, &t->socks, sock->ino, &i))
		return append_held(t, sock);
	if (i < how->again)
		return 1;
	*socklist_at(&t->socks, i) = *sock;
	return 0;
}

static int add_unheld(struct socktab *t, const struct sockadd *how, const struct fdmap_sock *sock)
{
	/* Before Linux 5.9 each namespace counted its own cookies. */
	uint64_t key = hash_mix(sock->cookie, sock->netns);
	struct fdmap_sock *same;
	uint32_t i;

	if (!(sock->told & FDMAP_TOLD_COOKIE))
		return append_unheld(t, NULL, sock);
	if (!hash_find(&t->by_cookie, key, &i) || i >= t->unheld.n)
		return append_unheld(t, &key, sock);
	same = socklist_at(&t->unheld, i);
	if (same->cookie != sock->cookie || same->netns != sock->netns)
		return append_unheld(t, &key, sock);
	if (i < how->again_unheld)
		return 1;
	*same = *sock;
	return 0;
}

/* Its subflows have its inode: the first of them is the row. */
static int join_mptcp(struct fdmap_sock *row, const struct fdmap_sock *sock)
{
	/* Made for this table, and not shown to anybody yet. */
	struct fdmap_sockx *x = (struct fdmap_sockx *)row->x;

	if (row->table != FDMAP_TCP || !x || x->mptcp || !sock->x)
		return 1;
	x->mptcp = sock->x->mptcp;
	x->mptcp_len = sock->x->mptcp_len;
	return 0;
}

bool socksource_asks(const struct socksource *from)
{
	return from->root->live && (!from->dir || from->entered);
}

void socktab_rename(struct socktab *t, const struct fdmap_sock *sock)
{
	struct fdmap_sock *row;
	uint32_t i;

	if (!sock->ino || !sockindex_find(&t->by_ino, &t->socks, sock->ino, &i))
		return;
	row = socklist_at(&t->socks, i);
	if (row->netns != sock->netns || row->table != sock->table)
		return;
	row->path = sock->path;
	row->type = sock->type;
	row->state = sock->state;
	row->flags = sock->flags;
}

int socktab_join(struct socktab *t, const struct fdmap_sock *sock)
{
	const uint32_t told =
		FDMAP_TOLD_UID | FDMAP_TOLD_COOKIE | FDMAP_TOLD_FILE | FDMAP_TOLD_BACKLOG;
	struct fdmap_sock *row;
	uint32_t i;

	if (!sock->ino || !sockindex_find(&t->by_ino, &t->socks, sock->ino, &i))
		return 1;
	row = socklist_at(&t->socks, i);
	if (row->netns != sock->netns)
		return 1;
	if (sock->table == FDMAP_MPTCP)
		return join_mptcp(row, sock);
	if (row->table != sock->table || row->x)
		return 1;
	row->x = sock->x;
	row->rq = sock->rq;
	row->wq = sock->wq;
	row->uid = sock->uid;
	row->cookie = sock->cookie;
	row->backlog = sock->backlog;
	if (row->table == FDMAP_UNIX) {
		row->file_dev = sock->file_dev;
		row->file_ino = sock->file_ino;
	}
	row->told |= sock->told & told;
	return 0;
}

int socktab_add(struct socktab *t, const struct sockadd *how, const struct fdmap_sock *sock)
{
	if (sock->ino)
		return add_held(t, how, sock);
	return how->unheld ? add_unheld(t, how, sock) : 1;
}

int socktab_note_mated(struct socktab *t, uint32_t netns)
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

const struct fdmap_sock *socktab_find(const struct socktab *t, uint64_t ino)
{
	uint32_t i;

	if (!ino || !sockindex_find(&t->by_ino, &t->socks, ino, &i))
		return NULL;
	return socklist_at(&t->socks, i);
}
