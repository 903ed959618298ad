/* SPDX-License-Identifier: MIT */
/*
 * Two Internet sockets are two ends when each is connected to the address of the
 * other: the same protocol and version, and established, as lsof has it. The kernel
 * does not tell; so a socket of another machine that has the address of one here
 * would be taken for it, which is rare enough.
 */
#include "engine/endpeer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/unixdiag.h"

#define ESTABLISHED 1 /* TCP_ESTABLISHED, for UDP, too */

static bool is_connected(const struct fdmap_sock *sock)
{
	return FAMILY_BIT(sock->table) & FAMILY_INET && sock->state == ESTABLISHED;
}

static int compare_u16(uint16_t x, uint16_t y)
{
	return (x > y) - (x < y);
}

/* One socket's ends against those of another, or (swapped) against its other ends. */
static int compare_ends(const struct fdmap_sock *x, const struct fdmap_sock *y, bool swapped)
{
	size_t n = x->family == AF_INET6 ? sizeof(x->laddr.v6) : sizeof(x->laddr.v4);
	int r = compare_u16(x->table, y->table);

	if (!r)
		r = compare_u16(x->family, y->family);
	if (!r)
		r = compare_u16(x->lport, swapped ? y->rport : y->lport);
	if (!r)
		r = compare_u16(x->rport, swapped ? y->lport : y->rport);
	if (!r)
		r = memcmp(&x->laddr, swapped ? &y->raddr : &y->laddr, n);
	if (!r)
		r = memcmp(&x->raddr, swapped ? &y->laddr : &y->raddr, n);
	return r;
}

static int by_ends(const void *a, const void *b)
{
	const struct fdmap_sock *x = *(const struct fdmap_sock *const *)a;
	const struct fdmap_sock *y = *(const struct fdmap_sock *const *)b;
	int r = compare_ends(x, y, false);

	/* Sockets may share both addresses: the oldest is taken, whatever the order. */
	return r ? r : (x->ino > y->ino) - (x->ino < y->ino);
}

static void add_connected(struct endpeers *p, const struct socktab *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (is_connected(&t->v[i]))
			p->v[p->n++] = &t->v[i];
}

static int pair_connected(struct endpeers *p)
{
	const struct fdmap_snapshot *s = p->s;

	p->v = reallocarray(NULL, s->gate.n + s->rows.n + 1, sizeof(*p->v));
	if (!p->v)
		return -ENOMEM;
	add_connected(p, &s->gate);
	add_connected(p, &s->rows);
	if (p->n)
		qsort(p->v, p->n, sizeof(*p->v), by_ends);
	return 0;
}

int endpeers_init(struct endpeers *p, struct fdmap_snapshot *s, struct root *root)
{
	bool inet = false;
	const struct fdmap_sock *local = NULL;

	*p = (struct endpeers){ .s = s };
	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_sock *sock = s->procs[i].files[j].sock;

			inet = inet || (sock && is_connected(sock));
			if (sock && sock->table == FDMAP_UNIX)
				local = sock;
		}
	}
	/* All sockets of a family are in one of the tables. */
	if (local)
		unixdiag_load(socktab_find(&s->gate, local->ino) == local ? &s->gate : &s->rows,
			      root);
	return inet ? pair_connected(p) : 0;
}

void endpeers_fini(struct endpeers *p)
{
	free(p->v);
	*p = (struct endpeers){ 0 };
}

const struct fdmap_sock *endpeer_find(const struct endpeers *p, uint64_t ino)
{
	const struct fdmap_sock *sock = socktab_find(&p->s->gate, ino);

	return sock ? sock : socktab_find(&p->s->rows, ino);
}

const struct fdmap_sock *endpeer_of(const struct endpeers *p, const struct fdmap_sock *sock)
{
	size_t lo = 0, hi = p->n;

	if (sock->table == FDMAP_UNIX)
		return sock->peer ? endpeer_find(p, sock->peer) : NULL;
	if (!is_connected(sock))
		return NULL;
	/* The first that is not below it. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_ends(p->v[mid], sock, true) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < p->n && compare_ends(p->v[lo], sock, true) == 0 ? p->v[lo] : NULL;
}
