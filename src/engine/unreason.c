/* SPDX-License-Identifier: MIT */
/*
 * A socket without an inode has no file, so that no process can have it: the kernel
 * keeps it for a connection that is not accepted yet, or not over yet.
 */
#include "engine/unreason.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/addr.h"

/* include/net/tcp_states.h */
enum {
	ESTABLISHED = 1,
	SYN_RECV = 3,
	FIN_WAIT1 = 4,
	FIN_WAIT2 = 5,
	TIME_WAIT = 6,
	CLOSE_WAIT = 8,
	LAST_ACK = 9,
	LISTEN = 10,
	CLOSING = 11,
	NEW_SYN_RECV = 12,
};

#define FLAG_ACCEPTCON 0x10000u /* __SO_ACCEPTCON */

enum fdmap_unowned unreason_of_state(const struct fdmap_sock *sock)
{
	if (sock->table == FDMAP_UNIX)
		return FDMAP_UNOWNED_PENDING;
	if (sock->table != FDMAP_TCP && sock->table != FDMAP_MPTCP && sock->table != FDMAP_SCTP)
		return FDMAP_UNOWNED_KERNEL;
	switch (sock->state) {
	case TIME_WAIT:
		return FDMAP_UNOWNED_TIME_WAIT;
	case SYN_RECV:
	case NEW_SYN_RECV:
		return FDMAP_UNOWNED_SYN_RECV;
	case FIN_WAIT1:
	case FIN_WAIT2:
	case LAST_ACK:
	case CLOSING:
		return FDMAP_UNOWNED_ORPHAN;
	case ESTABLISHED:
	case CLOSE_WAIT:
		return FDMAP_UNOWNED_PENDING;
	default:
		return FDMAP_UNOWNED_KERNEL;
	}
}

bool unreason_is_kernel(const struct fdmap_sock *sock)
{
	/* A port of 0 is the kernel's: others are given one when they are bound. */
	return sock->table == FDMAP_NETLINK && sock->told & FDMAP_TOLD_PORTID && !sock->lport32;
}

bool sock_listens(const struct fdmap_sock *sock)
{
	if (sock->table == FDMAP_UNIX)
		return sock->flags & FLAG_ACCEPTCON;
	return (sock->table == FDMAP_TCP || sock->table == FDMAP_MPTCP) && sock->state == LISTEN;
}

static int compare_u64(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

/* By what a connection has of its listener; its address may be more exact. */
static int compare_place(const struct fdmap_sock *x, const struct fdmap_sock *y)
{
	int r = compare_u64(x->table, y->table);

	if (r)
		return r;
	if (x->table == FDMAP_UNIX)
		return strcmp(x->path ? x->path : "", y->path ? y->path : "");
	r = compare_u64(x->netns, y->netns);
	return r ? r : compare_u64(x->lport, y->lport);
}

static int by_place(const void *a, const void *b)
{
	const struct fdmap_sock *x = *(const struct fdmap_sock *const *)a;
	const struct fdmap_sock *y = *(const struct fdmap_sock *const *)b;
	int r = compare_place(x, y);

	return r ? r : compare_u64(x->ino, y->ino);
}

int listeners_init(struct listeners *l, const struct socktab *t)
{
	size_t n = 0;

	*l = (struct listeners){ 0 };
	for (size_t i = 0; i < t->socks.n; i++)
		n += sock_listens(socklist_at(&t->socks, i));
	if (!n)
		return 0;
	l->v = reallocarray(NULL, n, sizeof(*l->v));
	if (!l->v)
		return -ENOMEM;
	for (size_t i = 0; i < t->socks.n; i++)
		if (sock_listens(socklist_at(&t->socks, i)))
			l->v[l->n++] = socklist_at(&t->socks, i);
	qsort(l->v, l->n, sizeof(*l->v), by_place);
	return 0;
}

void listeners_fini(struct listeners *l)
{
	free(l->v);
	*l = (struct listeners){ 0 };
}

static bool is_mapped(const struct in6_addr *six, const struct in_addr *four)
{
	return addr_is_v4mapped(six) && memcmp(&six->s6_addr[12], four, sizeof(*four)) == 0;
}

/*
 * How well does the listener's address fit? 0: not at all. A listener of both
 * versions gets connections of version 4, too; until they are made, the kernel does
 * not always tell their address.
 */
static unsigned fit_inet(const struct fdmap_sock *listener, const struct fdmap_sock *sock)
{
	bool any = addr_is_any(listener->family, &listener->laddr);

	if (listener->family == AF_INET6 && sock->family == AF_INET)
		return any ? 1 : is_mapped(&listener->laddr.v6, &sock->laddr.v4) ? 3 : 0;
	if (listener->family != sock->family)
		return 0;
	if (any)
		return 2;
	if (memcmp(&listener->laddr, &sock->laddr, sock->family == AF_INET ? 4 : 16) == 0)
		return 4;
	return addr_is_any(sock->family, &sock->laddr) ? 1 : 0;
}

/* A name may have been given again while the socket that had it lives on. */
static unsigned fit_unix(const struct fdmap_sock *listener, const struct fdmap_sock *sock)
{
	unsigned fit = 1;

	if (!sock->path || listener->type != sock->type)
		return 0;
	if (listener->told & sock->told & FDMAP_TOLD_FILE &&
	    listener->file_ino == sock->file_ino && listener->file_dev == sock->file_dev)
		fit += 2;
	return fit + (listener->netns == sock->netns);
}

static unsigned fit_of(const struct fdmap_sock *listener, const struct fdmap_sock *sock)
{
	unsigned fit = sock->table == FDMAP_UNIX ? fit_unix(listener, sock)
						 : fit_inet(listener, sock);

	return fit ? fit * 2 + (listener->rq || listener->npending) : 0;
}

const struct fdmap_sock *listeners_find(const struct listeners *l, const struct fdmap_sock *sock)
{
	const struct fdmap_sock *best = NULL;
	unsigned best_fit = 0;
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_place(l->v[mid], sock) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < l->n && compare_place(l->v[lo], sock) == 0; lo++) {
		unsigned fit = fit_of(l->v[lo], sock);

		if (fit > best_fit) {
			best = l->v[lo];
			best_fit = fit;
		}
	}
	return best;
}
