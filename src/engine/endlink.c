/* SPDX-License-Identifier: MIT */
/*
 * Links between sockets. lsof tells of a UNIX socket the one peer it has found: its
 * own, or the first that says that it is connected to it, or the first that waits to
 * be accepted (fdmap_sock.peer). The others are links that lsof has not: all that
 * send to a datagram socket, all that wait, and the listener they wait for.
 */
#include "engine/endlink.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

void endlinks_init(struct endlinks *l)
{
	*l = (struct endlinks){ 0 };
}

void endlinks_fini(struct endlinks *l)
{
	free(l->v);
	endlinks_init(l);
}

static int add(struct endlinks *l, const struct fdmap_sock *from, const struct fdmap_sock *to,
	       bool pending, bool beyond)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct endlink *v = reallocarray(l->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = (struct endlink){ from, { to, pending, beyond } };
	return 0;
}

static const struct fdmap_sock *find(const struct fdmap_snapshot *s, uint64_t ino)
{
	const struct fdmap_sock *sock = socktab_find(&s->gate, ino);

	if (!sock)
		sock = socktab_find(&s->rows, ino);
	return sock && sock->table == FDMAP_UNIX ? sock : NULL;
}

/* To the one it is connected to, and back. */
static int add_mate(struct endlinks *l, const struct fdmap_snapshot *s,
		    const struct fdmap_sock *sock)
{
	const struct fdmap_sock *mate = find(s, sock->mate);
	int r;

	if (!mate)
		return 0;
	r = add(l, sock, mate, false, sock->peer && sock->peer != mate->ino);
	/* Streams have one other end; of datagrams, who is told is told by `peer`. */
	if (r == 0)
		r = add(l, mate, sock, false,
			mate->peer ? mate->peer != sock->ino : sock->type == SOCK_DGRAM);
	return r;
}

static int add_waiting(struct endlinks *l, const struct fdmap_snapshot *s,
		       const struct fdmap_sock *listener)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < listener->npending; i++) {
		const struct fdmap_sock *client = find(s, listener->pending[i]);

		if (!client)
			continue;
		r = add(l, listener, client, true, listener->peer != client->ino);
		if (r == 0)
			r = add(l, client, listener, true, client->peer != listener->ino);
	}
	return r;
}

static int add_list(struct endlinks *l, const struct fdmap_snapshot *s, const struct socklist *list)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->n; i++) {
		const struct fdmap_sock *sock = socklist_at(list, i);

		if (sock->table != FDMAP_UNIX)
			continue;
		r = add_mate(l, s, sock);
		if (r == 0)
			r = add_waiting(l, s, sock);
	}
	return r;
}

int endlinks_add_unix(struct endlinks *l, const struct fdmap_snapshot *s)
{
	int r = add_list(l, s, &s->gate.socks);

	return r ? r : add_list(l, s, &s->rows.socks);
}

static int add_client(void *arg, const struct fdmap_sock *server, const struct fdmap_sock *client,
		      bool pending)
{
	return add(arg, server, client, pending, true);
}

int endlinks_add_inet(struct endlinks *l, const struct endinet *inet)
{
	return endinet_clients(inet, add_client, l);
}

/* A socket may stand in both tables: it is told by its inode. */
static int compare(const struct fdmap_sock *x, const struct fdmap_sock *y)
{
	return (x->ino > y->ino) - (x->ino < y->ino);
}

static int by_ends(const void *a, const void *b)
{
	const struct endlink *x = a, *y = b;
	int r = compare(x->from, y->from);

	if (!r)
		r = compare(x->to.sock, y->to.sock);
	return r ? r : x->to.beyond - y->to.beyond;
}

void endlinks_sort(struct endlinks *l)
{
	size_t kept = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_ends);
	for (size_t i = 0; i < l->n; i++)
		if (!kept || compare(l->v[kept - 1].from, l->v[i].from) != 0 ||
		    compare(l->v[kept - 1].to.sock, l->v[i].to.sock) != 0)
			l->v[kept++] = l->v[i];
	l->n = kept;
}

const struct endlink *endlinks_of(const struct endlinks *l, const struct fdmap_sock *sock,
				  size_t *n)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(l->v[mid].from, sock) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (*n = 0; lo + *n < l->n && compare(l->v[lo + *n].from, sock) == 0; ++*n)
		;
	return *n ? l->v + lo : NULL;
}
