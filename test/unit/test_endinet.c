/* SPDX-License-Identifier: MIT */
/* Pairs of Internet sockets: by address, by listener, by server, and in other namespaces. */
#include "engine/endinet.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/endlink.h"
#include "test/lib/unit.h"

enum {
	EST = 1,
	FIN_WAIT2 = 5,
	SYN_SENT = 2,
	SYN_RECV = 3,
	TIME_WAIT = 6,
	CLOSE = 7,
	CLOSE_WAIT = 8,
	LISTEN = 10
};

static struct fdmap_snapshot *s;
static struct endinet e;
static uint64_t next_ino;

static struct fdmap_sock *add(struct socklist *l)
{
	if (!l->npieces) {
		l->piece = calloc(1, sizeof(*l->piece));
		l->piece[0] = calloc(SOCKLIST_PIECE, sizeof(**l->piece));
		l->npieces = 1;
	}
	ck_assert_uint_lt(l->n, SOCKLIST_PIECE);
	return socklist_at(l, l->n++);
}

static void set_end(struct fdmap_sock *sock, const char *text, bool remote)
{
	char host[64];
	const char *colon = strrchr(text, ':');

	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	sock->family = strchr(host, ':') ? AF_INET6 : AF_INET;
	ck_assert_int_eq(inet_pton(sock->family, host, remote ? &sock->raddr : &sock->laddr), 1);
	*(remote ? &sock->rport : &sock->lport) = (uint16_t)atoi(colon + 1);
}

/* A socket "LOCAL" or "LOCAL REMOTE", each ADDRESS:PORT; held unless it must not have an inode. */
static struct fdmap_sock *sock_of(uint8_t table, uint8_t state, uint32_t netns, const char *ends,
				  bool held)
{
	struct fdmap_sock *sock = add(held ? &s->rows.socks : &s->rows.unheld);
	char local[64], remote[64];

	sock->table = table;
	sock->state = state;
	sock->netns = netns;
	sock->ino = held ? ++next_ino : 0;
	if (sscanf(ends, "%63s %63s", local, remote) == 2)
		set_end(sock, remote, true);
	set_end(sock, local, false);
	return sock;
}

static struct fdmap_sock *tcp(uint8_t state, const char *ends)
{
	return sock_of(FDMAP_TCP, state, 0, ends, true);
}

static struct fdmap_sock *udp(const char *ends)
{
	return sock_of(FDMAP_UDP, strchr(ends, ' ') ? EST : CLOSE, 0, ends, true);
}

static struct fdmap_sock *there(uint32_t netns, uint8_t table, uint8_t state, const char *ends)
{
	return sock_of(table, state, netns, ends, true);
}

static struct fdmap_sock *waiting(uint8_t state, const char *ends)
{
	return sock_of(FDMAP_TCP, state, 0, ends, false);
}

static void setup(void)
{
	next_ino = 0;
	ck_assert_int_eq(snapshot_new(&s, 1, 0), 0);
}

static void ready(void)
{
	ck_assert_int_eq(endinet_init(&e, s), 0);
}

static void done(void)
{
	endinet_fini(&e);
	fdmap_snapshot_free(s);
}

static void expect_end(const struct fdmap_sock *sock, const struct fdmap_sock *want, bool pending,
		       bool beyond)
{
	struct endpeer peer = { 0 };

	ck_assert_int_eq(endinet_find(&e, sock, &peer), want != NULL);
	if (!want)
		return;
	ck_assert_ptr_eq(peer.sock, want);
	ck_assert_int_eq(peer.pending, pending);
	ck_assert_int_eq(peer.beyond, beyond);
}

static void expect(const struct fdmap_sock *sock, const struct fdmap_sock *want, bool pending)
{
	expect_end(sock, want, pending, pending);
}

static void expect_pair(const struct fdmap_sock *x, const struct fdmap_sock *y)
{
	expect(x, y, false);
	expect(y, x, false);
}

START_TEST(test_pairs)
{
	setup();
	struct fdmap_sock *a = tcp(EST, "127.0.0.1:40 127.0.0.1:80"),
			  *b = tcp(EST, "127.0.0.1:80 127.0.0.1:40");
	struct fdmap_sock *c = tcp(EST, "::1:41 ::1:80"), *d = tcp(EST, "::1:80 ::1:41");
	struct fdmap_sock *f = tcp(EST, "10.0.0.1:42 10.0.0.2:80"),
			  *g = tcp(EST, "10.0.0.2:80 10.0.0.1:42");
	struct fdmap_sock *listener = tcp(LISTEN, "127.0.0.1:80");
	struct fdmap_sock *alone = tcp(EST, "127.0.0.1:50 127.0.0.1:51");
	struct fdmap_sock *u = udp("127.0.0.1:40 127.0.0.1:80"),
			  *v = udp("127.0.0.1:80 127.0.0.1:40");
	struct fdmap_sock *self = udp("127.0.0.1:60 127.0.0.1:60");

	ready();
	expect_pair(a, b);
	expect_pair(c, d);
	expect_pair(f, g);
	expect_pair(u, v);
	expect(self, self, false);
	expect(listener, NULL, false);
	expect(alone, NULL, false);
	ck_assert(endinet_is_loopback(a) && endinet_is_loopback(c) && !endinet_is_loopback(f));
	done();
}
END_TEST

START_TEST(test_mapped)
{
	setup();
	struct fdmap_sock *a = tcp(EST, "127.0.0.1:40 127.0.0.1:80");
	struct fdmap_sock *b = tcp(EST, "::ffff:127.0.0.1:80 ::ffff:127.0.0.1:40");
	struct fdmap_sock *c = tcp(EST, "::127.0.0.1:80 ::127.0.0.1:40");

	ready();
	expect_pair(a, b);
	expect(c, NULL, false);
	ck_assert(endinet_is_loopback(b));
	done();
}
END_TEST

START_TEST(test_closing)
{
	setup();
	struct fdmap_sock *a = tcp(FIN_WAIT2, "127.0.0.1:40 127.0.0.1:80");
	struct fdmap_sock *b = tcp(CLOSE_WAIT, "127.0.0.1:80 127.0.0.1:40");
	struct fdmap_sock *c = tcp(EST, "127.0.0.1:41 127.0.0.1:80");

	tcp(LISTEN, "127.0.0.1:80");
	waiting(TIME_WAIT, "127.0.0.1:80 127.0.0.1:41");
	ready();
	/* lsof would not tell. */
	expect_end(a, b, false, true);
	expect_end(b, a, false, true);
	/* What is only remembered is at nobody's listener. */
	expect(c, NULL, false);
	done();
}
END_TEST

/* Two UDP sockets of the same addresses: the older one, wherever it stands. */
START_TEST(test_twins)
{
	setup();
	struct fdmap_sock *a = udp("127.0.0.1:40 127.0.0.1:80"),
			  *young = udp("127.0.0.1:80 127.0.0.1:40");
	struct fdmap_sock *old = udp("127.0.0.1:80 127.0.0.1:40");

	young->ino = 1000;
	ready();
	expect(a, old, false);
	expect(old, a, false);
	expect(young, a, false);
	done();
}
END_TEST

START_TEST(test_waiting)
{
	setup();
	struct fdmap_sock *all = tcp(LISTEN, "0.0.0.0:80"), *exact = tcp(LISTEN, "127.0.0.1:80");
	struct fdmap_sock *all6 = tcp(LISTEN, "::0:81");
	struct fdmap_sock *a = tcp(EST, "127.0.0.1:40 127.0.0.1:80"),
			  *b = tcp(EST, "10.0.0.1:41 10.0.0.1:80");
	struct fdmap_sock *c = tcp(EST, "127.0.0.1:42 127.0.0.1:81"),
			  *d = tcp(EST, "::1:43 ::1:81");
	struct fdmap_sock *half = tcp(SYN_SENT, "127.0.0.1:44 127.0.0.1:80");
	struct fdmap_sock *six = tcp(EST, "::1:45 ::1:80");

	waiting(EST, "127.0.0.1:80 127.0.0.1:40");
	waiting(CLOSE_WAIT, "10.0.0.1:80 10.0.0.1:41");
	waiting(EST, "::ffff:127.0.0.1:81 ::ffff:127.0.0.1:42");
	waiting(EST, "::1:81 ::1:43");
	waiting(SYN_RECV, "127.0.0.1:80 127.0.0.1:44");
	waiting(EST, "::1:80 ::1:45");
	ready();
	expect(a, exact, true);
	expect(b, all, true);
	expect(c, all6, true);
	expect(d, all6, true);
	expect(half, exact, true);
	/* What is bound to version 4 serves no other. */
	expect(six, NULL, false);
	done();
}
END_TEST

START_TEST(test_shared_port)
{
	setup();
	struct fdmap_sock *a = tcp(EST, "127.0.0.1:40 127.0.0.1:80");
	struct fdmap_sock *one = tcp(LISTEN, "127.0.0.1:80"), *two = tcp(LISTEN, "127.0.0.1:80");

	waiting(EST, "127.0.0.1:80 127.0.0.1:40");
	ready();
	expect(a, NULL, false);
	two->rq = 1;
	expect(a, two, true);
	one->rq = 1;
	expect(a, NULL, false);
	done();
}
END_TEST

START_TEST(test_udp_server)
{
	setup();
	struct fdmap_sock *exact = udp("127.0.0.1:53"), *all = udp("0.0.0.0:54"),
			  *all6 = udp("::0:55");
	struct fdmap_sock *a = udp("127.0.0.1:40 127.0.0.1:53"),
			  *b = udp("127.0.0.1:41 127.0.0.1:54");
	struct fdmap_sock *c = udp("127.0.0.1:42 127.0.0.1:55"), *d = udp("::1:43 ::1:55");
	struct fdmap_sock *own = udp("10.0.0.1:44 10.0.0.1:54"),
			  *far = udp("10.0.0.1:45 192.0.2.1:54");
	struct fdmap_sock *two = udp("127.0.0.1:46 127.0.0.1:56"),
			  *none = udp("127.0.0.1:47 127.0.0.1:57");

	udp("127.0.0.1:56");
	udp("127.0.0.1:56");
	tcp(LISTEN, "127.0.0.1:57");
	ready();
	expect(a, exact, false);
	expect(b, all, false);
	expect(c, all6, false);
	expect(d, all6, false);
	expect(own, all, false);
	/* Another machine's address: what is bound to all of ours is not meant. */
	expect(far, NULL, false);
	expect(two, NULL, false);
	expect(none, NULL, false);
	expect(exact, NULL, false);
	done();
}
END_TEST

START_TEST(test_namespaces)
{
	setup();
	struct fdmap_sock *a = tcp(EST, "10.9.0.1:40 10.9.0.2:80");
	struct fdmap_sock *b = there(2, FDMAP_TCP, EST, "10.9.0.2:80 10.9.0.1:40");
	struct fdmap_sock *loop = tcp(EST, "127.0.0.1:41 127.0.0.1:80"),
			  *two = tcp(EST, "10.9.0.1:42 10.9.0.2:80");
	struct fdmap_sock *both = tcp(EST, "10.9.0.1:43 10.9.0.2:80"),
			  *here = tcp(EST, "10.9.0.2:80 10.9.0.1:43");
	struct fdmap_sock *dns = sock_of(FDMAP_UDP, EST, 0, "10.9.0.1:44 10.9.0.2:53", true);
	struct fdmap_sock *server = there(2, FDMAP_UDP, CLOSE, "0.0.0.0:53");
	struct fdmap_sock *late = tcp(EST, "10.9.0.1:45 10.9.0.2:80");
	struct fdmap_sock *listener = there(2, FDMAP_TCP, LISTEN, "0.0.0.0:80");

	there(3, FDMAP_UDP, CLOSE, "0.0.0.0:53");
	there(2, FDMAP_TCP, EST, "127.0.0.1:80 127.0.0.1:41");
	there(2, FDMAP_TCP, EST, "10.9.0.2:80 10.9.0.1:42");
	there(4, FDMAP_TCP, EST, "10.9.0.2:80 10.9.0.1:42");
	there(2, FDMAP_TCP, EST, "10.9.0.2:80 10.9.0.1:43");
	tcp(LISTEN, "0.0.0.0:80");
	waiting(EST, "10.9.0.2:80 10.9.0.1:45")->netns = 2;
	ready();
	expect_pair(a, b);
	expect(loop, NULL, false);
	/* Two namespaces may have the same addresses: nobody can tell which it is. */
	expect(two, NULL, false);
	/* What is in its own namespace comes first. */
	expect_pair(both, here);
	/* Only namespace 2 is known to have the address. */
	expect(dns, server, false);
	/* The listener is looked for where the one that waits is. */
	expect(late, listener, true);
	done();
}
END_TEST

START_TEST(test_clients)
{
	struct endlinks links;
	size_t n;

	setup();
	struct fdmap_sock *server = udp("127.0.0.1:53"), *listener = tcp(LISTEN, "0.0.0.0:80");
	struct fdmap_sock *a = udp("127.0.0.1:40 127.0.0.1:53"),
			  *b = udp("127.0.0.1:41 127.0.0.1:53");
	struct fdmap_sock *c = tcp(EST, "127.0.0.1:42 127.0.0.1:80"),
			  *d = tcp(EST, "127.0.0.1:80 127.0.0.1:42");
	struct fdmap_sock *w = tcp(EST, "127.0.0.1:43 127.0.0.1:80");

	waiting(EST, "127.0.0.1:80 127.0.0.1:43");
	/* Who connected may be gone. */
	waiting(EST, "127.0.0.1:80 127.0.0.1:44");
	ready();
	endlinks_init(&links);
	ck_assert_ptr_null(endlinks_of(&links, server, &n));
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(endlinks_add_inet(&links, &e), 0);
	endlinks_sort(&links);
	const struct endlink *v = endlinks_of(&links, server, &n);

	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_eq(v[0].to.sock, a);
	ck_assert_ptr_eq(v[1].to.sock, b);
	ck_assert(v[0].to.beyond && !v[0].to.pending);
	v = endlinks_of(&links, listener, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_eq(v[0].to.sock, w);
	ck_assert(v[0].to.beyond && v[0].to.pending);
	ck_assert_ptr_null(endlinks_of(&links, a, &n));
	ck_assert_uint_eq(n, 0);
	expect_pair(c, d);
	endlinks_fini(&links);
	done();
}
END_TEST

/* A socket that stands in both tables is one. */
START_TEST(test_both_tables)
{
	setup();
	struct fdmap_sock *a = tcp(EST, "10.9.0.1:40 10.9.0.2:80");
	struct fdmap_sock *b = there(1, FDMAP_TCP, EST, "10.9.0.2:80 10.9.0.1:40");
	struct endpeer peer;

	*add(&s->gate.socks) = *b;
	ready();
	ck_assert(endinet_find(&e, a, &peer));
	ck_assert_uint_eq(peer.sock->ino, b->ino);
	done();
}
END_TEST

static struct fdmap_sock *local(uint64_t ino, uint8_t type, uint64_t peer, uint64_t mate)
{
	struct fdmap_sock *sock = add(&s->rows.socks);

	*sock = (struct fdmap_sock){
		.table = FDMAP_UNIX, .ino = ino, .type = type, .peer = peer, .mate = mate
	};
	ck_assert_int_eq(sockindex_put(&s->rows.by_ino, ino, (uint32_t)(s->rows.socks.n - 1)), 0);
	return sock;
}

/* "9 10-P 11+": inodes at the other end; '-' beyond lsof, 'P' pending. */
static void expect_links(const struct endlinks *l, const struct fdmap_sock *sock, const char *want)
{
	char text[200] = "", one[40];
	size_t n;
	const struct endlink *v = endlinks_of(l, sock, &n);

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(one, sizeof(one), "%llu%s%s ", (unsigned long long)v[i].to.sock->ino,
			       v[i].to.beyond ? "-" : "", v[i].to.pending ? "P" : "");
		strcat(text, one);
	}
	ck_assert_str_eq(text, want);
}

START_TEST(test_unix)
{
	const uint32_t pending[] = { 32, 31, 0, 99 };
	struct endlinks l;

	setup();
	/* Pairs; senders 11, 12, 13 of 10, which has a mate of its own; 40 is elsewhere. */
	struct fdmap_sock *a = local(1, 1, 2, 2), *b = local(2, 1, 1, 1);
	struct fdmap_sock *log = local(10, 2, 12, 14), *one = local(11, 2, 10, 10);
	struct fdmap_sock *two = local(12, 2, 10, 10), *three = local(13, 2, 10, 10);
	struct fdmap_sock *mate = local(14, 2, 10, 0), *far = local(20, 1, 0, 40);
	struct fdmap_sock *listener = local(30, 1, 32, 0), *w1 = local(31, 1, 0, 0);
	struct fdmap_sock *w2 = local(32, 1, 0, 0), *other = local(50, 1, 0, 51),
			  *foreign = local(51, 1, 0, 0);

	foreign->netns = 3;
	listener->pending = pending;
	listener->npending = 4;
	endlinks_init(&l);
	ck_assert_int_eq(endlinks_add_unix(&l, s), 0);
	endlinks_sort(&l);
	expect_links(&l, a, "2 ");
	expect_links(&l, b, "1 ");
	expect_links(&l, log, "11- 12 13- 14- ");
	expect_links(&l, one, "10 ");
	expect_links(&l, two, "10 ");
	expect_links(&l, three, "10 ");
	expect_links(&l, mate, "10 ");
	expect_links(&l, far, "");
	expect_links(&l, listener, "31-P 32P ");
	expect_links(&l, w1, "30-P ");
	expect_links(&l, w2, "30-P ");
	expect_links(&l, other, "51 ");
	/* Whose namespace tells nothing: what is told here is turned around. */
	expect_links(&l, foreign, "50 ");
	endlinks_fini(&l);
	fdmap_snapshot_free(s);
}
END_TEST

UNIT_MAIN("endinet", test_pairs, test_mapped, test_closing, test_twins, test_waiting,
	  test_shared_port, test_udp_server, test_namespaces, test_clients, test_both_tables,
	  test_unix)
