/* SPDX-License-Identifier: MIT */
/*
 * Pairs of Internet sockets. The kernel does not tell them; two sockets are two
 * ends when each is connected to the address of the other, whatever their states
 * and versions are: ::ffff:192.0.2.1 is 192.0.2.1. So a socket of another machine
 * that has the address of one here would be taken for it, which is rare enough.
 *
 * In its own namespace the other end of a socket is
 *  - the one with its addresses swapped. Two UDP sockets may have the same two
 *    addresses: then it is the oldest, by inode, whatever the order of the table;
 *  - if that one has no inode yet, because nobody has accepted it, its listener:
 *    bound to its very address, or else to any. Of several (SO_REUSEPORT) the only
 *    one in whose queue something waits, or none;
 *  - of UDP, the server that is bound to the address and connected to nothing: to the
 *    very address, or else to any, if the address is known to be of this namespace.
 *    Of several, none: each gets some of what is sent.
 * Where there is none, and the address is no loopback address, the same is looked for
 * in all other namespaces together; there it must be the only one.
 */
#include "engine/endinet.h"

#include <string.h>

#include "net/family.h"

/* include/net/tcp_states.h */
enum {
	ESTABLISHED = 1, /* of UDP: connected */
	SYN_RECV = 3,
	CLOSE = 7, /* of UDP: not connected */
	CLOSE_WAIT = 8,
	LISTEN = 10,
	NEW_SYN_RECV = 12,
};

static const struct in6_addr any4 = { .s6_addr = { [10] = 0xff, [11] = 0xff } }, any6;

static bool is_inet(const struct fdmap_sock *sock)
{
	return FAMILY_BIT(sock->table) & FAMILY_INET;
}

bool endinet_connected(const struct fdmap_sock *sock)
{
	return is_inet(sock) && sock->rport && sock->state != LISTEN && sock->state != CLOSE;
}

static bool is_server(const struct fdmap_sock *sock)
{
	return is_inet(sock) && sock->ino && sock->lport &&
	       sock->state == (sock->table == FDMAP_TCP ? LISTEN : CLOSE);
}

/* Of those that nobody holds: will somebody? The others are remembered only. */
static bool is_waiting(const struct fdmap_sock *sock)
{
	return sock->table == FDMAP_TCP && !sock->ino && sock->rport &&
	       (sock->state == ESTABLISHED || sock->state == SYN_RECV ||
		sock->state == CLOSE_WAIT || sock->state == NEW_SYN_RECV);
}

/* IPv4 as IPv6 has it, so that the two can be compared. */
static struct in6_addr address_of(const struct fdmap_sock *sock, bool remote)
{
	struct in6_addr a = any4;

	if (sock->family == AF_INET6)
		return remote ? sock->raddr.v6 : sock->laddr.v6;
	memcpy(&a.s6_addr[12], remote ? &sock->raddr.v4 : &sock->laddr.v4, 4);
	return a;
}

static bool same_address(const struct in6_addr *x, const struct in6_addr *y)
{
	return memcmp(x, y, sizeof(*x)) == 0;
}

static bool is_loopback(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

bool endinet_is_loopback(const struct fdmap_sock *sock)
{
	struct in6_addr a = address_of(sock, true);

	return is_loopback(&a);
}

uint32_t endinet_waiting(const struct fdmap_sock *sock)
{
	return sock->table == FDMAP_TCP && is_server(sock) ? sock->rq : 0;
}

static void put_end(uint8_t *to, uint16_t port, const struct in6_addr *a)
{
	to[0] = (uint8_t)(port >> 8);
	to[1] = (uint8_t)port;
	memcpy(to + 2, a, sizeof(*a));
}

/* remote NULL: of a server. */
static void make_key(uint8_t *key, unsigned table, uint16_t lport, const struct in6_addr *local,
		     uint16_t rport, const struct in6_addr *remote)
{
	key[0] = (uint8_t)table;
	put_end(key + 1, lport, local);
	put_end(key + 19, remote ? rport : 0, remote ? remote : &any6);
}

static void key_of(uint8_t *key, const struct fdmap_sock *sock, bool swapped)
{
	struct in6_addr local = address_of(sock, false), remote = address_of(sock, true);

	if (is_server(sock))
		make_key(key, sock->table, sock->lport, &local, 0, NULL);
	else if (swapped)
		make_key(key, sock->table, sock->rport, &remote, sock->lport, &local);
	else
		make_key(key, sock->table, sock->lport, &local, sock->rport, &remote);
}

static void add_all(struct endinet *e, const struct socklist *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct fdmap_sock *sock = socklist_at(l, i);

		if (!is_server(sock) && !is_waiting(sock) &&
		    !(sock->ino && endinet_connected(sock)))
			continue;
		key_of(endkeys_add(&e->keys, sock)->key, sock, false);
	}
}

/* Which namespace has which addresses; that of a server to all is none. */
static uint64_t place_of(const struct in6_addr *a, uint32_t netns)
{
	uint64_t halves[2];

	memcpy(halves, a, sizeof(halves));
	return hash_mix(hash_mix(halves[0], halves[1]), netns);
}

static int add_places(struct endinet *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < e->keys.n; i++) {
		struct in6_addr a = address_of(e->keys.v[i].sock, false);

		r = hash_put(&e->local, place_of(&a, e->keys.v[i].sock->netns), (uint32_t)i);
	}
	return r;
}

int endinet_init(struct endinet *e, const struct fdmap_snapshot *s)
{
	size_t most = s->gate.socks.n + s->gate.unheld.n + s->rows.socks.n + s->rows.unheld.n;

	int r = endkeys_init(&e->keys, most);

	hash_init(&e->local);
	if (r < 0)
		return r;
	add_all(e, &s->gate.socks);
	add_all(e, &s->gate.unheld);
	add_all(e, &s->rows.socks);
	add_all(e, &s->rows.unheld);
	r = endkeys_sort(&e->keys);
	return r < 0 ? r : add_places(e);
}

void endinet_fini(struct endinet *e)
{
	endkeys_fini(&e->keys);
	hash_fini(&e->local);
}

/* Does a socket of that namespace have the address? */
static bool is_local(const struct endinet *e, uint32_t netns, const struct in6_addr *a)
{
	const struct fdmap_sock *sock;
	struct in6_addr b;
	uint32_t i;

	if (is_loopback(a))
		return true;
	if (!hash_find(&e->local, place_of(a, netns), &i))
		return false;
	sock = e->keys.v[i].sock;
	b = address_of(sock, false);
	return sock->netns == netns && same_address(a, &b);
}

/* Where is looked: in one namespace, or in all but that one. */
struct where {
	uint32_t netns;
	bool elsewhere;
};

static bool is_there(const struct where *w, const struct fdmap_sock *sock)
{
	return (sock->netns == w->netns) != w->elsewhere;
}

/* How many servers are bound to `bound`, to reach `a`? One of them in *server. */
static size_t servers_at(const struct endinet *e, const struct where *w, unsigned table,
			 const struct in6_addr *bound, const struct in6_addr *a, uint16_t port,
			 const struct fdmap_sock **server)
{
	const struct fdmap_sock *busy = NULL;
	const struct endkey_row *v;
	uint8_t key[ENDKEY_LEN];
	size_t n, found = 0, nbusy = 0;

	make_key(key, table, port, bound, 0, NULL);
	v = endkeys_find(&e->keys, key, &n);
	for (size_t i = 0; i < n; i++) {
		if (!is_there(w, v[i].sock))
			continue;
		/* A connection proves that its address is of this namespace; UDP has none. */
		if (table != FDMAP_TCP && bound != a && !is_local(e, v[i].sock->netns, a))
			continue;
		if (table == FDMAP_TCP && v[i].sock->rq) {
			busy = v[i].sock;
			nbusy++;
		}
		*server = v[i].sock;
		found++;
	}
	if (found > 1 && nbusy == 1) {
		*server = busy;
		return 1;
	}
	return found;
}

/* The server that is reached at this address: its own address before any. */
static const struct fdmap_sock *server_of(const struct endinet *e, const struct where *w,
					  unsigned table, const struct in6_addr *a, uint16_t port)
{
	const struct in6_addr *bound[] = { a, &any4, &any6 };

	for (size_t i = IN6_IS_ADDR_UNSPECIFIED(a); i < 3; i++) {
		const struct fdmap_sock *server = NULL;
		size_t n;

		/* Version 6 is not served by what is bound to all of version 4. */
		if (i == 1 && (!IN6_IS_ADDR_V4MAPPED(a) || same_address(a, &any4)))
			continue;
		n = servers_at(e, w, table, bound[i], a, port, &server);
		if (n)
			return n == 1 ? server : NULL;
	}
	return NULL;
}

static bool accept_of(const struct endinet *e, const struct fdmap_sock *child, struct endpeer *peer)
{
	const struct where here = { .netns = child->netns };
	const struct in6_addr a = address_of(child, false);

	*peer = (struct endpeer){ .pending = true, .beyond = true };
	peer->sock = server_of(e, &here, child->table, &a, child->lport);
	return peer->sock;
}

/* Among those with the addresses swapped. 1: it is it; 0: there is none; -1: not to be told. */
static int find_swapped(const struct endinet *e, const struct where *w,
			const struct fdmap_sock *sock, struct endpeer *peer)
{
	const struct endkey_row *v;
	uint8_t key[ENDKEY_LEN];
	size_t n, found = 0;

	key_of(key, sock, true);
	v = endkeys_find(&e->keys, key, &n);
	for (size_t i = 0; i < n; i++)
		if (is_there(w, v[i].sock) && !found++)
			*peer = (struct endpeer){ .sock = v[i].sock };
	if (!found || (w->elsewhere && found > 1))
		return found ? -1 : 0;
	/* lsof tells of what is established. */
	peer->beyond = sock->state != ESTABLISHED || peer->sock->state != ESTABLISHED;
	if (peer->sock->ino)
		return 1;
	return accept_of(e, peer->sock, peer) ? 1 : -1;
}

bool endinet_find(const struct endinet *e, const struct fdmap_sock *sock, struct endpeer *peer)
{
	struct where w = { .netns = sock->netns };
	struct in6_addr a;

	if (!endinet_connected(sock))
		return false;
	a = address_of(sock, true);
	for (;;) {
		int r = find_swapped(e, &w, sock, peer);

		if (r)
			return r > 0;
		*peer = (struct endpeer){ 0 };
		if (sock->table != FDMAP_TCP)
			peer->sock = server_of(e, &w, sock->table, &a, sock->rport);
		if (peer->sock || w.elsewhere || is_loopback(&a))
			return peer->sock;
		w.elsewhere = true;
	}
}

int endinet_clients(const struct endinet *e, endinet_each *each, void *arg)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < e->keys.n; i++) {
		const struct fdmap_sock *sock = e->keys.v[i].sock;
		struct endpeer peer;

		/* Of TCP only what a socket that waits leads to is one. */
		if (is_server(sock) || (sock->table == FDMAP_TCP && sock->ino))
			continue;
		if (sock->ino) {
			if (endinet_find(e, sock, &peer) && is_server(peer.sock))
				r = each(arg, peer.sock, sock, false);
			continue;
		}
		/* Swapped twice: who is connected to the one that waits? */
		if (endinet_find(e, sock, &peer) && !is_server(peer.sock)) {
			const struct fdmap_sock *client = peer.sock;

			if (accept_of(e, sock, &peer))
				r = each(arg, peer.sock, client, true);
		}
	}
	return r;
}
