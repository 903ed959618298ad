/* SPDX-License-Identifier: MIT */
/* Peers of UNIX sockets: messages, text, and what the table makes of them. */
#include "net/unixdiag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "test/lib/unit.h"

/* Messages, one behind the other, aligned as the kernel aligns them. */
static _Alignas(8) char bytes[1024];
static size_t nbytes;
static struct buf told;

static void setup(void)
{
	nbytes = 0;
	buf_init(&told);
}

static void put(const void *p, size_t n)
{
	memcpy(bytes + nbytes, p, n);
	memset(bytes + nbytes + n, 0, NLMSG_ALIGN(n) - n);
	nbytes += NLMSG_ALIGN(n);
}

static size_t begin(uint16_t type, uint16_t flags)
{
	struct nlmsghdr head = { .nlmsg_type = type, .nlmsg_flags = flags };
	size_t at = nbytes;

	put(&head, sizeof(head));
	return at;
}

static void end(size_t at)
{
	uint32_t len = (uint32_t)(nbytes - at);

	memcpy(bytes + at, &len, sizeof(len));
}

static size_t begin_socket(uint8_t family, uint32_t ino)
{
	struct unix_diag_msg msg = { .udiag_family = family, .udiag_ino = ino };
	size_t at = begin(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI);

	put(&msg, sizeof(msg));
	return at;
}

static void put_attr(uint16_t type, const void *p, uint16_t n)
{
	struct nlattr attr = { .nla_type = type, .nla_len = (uint16_t)(sizeof(attr) + n) };

	put(&attr, sizeof(attr));
	put(p, n);
}

static void put_peer(uint32_t ino, uint32_t peer)
{
	size_t at = begin_socket(AF_UNIX, ino);

	put_attr(UNIX_DIAG_PEER, &peer, sizeof(peer));
	put_attr(UNIX_DIAG_SHUTDOWN, "", 1);
	end(at);
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

static void expect(int answer, const char *text)
{
	ck_assert_int_eq(unixdiag_parse(bytes, nbytes, note, &told), answer);
	ck_assert_str_eq(buf_str(&told), text);
	buf_fini(&told);
}

START_TEST(test_messages)
{
	const uint32_t pending[] = { 9, 10 };
	size_t at;

	setup();
	put_peer(7, 8);
	put_peer(11, 0);
	at = begin_socket(AF_UNIX, 12);
	put_attr(UNIX_DIAG_ICONS, pending, sizeof(pending));
	end(at);
	at = begin_socket(AF_UNIX, 13);
	end(at);
	expect(0, "7:8 11:0 12:0+9+10 13:0 ");
}
END_TEST

START_TEST(test_end)
{
	setup();
	put_peer(7, 8);
	end(begin(NLMSG_DONE, NLM_F_MULTI));
	put_peer(9, 10);
	expect(1, "7:8 ");
}
END_TEST

START_TEST(test_interrupted)
{
	setup();
	put_peer(7, 8);
	end(begin(NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR));
	expect(-EINTR, "7:8 ");
}
END_TEST

START_TEST(test_errors)
{
	struct nlmsgerr err = { .error = -ENOENT };
	size_t at;

	setup();
	at = begin(NLMSG_ERROR, 0);
	put(&err, sizeof(err));
	end(at);
	expect(-ENOENT, "");
	setup();
	end(begin(NLMSG_ERROR, 0));
	expect(-EPROTO, "");
	/* An error that says that there was none. */
	setup();
	err.error = 0;
	at = begin(NLMSG_ERROR, 0);
	put(&err, sizeof(err));
	end(at);
	expect(-EPROTO, "");
}
END_TEST

/* Cut at every place: less is told, and nothing behind the end is read. */
START_TEST(test_cut)
{
	size_t whole;

	setup();
	put_peer(7, 8);
	whole = nbytes;
	for (nbytes = 0; nbytes < whole; nbytes++)
		ck_assert_int_eq(unixdiag_parse(bytes, nbytes, note, &told), 0);
	ck_assert_str_eq(buf_str(&told), "");
	nbytes = whole;
	expect(0, "7:8 ");
}
END_TEST

START_TEST(test_short)
{
	uint16_t two = 2;
	size_t at;

	setup();
	/* Another family, no inode, half a peer, an attribute longer than its message. */
	end(begin_socket(AF_INET, 7));
	put_peer(0, 8);
	at = begin_socket(AF_UNIX, 9);
	put_attr(UNIX_DIAG_PEER, &two, sizeof(two));
	end(at);
	at = begin_socket(AF_UNIX, 10);
	put(&(struct nlattr){ .nla_type = UNIX_DIAG_PEER, .nla_len = 200 }, sizeof(struct nlattr));
	end(at);
	end(begin(SOCK_DIAG_BY_FAMILY, 0));
	expect(0, "9:0 10:0 ");
}
END_TEST

START_TEST(test_text)
{
	static const char text[] = "7 8\n12 0 9 10\n\n  13   14  \n0 5\n6\nx\n5000000000 1\n8 7 x\n"
				   "15 16";

	setup();
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
	ck_assert_uint_eq(t->n, 4);
}

static void join(struct socktab *t, uint64_t ino, uint64_t peer)
{
	unixdiag_join(t, &(struct unixdiag){ .ino = ino, .peer = peer });
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
	unixdiag_join(&t, &told_listener);
	ck_assert_uint_eq(PEER(&t, 8), 9);
	ck_assert_uint_eq(PEER(&t, 9), 0);
	socktab_fini(&t);
}
END_TEST

UNIT_MAIN("unixdiag", test_messages, test_end, test_interrupted, test_errors, test_cut, test_short,
	  test_text, test_pair, test_first_counts, test_pending)
