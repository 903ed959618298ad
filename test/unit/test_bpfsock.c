/* SPDX-License-Identifier: MIT */
/* Records of sockets as a pass of BPF writes them, and what the tables would tell of the same. */
#include "net/bpfsock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "test/lib/bpfrec.h"
#include "test/lib/unit.h"

static struct arena arena;
static struct bpfrec rec;
static struct bpfsock_wish wish;

/* A socket in a table, of which sock_diag tells everything. */
static void begin(uint16_t family, uint16_t type, uint16_t proto, uint8_t state)
{
	rec = bpfrec(family, type, proto, state);
	wish = (struct bpfsock_wish){
		.families = FAMILY_ALL,
		.diag = FAMILY_ALL,
		.peers = true,
		.whole = true,
	};
}

static void put_ends(const char *local, uint16_t lport, const char *remote, uint16_t rport)
{
	ck_assert_int_eq(inet_pton(rec.sock.family, local, rec.sock.laddr), 1);
	ck_assert_int_eq(inet_pton(rec.sock.family, remote, rec.sock.raddr), 1);
	rec.sock.lport = lport;
	rec.sock.rport = rport;
}

static int parse(struct fdmap_sock *s)
{
	return parse_bpfsock(&rec.file.h, &wish, &arena, s);
}

static struct fdmap_sock parsed(void)
{
	struct fdmap_sock s;

	memset(&s, 0xff, sizeof(s));
	ck_assert_int_eq(parse(&s), 0);
	ck_assert_uint_eq(s.ino, 77);
	ck_assert_uint_eq(s.family, rec.sock.family);
	ck_assert_ptr_null(s.x);
	ck_assert_uint_eq(s.npending, 0);
	return s;
}

static void refused(void)
{
	struct fdmap_sock s;

	ck_assert_int_eq(parse(&s), -EINVAL);
}

/* What sock_diag tells besides, the text does not: then there is nothing of it. */
static void check_told(const struct fdmap_sock *s, uint32_t told)
{
	ck_assert_uint_eq(s->told, told);
	ck_assert_uint_eq(s->cookie, told & FDMAP_TOLD_COOKIE ? BPFREC_COOKIE : 0);
	ck_assert_uint_eq(s->uid, told & FDMAP_TOLD_UID ? 1000 : 0);
	ck_assert_uint_eq(s->backlog, told & FDMAP_TOLD_BACKLOG ? 128 : 0);
}

START_TEST(test_tcp)
{
	const uint32_t told = FDMAP_TOLD_COOKIE | FDMAP_TOLD_UID;
	struct fdmap_sock s;

	for (uint8_t state = 1; state < 12; state++) {
		begin(AF_INET, SOCK_STREAM, IPPROTO_TCP, state);
		put_ends("127.0.0.1", 8080, "10.1.2.3", 33000);
		s = parsed();
		ck_assert_uint_eq(s.table, FDMAP_TCP);
		ck_assert_uint_eq(s.type, SOCK_STREAM);
		ck_assert_uint_eq(s.proto, IPPROTO_TCP);
		ck_assert_uint_eq(s.state, state);
		ck_assert_uint_eq(s.laddr.v4.s_addr, htonl(INADDR_LOOPBACK));
		ck_assert_uint_eq(s.raddr.v4.s_addr, htonl(0x0a010203));
		ck_assert_uint_eq(s.lport, 8080);
		ck_assert_uint_eq(s.rport, 33000);
		ck_assert_uint_eq(s.rq, 5);
		ck_assert_uint_eq(s.wq, 6);
		check_told(&s, told | (state == 10 ? FDMAP_TOLD_BACKLOG : 0));
		wish.diag = 0;
		s = parsed();
		check_told(&s, 0);
	}
	/* Nobody has given it one, and the kernel can't be asked for one, either. */
	begin(AF_INET, SOCK_STREAM, IPPROTO_TCP, 1);
	rec.sock.cookie = 0;
	ck_assert_uint_eq(parsed().told, FDMAP_TOLD_UID);
}
END_TEST

START_TEST(test_v6)
{
	struct in6_addr mapped;
	struct fdmap_sock s;

	begin(AF_INET6, SOCK_STREAM, IPPROTO_TCP, 1);
	put_ends("::ffff:127.0.0.1", 1, "fe80::1", 2);
	s = parsed();
	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped), 1);
	ck_assert_mem_eq(&s.laddr.v6, &mapped, sizeof(mapped));
	ck_assert_mem_eq(&s.raddr.v6, rec.sock.raddr, sizeof(mapped));
	/* Of an address of version 4 the rest is nothing, whatever stands there. */
	begin(AF_INET, SOCK_STREAM, IPPROTO_TCP, 1);
	memset(rec.sock.laddr, 0xff, sizeof(rec.sock.laddr));
	s = parsed();
	ck_assert_mem_eq((char *)&s.laddr + 4, "\0\0\0\0\0\0\0\0\0\0\0", 12);
}
END_TEST

/* Its connection is what the table of TCP has, under its inode. */
START_TEST(test_mptcp)
{
	begin(AF_INET, SOCK_STREAM, 262, 7);
	rec.sock.flags = 0;
	refused();
	rec.sock.flags = BPF_SOCK_SUBFLOW;
	refused();
	rec.sock.flags = BPF_SOCK_SUBFLOW | BPF_SOCK_TABLED;
	ck_assert_uint_eq(parsed().table, FDMAP_TCP);
	ck_assert_uint_eq(parsed().proto, IPPROTO_TCP);
}
END_TEST

static void check_datagram(uint16_t family, uint16_t proto, unsigned table)
{
	struct fdmap_sock s;

	for (uint8_t state = 1; state <= 7; state += 6) {
		begin(family, SOCK_DGRAM, proto, state);
		rec.sock.lport = 53;
		rec.sock.rport = 99;
		s = parsed();
		ck_assert_uint_eq(s.table, table);
		ck_assert_uint_eq(s.type, SOCK_DGRAM);
		ck_assert_uint_eq(s.proto, proto);
		ck_assert_uint_eq(s.state, state);
		ck_assert_uint_eq(s.lport, 53);
		ck_assert_uint_eq(s.rport, 99);
		ck_assert_uint_eq(s.rq, 5);
		ck_assert_uint_eq(s.wq, 6);
		/* No sock_diag knows the last one. */
		check_told(&s, table == FDMAP_ICMP ? 0 : FDMAP_TOLD_COOKIE | FDMAP_TOLD_UID);
		wish.diag = 0;
		s = parsed();
		check_told(&s, 0);
		rec.sock.flags = 0;
		refused();
	}
}

START_TEST(test_datagrams)
{
	check_datagram(AF_INET, IPPROTO_UDP, FDMAP_UDP);
	check_datagram(AF_INET6, IPPROTO_UDP, FDMAP_UDP);
	check_datagram(AF_INET, IPPROTO_UDPLITE, FDMAP_UDPLITE);
	check_datagram(AF_INET6, IPPROTO_UDPLITE, FDMAP_UDPLITE);
	check_datagram(AF_INET, IPPROTO_ICMP, FDMAP_ICMP);
	check_datagram(AF_INET6, IPPROTO_ICMPV6, FDMAP_ICMP);
}
END_TEST

/* Raw ones are that whatever protocol they are of. */
START_TEST(test_raw)
{
	static const uint16_t protos[] = { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW };

	for (size_t i = 0; i < ARRAY_LEN(protos); i++) {
		struct fdmap_sock s;

		begin(i % 2 ? AF_INET6 : AF_INET, SOCK_RAW, protos[i], 7);
		rec.sock.lport = protos[i];
		rec.sock.rport = 4;
		s = parsed();
		ck_assert_uint_eq(s.table, FDMAP_RAW);
		ck_assert_uint_eq(s.type, SOCK_RAW);
		ck_assert_uint_eq(s.proto, protos[i]);
		ck_assert_uint_eq(s.lport, protos[i]);
		ck_assert_uint_eq(s.rport, 0);
		check_told(&s, FDMAP_TOLD_COOKIE | FDMAP_TOLD_UID);
		rec.sock.flags = 0;
		refused();
	}
}
END_TEST

START_TEST(test_unix)
{
	static const struct {
		uint8_t state, shown;
		uint32_t flags, backlog;
	} states[] = { { 1, 3, 0, 0 }, { 7, 1, 0, 0 }, { 10, 1, 0x10000, FDMAP_TOLD_BACKLOG } };
	struct fdmap_sock s;

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		begin(AF_UNIX, SOCK_SEQPACKET, 1, states[i].state);
		rec.sock.peer = 78;
		memcpy(rec.sock.pointer, "00000000a7ca3a56", 16);
		s = parsed();
		ck_assert_uint_eq(s.table, FDMAP_UNIX);
		ck_assert_uint_eq(s.type, SOCK_SEQPACKET);
		ck_assert_uint_eq(s.proto, 0);
		ck_assert_uint_eq(s.state, states[i].shown);
		ck_assert_uint_eq(s.flags, states[i].flags);
		ck_assert_uint_eq(s.mate, 78);
		ck_assert_uint_eq(s.peer, 0);
		ck_assert_uint_eq(s.pointer, 0);
		ck_assert_uint_eq(s.rq, 5);
		ck_assert_uint_eq(s.wq, 6);
		ck_assert_ptr_null(s.path);
		check_told(&s, FDMAP_TOLD_COOKIE | FDMAP_TOLD_UID | states[i].backlog);
		wish.whole = wish.peers = false;
		s = parsed();
		check_told(&s, FDMAP_TOLD_COOKIE);
		ck_assert_uint_eq(s.rq + s.wq + s.mate, 0);
		wish.diag = 0;
		wish.whole = wish.peers = true;
		s = parsed();
		check_told(&s, 0);
		ck_assert_uint_eq(s.rq + s.wq, 0);
		ck_assert_uint_eq(s.state, states[i].shown);
		ck_assert_uint_eq(s.flags, states[i].flags);
		ck_assert_uint_eq(s.mate, 78);
		ck_assert_uint_eq(s.pointer, 0xa7ca3a56);
	}
}
END_TEST

static void check_pointer(const char *text, uint64_t pointer)
{
	begin(AF_UNIX, SOCK_STREAM, 0, 1);
	wish.diag = 0;
	memcpy(rec.sock.pointer, text, 16);
	ck_assert_uint_eq(parsed().pointer, pointer);
}

START_TEST(test_pointers)
{
	check_pointer("ffff888012345678", UINT64_C(0xffff888012345678));
	check_pointer("0000000000000000", 0);
	check_pointer("(____ptrval____)", 0);
	check_pointer("pK-error\0\0\0\0\0\0\0", 0);
	check_pointer("0000000012 34567", 0);
}
END_TEST

static void check_name(const char *bytes, size_t n, const char *diag, const char *text)
{
	struct fdmap_sock s;

	for (int i = 0; i < 2; i++) {
		const char *path = i ? text : diag;

		begin(AF_UNIX, SOCK_STREAM, 0, 1);
		bpfrec_name(&rec, bytes, n);
		wish.diag = i ? 0 : FAMILY_ALL;
		s = parsed();
		if (path)
			ck_assert_str_eq(s.path, path);
		else
			ck_assert_ptr_null(s.path);
	}
}

#define NAME(text) text, sizeof(text) - 1

START_TEST(test_names)
{
	char longest[BPF_SOCK_NAME];

	check_name(NAME("/tmp/zz sock\0"), "/tmp/zz sock", "/tmp/zz sock");
	check_name(NAME("\0abstract"), "@abstract", "@abstract");
	check_name(NAME("\0with\0nul\0"), "@with@nul@", "@with@nul@");
	check_name(NAME("\0"), "@", "@");
	check_name(NAME(""), NULL, NULL);
	/* A line of text ends there. */
	check_name(NAME("/two\nlines\0"), "/two\nlines", "/two");
	check_name(NAME("\0two\nlines"), "@two\nlines", "@two");
	check_name(NAME("\n\0"), "\n", NULL);
	memset(longest, 'x', sizeof(longest));
	begin(AF_UNIX, SOCK_STREAM, 0, 1);
	bpfrec_name(&rec, longest, sizeof(longest));
	ck_assert_uint_eq(strlen(parsed().path), sizeof(longest));
}
END_TEST

/* The file that is its name, if it has one and that is asked for. */
START_TEST(test_file)
{
	struct fdmap_sock s;

	begin(AF_UNIX, SOCK_STREAM, 0, 10);
	rec.sock.file_ino = 4711;
	rec.sock.file_dev = 259u << 20 | 7;
	s = parsed();
	ck_assert_uint_eq(s.file_ino, 4711);
	ck_assert_uint_eq(s.file_dev, makedev(259, 7));
	ck_assert(s.told & FDMAP_TOLD_FILE);
	wish.whole = false;
	s = parsed();
	ck_assert(!(s.told & FDMAP_TOLD_FILE));
	ck_assert_uint_eq(s.file_ino + s.file_dev, 0);
}
END_TEST

START_TEST(test_netlink)
{
	struct fdmap_sock s;

	begin(AF_NETLINK, SOCK_DGRAM, 15, 7);
	rec.sock.portid = 4000000000u;
	s = parsed();
	ck_assert_uint_eq(s.table, FDMAP_NETLINK);
	ck_assert_uint_eq(s.type, SOCK_DGRAM);
	ck_assert_uint_eq(s.proto, 15);
	ck_assert_uint_eq(s.lport32, 4000000000u);
	ck_assert_uint_eq(s.state, 0);
	ck_assert_uint_eq(s.rq, 5);
	ck_assert_uint_eq(s.wq, 6);
	check_told(&s, FDMAP_TOLD_COOKIE | FDMAP_TOLD_PORTID);
	wish.diag = 0;
	s = parsed();
	ck_assert_uint_eq(s.type, SOCK_RAW);
	check_told(&s, FDMAP_TOLD_PORTID);
	rec.sock.flags = 0;
	refused();
}
END_TEST

START_TEST(test_packet)
{
	struct fdmap_sock s;

	begin(AF_PACKET, SOCK_RAW, 0x0800, 7);
	rec.sock.ifindex = 2;
	s = parsed();
	ck_assert_uint_eq(s.table, FDMAP_PACKET);
	ck_assert_uint_eq(s.proto, 0x0800);
	ck_assert_uint_eq(s.ifindex, 2);
	ck_assert_uint_eq(s.state, 0);
	ck_assert_uint_eq(s.rq, 5);
	ck_assert_uint_eq(s.wq, 0);
	check_told(&s, FDMAP_TOLD_COOKIE | FDMAP_TOLD_UID);
	wish.diag = 0;
	s = parsed();
	check_told(&s, 0);
	rec.sock.ifindex = UINT32_MAX;
	ck_assert_uint_eq(parsed().ifindex, 0);
}
END_TEST

UNIT_MAIN("bpfsock", test_tcp, test_v6, test_mptcp, test_datagrams, test_raw, test_unix,
	  test_pointers, test_names, test_file, test_netlink, test_packet)
