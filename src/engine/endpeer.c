/* SPDX-License-Identifier: MIT */
/*
 * Who is at the other end of a socket. First from the tables that were read anyway;
 * only if the other end of a row must be in another network namespace, or may be, are
 * all namespaces read, of the families concerned.
 */
#include "engine/endpeer.h"

#include <errno.h>
#include <sys/socket.h>

#include "engine/nsload.h"
#include "net/unixdiag.h"

const struct fdmap_sock *endpeer_find(const struct endpeers *p, uint64_t ino)
{
	const struct fdmap_sock *sock = socktab_find(&p->s->gate, ino);

	return sock ? sock : socktab_find(&p->s->rows, ino);
}

static bool is_inet(const struct fdmap_sock *sock)
{
	return FAMILY_BIT(sock->table) & FAMILY_INET;
}

/* Families of the rows that may have another end. */
static uint32_t families_of_rows(const struct fdmap_snapshot *s)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_sock *sock = s->procs[i].files[j].sock;

			if (sock && (is_inet(sock) || sock->table == FDMAP_UNIX))
				bits |= FAMILY_BIT(sock->table);
		}
	}
	return bits;
}

static bool has_own_unix(const struct socklist *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (socklist_at(l, i)->table == FDMAP_UNIX && !socklist_at(l, i)->netns)
			return true;
	return false;
}

static int out_of_memory(const struct fdmap_snapshot *s)
{
	return arena_failed(&s->gate.arena) || arena_failed(&s->rows.arena) ? -ENOMEM : 0;
}

/* Of our own namespace; that of others is read where they are. */
static int load_unix(struct fdmap_snapshot *s, struct root *root)
{
	const struct socksource own = { .root = root };
	int r = 0;

	if (has_own_unix(&s->gate.socks))
		r = unixdiag_load(&s->gate, &own);
	if (r == 0 && has_own_unix(&s->rows.socks))
		r = unixdiag_load(&s->rows, &own);
	if (r == 0)
		r = snapshot_problems(s, &s->gate);
	if (r == 0)
		r = snapshot_problems(s, &s->rows);
	return r < 0 ? r : out_of_memory(s);
}

static void forget_pairs(struct endpeers *p)
{
	endinet_fini(&p->inet);
	endlinks_fini(&p->links);
}

static int find_pairs(struct endpeers *p, uint32_t wanted)
{
	int r = 0;

	forget_pairs(p);
	if (wanted & FAMILY_INET) {
		r = endinet_init(&p->inet, p->s);
		if (r == 0)
			r = endlinks_add_inet(&p->links, &p->inet);
	}
	if (r == 0 && wanted & FAMILY_BIT(FDMAP_UNIX))
		r = endlinks_add_unix(&p->links, p->s);
	endlinks_sort(&p->links);
	return r;
}

static bool is_elsewhere(const struct endpeers *p, const struct fdmap_sock *sock)
{
	struct endpeer peer;
	size_t n;

	if (endinet_connected(sock))
		return !endinet_is_loopback(sock) && !endinet_find(&p->inet, sock, &peer);
	(void)endlinks_of(&p->links, sock, &n);
	if (sock->table != FDMAP_UNIX)
		return endinet_waiting(sock) > n;
	for (uint32_t i = 0; i < sock->npending; i++)
		if (sock->pending[i] && !endpeer_find(p, sock->pending[i]))
			return true;
	if (sock->mate)
		return !endpeer_find(p, sock->mate);
	/* Who sends to it is told by the senders; their namespaces may share its file. */
	if (sock->type == SOCK_DGRAM && sock->path && sock->path[0] != '@')
		return true;
	/* Of another namespace's sockets only that namespace tells the peers. */
	return sock->netns && !n;
}

/* Families of rows whose other end no table has told. */
static uint32_t families_elsewhere(const struct endpeers *p)
{
	const struct fdmap_snapshot *s = p->s;
	uint32_t bits = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_sock *sock = s->procs[i].files[j].sock;

			if (sock && !(bits & FAMILY_BIT(sock->table)) && is_elsewhere(p, sock))
				bits |= FAMILY_BIT(sock->table);
		}
	}
	return bits;
}

/* What the kernel has told is told on, also where it is not here. */
static void tell_mates(struct socktab *t)
{
	for (size_t i = 0; i < t->socks.n; i++) {
		struct fdmap_sock *sock = socklist_at(&t->socks, i);

		if (sock->table == FDMAP_UNIX && !sock->peer)
			sock->peer = sock->mate;
	}
}

int endpeers_init(struct endpeers *p, struct fdmap_snapshot *s, const struct scan *scan)
{
	uint32_t wanted = families_of_rows(s), elsewhere;
	int r = 0;

	*p = (struct endpeers){ .s = s };
	endlinks_init(&p->links);
	if (wanted & FAMILY_BIT(FDMAP_UNIX))
		r = load_unix(s, scan->root);
	if (r == 0)
		r = find_pairs(p, wanted);
	elsewhere = r == 0 ? families_elsewhere(p) : 0;
	if (elsewhere) {
		r = nsload_all(s, scan->root, scan->q, scan->plan, elsewhere);
		if (r == 0)
			r = out_of_memory(s);
		if (r == 0)
			r = find_pairs(p, wanted);
	}
	tell_mates(&s->gate);
	tell_mates(&s->rows);
	return r;
}

void endpeers_fini(struct endpeers *p)
{
	forget_pairs(p);
}

void endpeers_put(const struct endpeers *p, const struct fdmap_sock *sock, struct buf *out)
{
	const struct endlink *links;
	struct endpeer peer;
	size_t n;

	if (endinet_find(&p->inet, sock, &peer))
		buf_put(out, &peer, sizeof(peer));
	links = endlinks_of(&p->links, sock, &n);
	for (size_t i = 0; i < n; i++)
		buf_put(out, &links[i].to, sizeof(links[i].to));
}
