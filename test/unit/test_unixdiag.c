/* SPDX-License-Identifier: MIT */
/* Peers of UNIX sockets: messages, text, and what the table makes of them. */
#include "net/unixdiag.h"

#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "test/lib/diagmsg.h"
#include "test/lib/unit.h"

static struct buf told;

static struct diagmsg socket_of(uint8_t family, uint32_t ino)
{
	const struct unix_diag_msg head = { .udiag_family = family, .udiag_ino = ino };
	struct diagmsg m = { .n = 0 };

	diagmsg_put(&m, &head, sizeof(head));
	return m;
}

static void note(void *arg, const struct unixdiag *sock)
{
	uint32_t ino;

	buf_printf(arg, "%llu:%llu", (unsigned long long)sock->ino, (unsigned long long)sock->peer);
	for (size_t i = 0; i < sock->npending; i++) {
		memcpy(&ino, (const char *)sock->pending + 4 * i, 4);
		buf_printf(arg, "+%u", ino);
	}
	buf_putc(arg, ' ');
}

static void expect(const struct diagmsg *m, const char *text)
{
	struct unixdiag sock;

	buf_init(&told);
	if (unixdiag_parse(diagmsg_span(m), &sock))
		note(&told, &sock);
	ck_assert_str_eq(buf_str(&told), text);
	buf_fini(&told);
}

START_TEST(test_messages)
{
	const uint32_t pending[] = { 9, 10 }, peer = 8;
	struct diagmsg m = socket_of(AF_UNIX, 7);

	diagmsg_attr(&m, UNIX_DIAG_PEER, &peer, sizeof(peer));
	diagmsg_attr(&m, UNIX_DIAG_SHUTDOWN, "", 1);
	expect(&m, "7:8 ");
	m = socket_of(AF_UNIX, 12);
	diagmsg_attr(&m, UNIX_DIAG_ICONS, pending, sizeof(pending));
	expect(&m, "12:0+9+10 ");
	m = socket_of(AF_UNIX, 13);
	expect(&m, "13:0 ");
}
END_TEST

/* The file of its name: 12 bits of the device are the major number, 20 the minor one. */
START_TEST(test_file)
{
	const struct unix_diag_vfs file = { .udiag_vfs_ino = 77, .udiag_vfs_dev = 259u << 20 | 1u };
	struct diagmsg m = socket_of(AF_UNIX, 7);
	struct unixdiag sock;

	ck_assert(unixdiag_parse(diagmsg_span(&m), &sock));
	ck_assert_uint_eq(sock.file_ino, 0);
	diagmsg_attr(&m, UNIX_DIAG_VFS, &file, sizeof(file) - 1);
	ck_assert(unixdiag_parse(diagmsg_span(&m), &sock));
	ck_assert_uint_eq(sock.file_ino, 0);
	m = socket_of(AF_UNIX, 7);
	diagmsg_attr(&m, UNIX_DIAG_VFS, &file, sizeof(file));
	ck_assert(unixdiag_parse(diagmsg_span(&m), &sock));
	ck_assert_uint_eq(sock.file_ino, 77);
	ck_assert_uint_eq(sock.file_dev, makedev(259, 1));
}
END_TEST

/* Another family, no inode, half a peer, an attribute longer than its message, cut. */
START_TEST(test_short)
{
	const uint16_t two = 2;
	const uint32_t peer = 8;
	struct diagmsg m = socket_of(AF_INET, 7);

	expect(&m, "");
	m = socket_of(AF_UNIX, 0);
	expect(&m, "");
	m = socket_of(AF_UNIX, 9);
	diagmsg_attr(&m, UNIX_DIAG_PEER, &two, sizeof(two));
	expect(&m, "9:0 ");
	m = socket_of(AF_UNIX, 10);
	diagmsg_put(&m, &(struct nlattr){ .nla_type = UNIX_DIAG_PEER, .nla_len = 200 },
		    sizeof(struct nlattr));
	expect(&m, "10:0 ");
	m = socket_of(AF_UNIX, 11);
	diagmsg_attr(&m, UNIX_DIAG_PEER, &peer, sizeof(peer));
	for (size_t whole = m.n; m.n > 0; m.n--)
		expect(&m, m.n == whole ? "11:8 " : m.n < sizeof(struct unix_diag_msg) ? "" : "11:0 ");
}
END_TEST

START_TEST(test_text)
{
	static const char text[] = "7 8\n12 0 9 10\n\n  13   14  \n0 5\n6\nx\n5000000000 1\n8 7 x\n"
				   "15 16";

	buf_init(&told);
	unixdiag_parse_text((struct span){ text, sizeof(text) - 1 }, note, &told);
	ck_assert_str_eq(buf_str(&told), "7:8 12:0+9+10 13:14 8:7 15:16 ");
	buf_fini(&told);
}
END_TEST

#define ROW(ino) "0000000030e2d501: 00000002 00000000 00000000 0001 03 " #ino "\n"

static void load(struct socktab *t)
{
	static const char rows[] = "Num RefCount Protocol Flags Type St Inode Path\n" ROW(7) ROW(8)
		ROW(9) ROW(10);

	socktab_init(t);
	ck_assert_int_eq(socktab_parse(t, families[FDMAP_UNIX]->texts,
				       (struct span){ rows, sizeof(rows) - 1 }),
			 0);
	ck_assert_uint_eq(t->socks.n, 4);
}

static void join(struct socktab *t, uint64_t ino, uint64_t peer)
{
	unixdiag_join(t, 0, &(struct unixdiag){ .ino = ino, .peer = peer });
}

#define PEER(t, ino) (socktab_find(t, ino)->peer)

START_TEST(test_pair)
{
	struct socktab t;

	load(&t);
	join(&t, 7, 8);
	join(&t, 8, 7);
	ck_assert_uint_eq(PEER(&t, 7), 8);
	ck_assert_uint_eq(PEER(&t, 8), 7);
	/* What is not in the table is nobody's peer. */
	join(&t, 9, 77);
	join(&t, 77, 9);
	ck_assert_uint_eq(PEER(&t, 9), 0);
	socktab_fini(&t);
}
END_TEST

/* Two datagram sockets are connected to a third, which has the first of them. */
START_TEST(test_first_counts)
{
	struct socktab t;

	load(&t);
	join(&t, 9, 7);
	join(&t, 8, 7);
	ck_assert_uint_eq(PEER(&t, 7), 9);
	ck_assert_uint_eq(PEER(&t, 8), 7);
	ck_assert_uint_eq(PEER(&t, 9), 7);
	socktab_fini(&t);
}
END_TEST

START_TEST(test_pending)
{
	const uint32_t pending[] = { 77, 9, 10 };
	struct unixdiag told_listener = { .ino = 8, .pending = pending, .npending = 3 };
	struct socktab t;

	load(&t);
	unixdiag_join(&t, 0, &told_listener);
	ck_assert_uint_eq(PEER(&t, 8), 9);
	ck_assert_uint_eq(PEER(&t, 9), 0);
	socktab_fini(&t);
}
END_TEST

UNIT_MAIN("unixdiag", test_messages, test_file, test_short, test_text, test_pair,
	  test_first_counts, test_pending)
