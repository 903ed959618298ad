/* SPDX-License-Identifier: MIT */
/* Records of sockets on their way into a table: which are wanted, and whose word counts. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/bpfsock.h"
#include "test/lib/bpfrec.h"
#include "test/lib/unit.h"

static struct socktab tab;

static bool find_netns(void *ctx, uint32_t ino, uint32_t *number)
{
	ck_assert_ptr_eq(ctx, &tab);
	*number = 3;
	return ino == BPFREC_NETNS;
}

static struct bpfsock_wish wish_of(uint32_t tables)
{
	return (struct bpfsock_wish){
		.families = tables,
		.diag = FAMILY_ALL,
		.netns = find_netns,
		.ctx = &tab,
	};
}

static int add(const struct bpfrec *r, const struct bpfsock_wish *wish)
{
	return socktab_add_bpf(&tab, &r->file.h, wish);
}

static int add_one(const struct bpfrec *r, const struct bpfsock_wish *wish)
{
	int err;

	socktab_init(&tab);
	err = add(r, wish);
	ck_assert_uint_eq(tab.socks.n, err == 0);
	ck_assert_ptr_eq(socktab_find(&tab, 77), err ? NULL : socklist_at(&tab.socks, 0));
	socktab_fini(&tab);
	return err;
}

START_TEST(test_add)
{
	struct bpfsock_wish wish = wish_of(FAMILY_ALL);
	struct bpfrec r = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);

	socktab_init(&tab);
	bpfrec_name(&r, "/first", 7);
	ck_assert_int_eq(add(&r, &wish), 0);
	/* Another holder, or another thing by now: what is there stays. */
	bpfrec_name(&r, "/second", 8);
	r.file.h.pid = 8;
	ck_assert_int_eq(add(&r, &wish), 1);
	r.file.h.ino = 78;
	ck_assert_int_eq(add(&r, &wish), 0);
	ck_assert_uint_eq(tab.socks.n, 2);
	ck_assert_str_eq(socktab_find(&tab, 77)->path, "/first");
	ck_assert_str_eq(socktab_find(&tab, 78)->path, "/second");
	ck_assert_uint_eq(socktab_find(&tab, 78)->netns, 3);
	socktab_fini(&tab);
}
END_TEST

START_TEST(test_refused)
{
	struct bpfsock_wish wish = wish_of(FAMILY_ALL);
	struct bpfrec r = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);

	ck_assert_int_eq(add_one(&r, &wish), 0);
	r.sock.netns++;
	ck_assert_int_eq(add_one(&r, &wish), 1);
	r = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	r.file.h.fd = -1;
	ck_assert_int_eq(add_one(&r, &wish), 1);
	r = bpfrec(AF_INET, SOCK_STREAM, 6, 7);
	r.sock.flags = 0;
	ck_assert_int_eq(add_one(&r, &wish), 1);
}
END_TEST

START_TEST(test_families)
{
	static const struct {
		uint16_t family, type, proto;
		enum fdmap_sock_table table;
	} all[] = {
		{ AF_INET, SOCK_STREAM, 6, FDMAP_TCP },
		{ AF_INET6, SOCK_DGRAM, 17, FDMAP_UDP },
		{ AF_INET, SOCK_DGRAM, 136, FDMAP_UDPLITE },
		{ AF_INET, SOCK_RAW, 1, FDMAP_RAW },
		{ AF_INET, SOCK_DGRAM, 1, FDMAP_ICMP },
		{ AF_UNIX, SOCK_DGRAM, 0, FDMAP_UNIX },
		{ AF_NETLINK, SOCK_RAW, 0, FDMAP_NETLINK },
		{ AF_PACKET, SOCK_RAW, 3, FDMAP_PACKET },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct bpfrec r = bpfrec(all[i].family, all[i].type, all[i].proto, 1);
		struct bpfsock_wish wish = wish_of(FAMILY_BIT(all[i].table));

		ck_assert_int_eq(add_one(&r, &wish), 0);
		wish.families = FAMILY_ALL & ~wish.families;
		ck_assert_int_eq(add_one(&r, &wish), 1);
	}
}
END_TEST

START_TEST(test_raw6)
{
	struct bpfsock_wish wish = wish_of(FAMILY_ALL | FAMILY_NO_RAW6);
	struct bpfrec raw6 = bpfrec(AF_INET6, SOCK_RAW, 58, 7);
	struct bpfrec raw = bpfrec(AF_INET, SOCK_RAW, 1, 7);
	struct bpfrec udp6 = bpfrec(AF_INET6, SOCK_DGRAM, 17, 7);

	ck_assert_int_eq(add_one(&raw6, &wish), 1);
	ck_assert_int_eq(add_one(&raw, &wish), 0);
	ck_assert_int_eq(add_one(&udp6, &wish), 0);
	wish = wish_of(FAMILY_ALL);
	ck_assert_int_eq(add_one(&raw6, &wish), 0);
}
END_TEST

/* What the kernel would leave out of its answer; a text has it all. */
START_TEST(test_filter)
{
	static const struct sockports ports[] = { { 22, 22 }, { 80, 89 } };
	struct sockfilter filter = { .ports = ports, .nports = 2 };
	struct bpfsock_wish wish = wish_of(FAMILY_ALL);
	struct bpfrec tcp = bpfrec(AF_INET, SOCK_STREAM, 6, 1);
	struct bpfrec raw = bpfrec(AF_INET, SOCK_RAW, 6, 7);
	struct bpfrec local = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);

	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		filter.states[i] = 1u << 1;
	wish.filter = &filter;
	tcp.sock.lport = 21;
	tcp.sock.rport = 90;
	ck_assert_int_eq(add_one(&tcp, &wish), 1);
	tcp.sock.lport = 22;
	ck_assert_int_eq(add_one(&tcp, &wish), 0);
	tcp.sock.state = 10;
	ck_assert_int_eq(add_one(&tcp, &wish), 1);
	tcp.sock.state = 1;
	tcp.sock.lport = 1;
	tcp.sock.rport = 89;
	ck_assert_int_eq(add_one(&tcp, &wish), 0);
	/* States are asked for of raw sockets, too, but ports are none; the others have neither. */
	ck_assert_int_eq(add_one(&raw, &wish), 1);
	raw.sock.state = 1;
	ck_assert_int_eq(add_one(&raw, &wish), 0);
	ck_assert_int_eq(add_one(&local, &wish), 0);
	wish.diag = 0;
	tcp.sock.rport = 90;
	ck_assert_int_eq(add_one(&tcp, &wish), 0);
	wish.diag = FAMILY_ALL;
	filter.nports = 0;
	ck_assert_int_eq(add_one(&tcp, &wish), 0);
}
END_TEST

START_TEST(test_mated)
{
	struct bpfsock_wish wish = wish_of(FAMILY_ALL);

	socktab_init(&tab);
	ck_assert_int_eq(socktab_end_bpf(&tab, &wish, 3), 0);
	ck_assert(!socktab_is_mated(&tab, 3));
	wish.peers = true;
	wish.families &= ~FAMILY_BIT(FDMAP_UNIX);
	ck_assert_int_eq(socktab_end_bpf(&tab, &wish, 3), 0);
	ck_assert(!socktab_is_mated(&tab, 3));
	wish.families = FAMILY_ALL;
	ck_assert_int_eq(socktab_end_bpf(&tab, &wish, 3), 0);
	ck_assert_int_eq(socktab_end_bpf(&tab, &wish, 3), 0);
	ck_assert(socktab_is_mated(&tab, 3));
	ck_assert(!socktab_is_mated(&tab, 0));
	ck_assert_uint_eq(tab.nmated, 1);
	socktab_fini(&tab);
}
END_TEST

static void refused(const struct bpfrec *r)
{
	struct bpfsock_wish wish = wish_of(FAMILY_ALL);
	struct fdmap_sock sock;
	struct arena arena;

	arena_init(&arena);
	ck_assert_int_eq(parse_bpfsock(&r->file.h, &wish, &arena, &sock), -EINVAL);
	arena_fini(&arena);
	ck_assert_int_eq(add_one(r, &wish), 1);
}

/* What is in no table that is read whole. */
START_TEST(test_others)
{
	static const struct {
		uint16_t family, type, proto;
	} others[] = {
		{ AF_INET, SOCK_STREAM, 262 },
		{ AF_INET, SOCK_STREAM, IPPROTO_SCTP },
		{ AF_INET, SOCK_SEQPACKET, IPPROTO_TCP },
		{ AF_INET, SOCK_DGRAM, IPPROTO_TCP },
		{ AF_INET, SOCK_DGRAM, IPPROTO_ICMPV6 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMP },
		{ AF_INET, SOCK_DGRAM, 115 },
		{ AF_VSOCK, SOCK_STREAM, 0 },
		{ AF_TIPC, SOCK_STREAM, 0 },
		{ 44, SOCK_RAW, 0 },
		{ AF_ALG, SOCK_SEQPACKET, 0 },
		{ 0, 0, 0 },
		{ 0xffff, SOCK_STREAM, 6 },
		{ AF_UNIX + 256, SOCK_STREAM, 0 },
		{ AF_UNIX, 256, 0 },
	};

	struct bpfrec rec;

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		rec = bpfrec(others[i].family, others[i].type, others[i].proto, 1);
		refused(&rec);
	}
}
END_TEST

/* Marks, rings, files, records that are too small, names that are longer than their record. */
START_TEST(test_hostile)
{
	struct bpfsock_wish wish = wish_of(FAMILY_ALL);
	struct bpfrec rec;

	rec = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	rec.file.h.fd = -1;
	refused(&rec);
	rec = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	rec.file.h.kind = BPF_RING;
	refused(&rec);
	rec = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	rec.file.sock = 0;
	refused(&rec);
	rec = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	rec.file.h.ino = 0;
	refused(&rec);
	rec = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	rec.file.h.size -= 8;
	refused(&rec);
	rec.file.h.size = sizeof(struct bpf_head);
	refused(&rec);
	rec = bpfrec(AF_UNIX, SOCK_STREAM, 0, 1);
	bpfrec_name(&rec, "\0abstract", 9);
	rec.sock.path = 17;
	refused(&rec);
	rec.sock.path = UINT32_MAX;
	refused(&rec);
	rec.sock.path = 16;
	socktab_init(&tab);
	ck_assert_int_eq(add(&rec, &wish), 0);
	ck_assert_str_eq(socktab_find(&tab, 77)->path, "@abstract@@@@@@@");
	socktab_fini(&tab);
}
END_TEST

UNIT_MAIN("bpfsocktab", test_add, test_refused, test_families, test_raw6, test_filter, test_mated,
	  test_others, test_hostile)
