/* SPDX-License-Identifier: MIT */
/* Why nobody holds a socket: states, and which listener a connection was made to. */
#include "engine/unreason.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "test/lib/unit.h"

#define ACCEPTCON 0x10000u

static struct fdmap_sock tcp(uint8_t state, const char *addr, uint16_t port, uint64_t ino)
{
	struct fdmap_sock s = { .table = FDMAP_TCP,
				.family = strchr(addr, ':') ? AF_INET6 : AF_INET,
				.type = SOCK_STREAM,
				.state = state,
				.lport = port,
				.ino = ino };

	ck_assert_int_eq(inet_pton(s.family, addr, &s.laddr), 1);
	return s;
}

static struct fdmap_sock local(const char *path, uint32_t flags, uint64_t ino)
{
	return (struct fdmap_sock){ .table = FDMAP_UNIX,
				    .family = AF_UNIX,
				    .type = SOCK_STREAM,
				    .flags = flags,
				    .path = path,
				    .ino = ino };
}

/* A table of these sockets; its only piece is the caller's. */
struct table {
	struct socktab tab;
	struct fdmap_sock *piece[1];
	struct fdmap_sock socks[8];
};

static void add(struct table *t, struct fdmap_sock sock)
{
	t->piece[0] = t->socks;
	t->tab.socks.piece = t->piece;
	t->tab.socks.npieces = 1;
	t->socks[t->tab.socks.n++] = sock;
}

static uint64_t find(const struct table *t, const struct fdmap_sock *sock)
{
	const struct fdmap_sock *found;
	struct listeners l;
	uint64_t ino;

	ck_assert_int_eq(listeners_init(&l, &t->tab), 0);
	found = listeners_find(&l, sock);
	ino = found ? found->ino : 0;
	listeners_fini(&l);
	return ino;
}

START_TEST(states)
{
	static const struct {
		uint8_t state;
		enum fdmap_unowned why;
	} rows[] = {
		{ 1, FDMAP_UNOWNED_PENDING },	{ 3, FDMAP_UNOWNED_SYN_RECV },
		{ 4, FDMAP_UNOWNED_ORPHAN },	{ 5, FDMAP_UNOWNED_ORPHAN },
		{ 6, FDMAP_UNOWNED_TIME_WAIT }, { 7, FDMAP_UNOWNED_KERNEL },
		{ 8, FDMAP_UNOWNED_PENDING },	{ 9, FDMAP_UNOWNED_ORPHAN },
		{ 11, FDMAP_UNOWNED_ORPHAN },	{ 12, FDMAP_UNOWNED_SYN_RECV },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fdmap_sock s = tcp(rows[i].state, "127.0.0.1", 80, 0);

		ck_assert_int_eq(unreason_of_state(&s), rows[i].why);
	}
}
END_TEST

START_TEST(other_families)
{
	struct fdmap_sock s = local("/run/x", 0, 0);

	ck_assert_int_eq(unreason_of_state(&s), FDMAP_UNOWNED_PENDING);
	s.table = FDMAP_UDP;
	ck_assert_int_eq(unreason_of_state(&s), FDMAP_UNOWNED_KERNEL);
}
END_TEST

/* Only netlink tells that a socket is the kernel's. */
START_TEST(kernel_ports)
{
	struct fdmap_sock s = { .table = FDMAP_NETLINK, .told = FDMAP_TOLD_PORTID };

	ck_assert(unreason_is_kernel(&s));
	s.lport32 = 812;
	ck_assert(!unreason_is_kernel(&s));
	s.lport32 = 0;
	s.told = 0;
	ck_assert(!unreason_is_kernel(&s));
	s.told = FDMAP_TOLD_PORTID;
	s.table = FDMAP_UNIX;
	ck_assert(!unreason_is_kernel(&s));
}
END_TEST

START_TEST(exact_address_first)
{
	struct table t = { 0 };
	struct fdmap_sock s = tcp(1, "10.0.0.1", 80, 0);

	add(&t, tcp(10, "0.0.0.0", 80, 1));
	add(&t, tcp(10, "10.0.0.1", 80, 2));
	add(&t, tcp(10, "10.0.0.2", 80, 3));
	add(&t, tcp(1, "10.0.0.1", 80, 4));
	add(&t, tcp(10, "10.0.0.1", 81, 5));
	ck_assert_uint_eq(find(&t, &s), 2);
	s = tcp(1, "10.0.0.9", 80, 0);
	ck_assert_uint_eq(find(&t, &s), 1);
	s = tcp(1, "10.0.0.9", 82, 0);
	ck_assert_uint_eq(find(&t, &s), 0);
	s = tcp(1, "::1", 80, 0);
	ck_assert_uint_eq(find(&t, &s), 0);
}
END_TEST

/* Version 4 at a listener of version 6; one of version 4 comes first. */
START_TEST(both_versions)
{
	struct table t = { 0 };
	struct fdmap_sock v4 = tcp(3, "10.0.0.1", 80, 0), v6 = tcp(1, "::ffff:10.0.0.1", 80, 0);

	add(&t, tcp(10, "::", 80, 1));
	ck_assert_uint_eq(find(&t, &v4), 1);
	ck_assert_uint_eq(find(&t, &v6), 1);
	add(&t, tcp(10, "0.0.0.0", 80, 2));
	ck_assert_uint_eq(find(&t, &v4), 2);
	ck_assert_uint_eq(find(&t, &v6), 1);
	add(&t, tcp(10, "::ffff:10.0.0.1", 80, 3));
	ck_assert_uint_eq(find(&t, &v4), 3);
	ck_assert_uint_eq(find(&t, &v6), 3);
}
END_TEST

/* Several share an address: where somebody waits, then the oldest. */
START_TEST(shared_address)
{
	struct table t = { 0 };
	struct fdmap_sock s = tcp(1, "127.0.0.1", 80, 0);

	add(&t, tcp(10, "127.0.0.1", 80, 7));
	add(&t, tcp(10, "127.0.0.1", 80, 5));
	add(&t, tcp(10, "127.0.0.1", 80, 6));
	ck_assert_uint_eq(find(&t, &s), 5);
	t.socks[2].rq = 1;
	ck_assert_uint_eq(find(&t, &s), 6);
}
END_TEST

/* An address is one thing in one namespace, another in another. */
START_TEST(namespaces)
{
	struct table t = { 0 };
	struct fdmap_sock s = tcp(1, "127.0.0.1", 80, 0);

	add(&t, tcp(10, "127.0.0.1", 80, 5));
	s.netns = 3;
	ck_assert_uint_eq(find(&t, &s), 0);
	add(&t, tcp(10, "127.0.0.1", 80, 6));
	t.socks[1].netns = 3;
	ck_assert_uint_eq(find(&t, &s), 6);
}
END_TEST

START_TEST(local_sockets)
{
	struct table t = { 0 };
	struct fdmap_sock s = local("/run/x", 0, 0);

	add(&t, local("/run/x", 0, 1));
	add(&t, local(NULL, ACCEPTCON, 2));
	add(&t, local("/run/y", ACCEPTCON, 3));
	ck_assert_uint_eq(find(&t, &s), 0);
	add(&t, local("/run/x", ACCEPTCON, 4));
	ck_assert_uint_eq(find(&t, &s), 4);
	s.path = NULL;
	ck_assert_uint_eq(find(&t, &s), 0);
}
END_TEST

/* A name that was given again, and one that is known elsewhere by another namespace. */
START_TEST(local_names_again)
{
	struct table t = { 0 };
	struct fdmap_sock s = local("/run/x", 0, 0);

	s.told = FDMAP_TOLD_FILE;
	s.file_ino = 12;
	add(&t, local("/run/x", ACCEPTCON, 4));
	add(&t, local("/run/x", ACCEPTCON, 5));
	t.socks[1].told = FDMAP_TOLD_FILE;
	t.socks[1].file_ino = 12;
	t.socks[1].netns = 2;
	ck_assert_uint_eq(find(&t, &s), 5);
	t.socks[1].file_ino = 13;
	ck_assert_uint_eq(find(&t, &s), 4);
	t.socks[0].type = SOCK_SEQPACKET;
	ck_assert_uint_eq(find(&t, &s), 5);
}
END_TEST

START_TEST(no_listeners)
{
	struct table t = { 0 };
	struct fdmap_sock s = tcp(1, "127.0.0.1", 80, 0);

	ck_assert_uint_eq(find(&t, &s), 0);
	add(&t, tcp(1, "127.0.0.1", 80, 4));
	ck_assert_uint_eq(find(&t, &s), 0);
}
END_TEST

UNIT_MAIN("unreason", states, other_families, kernel_ports, exact_address_first, both_versions,
	  shared_address, namespaces, local_sockets, local_names_again, no_listeners)
