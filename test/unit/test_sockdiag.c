/* SPDX-License-Identifier: MIT */
/* What sock_diag tells of sockets without Internet addresses; as the text has it, where there is one. */
#include <errno.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "net/family.h"
#include "test/lib/diagmsg.h"
#include "test/lib/unit.h"

static struct arena arena;
static struct diagmsg msg;

static void setup(void)
{
	arena_init(&arena);
	msg.n = 0;
}

static void teardown(void)
{
	arena_fini(&arena);
}

static int parse(enum fdmap_sock_table table, struct fdmap_sock *s)
{
	const struct sockdiag *d = families[table]->diags;

	return d->parse(d, diagmsg_span(&msg), &arena, s);
}

/* Cut at every place: less is told of it, or nothing. */
static void cut(enum fdmap_sock_table table, size_t head)
{
	struct fdmap_sock s;

	while (msg.n > 0) {
		msg.n--;
		ck_assert_int_eq(parse(table, &s), msg.n < head ? -EINVAL : 0);
	}
}

static void put_unix(uint8_t type, uint8_t state, uint32_t ino)
{
	const struct unix_diag_msg m = {
		.udiag_family = AF_UNIX,
		.udiag_type = type,
		.udiag_state = state,
		.udiag_ino = ino,
		.udiag_cookie = { 2, 3 },
	};

	msg.n = 0;
	diagmsg_put(&msg, &m, sizeof(m));
}

/* The state as the text has it, made of TCP's. */
static void check_unix(uint8_t state, uint32_t ino, unsigned shown, uint32_t flags)
{
	struct fdmap_sock s;

	put_unix(SOCK_STREAM, state, ino);
	ck_assert_int_eq(parse(FDMAP_UNIX, &s), 0);
	ck_assert_uint_eq(s.state, shown);
	ck_assert_uint_eq(s.flags, flags);
	ck_assert_uint_eq(s.ino, ino);
	ck_assert_uint_eq(s.cookie, UINT64_C(0x300000002));
	ck_assert_ptr_null(s.path);
}

START_TEST(test_unix_states)
{
	setup();
	check_unix(1, 5, 3, 0);
	check_unix(7, 5, 1, 0);
	check_unix(10, 5, 1, 0x10000);
	/* Nobody holds it: about to be accepted, or going. */
	check_unix(1, 0, 2, 0);
	check_unix(7, 0, 4, 0);
	teardown();
}
END_TEST

static void check_name(const char *bytes, size_t n, const char *path)
{
	struct fdmap_sock s;

	put_unix(SOCK_STREAM, 10, 5);
	diagmsg_attr(&msg, UNIX_DIAG_NAME, bytes, n);
	ck_assert_int_eq(parse(FDMAP_UNIX, &s), 0);
	if (path)
		ck_assert_str_eq(s.path, path);
	else
		ck_assert_ptr_null(s.path);
}

#define NAME(text) text, sizeof(text) - 1

START_TEST(test_unix_names)
{
	char longest[108];

	setup();
	check_name(NAME("/tmp/zz sock\0"), "/tmp/zz sock");
	check_name(NAME("/two\nlines\0"), "/two\nlines");
	check_name(NAME("\0abstract"), "@abstract");
	check_name(NAME("\0with\0nul\0"), "@with@nul@");
	check_name(NAME("\0"), "@");
	check_name(NAME(""), NULL);
	/* No room was left for the NUL. */
	memset(longest, 'x', sizeof(longest));
	put_unix(SOCK_DGRAM, 7, 5);
	diagmsg_attr(&msg, UNIX_DIAG_NAME, longest, sizeof(longest));
	{
		struct fdmap_sock s;

		ck_assert_int_eq(parse(FDMAP_UNIX, &s), 0);
		ck_assert_uint_eq(strlen(s.path), sizeof(longest));
	}
	teardown();
}
END_TEST

START_TEST(test_unix_whole)
{
	const struct unix_diag_vfs file = { .udiag_vfs_ino = 77, .udiag_vfs_dev = 8 << 20 | 300 };
	const struct unix_diag_rqlen queues = { .udiag_rqueue = 2, .udiag_wqueue = 50 };
	const uint32_t mate = 9, pending[] = { 11, 12 }, uid = 1000;
	struct fdmap_sock s;

	setup();
	put_unix(SOCK_SEQPACKET, 10, 5);
	diagmsg_attr(&msg, UNIX_DIAG_VFS, &file, sizeof(file));
	diagmsg_attr(&msg, UNIX_DIAG_PEER, &mate, sizeof(mate));
	diagmsg_attr(&msg, UNIX_DIAG_ICONS, pending, sizeof(pending));
	diagmsg_attr(&msg, UNIX_DIAG_RQLEN, &queues, sizeof(queues));
	diagmsg_attr(&msg, UNIX_DIAG_UID, &uid, sizeof(uid));
	ck_assert_int_eq(parse(FDMAP_UNIX, &s), 0);
	ck_assert_uint_eq(s.type, SOCK_SEQPACKET);
	ck_assert_uint_eq(s.file_dev, makedev(8, 300));
	ck_assert_uint_eq(s.file_ino, 77);
	ck_assert_uint_eq(s.mate, 9);
	/* That is for the table to say. */
	ck_assert_uint_eq(s.peer, 0);
	ck_assert_uint_eq(s.npending, 2);
	ck_assert_mem_eq(s.pending, pending, sizeof(pending));
	ck_assert_uint_eq(s.rq, 2);
	ck_assert_uint_eq(s.wq, 0);
	ck_assert_uint_eq(s.backlog, 50);
	ck_assert_uint_eq(s.uid, 1000);
	ck_assert_uint_eq(s.told, FDMAP_TOLD_UID | FDMAP_TOLD_COOKIE | FDMAP_TOLD_FILE |
					  FDMAP_TOLD_BACKLOG);
	cut(FDMAP_UNIX, sizeof(struct unix_diag_msg));
	teardown();
}
END_TEST

static uint32_t asked(enum fdmap_sock_table table, struct sockwish wish)
{
	const struct sockdiag *d = families[table]->diags;
	struct unix_diag_req head;
	struct buf req;

	buf_init(&req);
	d->ask(d, &wish, &req);
	ck_assert_uint_eq(req.n, sizeof(head));
	memcpy(&head, req.p, sizeof(head));
	buf_fini(&req);
	ck_assert_uint_eq(head.sdiag_family, d->family);
	return head.udiag_show;
}

START_TEST(test_unix_asks_for_no_more)
{
	const uint32_t peers = UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS;

	ck_assert_uint_eq(asked(FDMAP_UNIX, (struct sockwish){ 0 }), UDIAG_SHOW_NAME);
	/* Who waits is asked for apart: too many of them end an answer. */
	ck_assert_uint_eq(asked(FDMAP_UNIX, (struct sockwish){ .peers = true }),
			  UDIAG_SHOW_NAME | UDIAG_SHOW_PEER);
	ck_assert_uint_eq(asked(FDMAP_UNIX, (struct sockwish){ .whole = true }) & peers, 0);
}
END_TEST

START_TEST(test_netlink)
{
	const struct netlink_diag_msg m = {
		.ndiag_family = AF_NETLINK,
		.ndiag_type = SOCK_DGRAM,
		.ndiag_protocol = 15,
		.ndiag_portid = 812,
		.ndiag_ino = 5,
	};
	const uint32_t memory[9] = { 1, 2, 3, 4 };
	struct fdmap_sock s;

	setup();
	diagmsg_put(&msg, &m, sizeof(m));
	diagmsg_attr(&msg, NETLINK_DIAG_MEMINFO, memory, sizeof(memory));
	ck_assert_int_eq(parse(FDMAP_NETLINK, &s), 0);
	ck_assert_uint_eq(s.proto, 15);
	ck_assert_uint_eq(s.lport32, 812);
	ck_assert_uint_eq(s.rq, 1);
	ck_assert_uint_eq(s.wq, 3);
	ck_assert_uint_eq(s.ino, 5);
	ck_assert(s.told & FDMAP_TOLD_PORTID);
	cut(FDMAP_NETLINK, sizeof(m));
	teardown();
}
END_TEST

START_TEST(test_packet)
{
	const struct packet_diag_msg m = {
		.pdiag_family = AF_PACKET,
		.pdiag_type = SOCK_RAW,
		.pdiag_num = 0x88cc,
		.pdiag_ino = 5,
	};
	const struct packet_diag_info info = { .pdi_index = 2 }, gone = { .pdi_index = UINT32_MAX };
	const uint32_t memory[9] = { 44 }, uid = 3;
	struct fdmap_sock s;

	setup();
	diagmsg_put(&msg, &m, sizeof(m));
	diagmsg_attr(&msg, PACKET_DIAG_INFO, &info, sizeof(info));
	diagmsg_attr(&msg, PACKET_DIAG_UID, &uid, sizeof(uid));
	diagmsg_attr(&msg, PACKET_DIAG_MEMINFO, memory, sizeof(memory));
	ck_assert_int_eq(parse(FDMAP_PACKET, &s), 0);
	ck_assert_uint_eq(s.proto, 0x88cc);
	ck_assert_uint_eq(s.type, SOCK_RAW);
	ck_assert_uint_eq(s.ifindex, 2);
	ck_assert_uint_eq(s.rq, 44);
	ck_assert_uint_eq(s.uid, 3);
	cut(FDMAP_PACKET, sizeof(m));
	teardown();
	/* The interface that it was bound to is gone. */
	setup();
	diagmsg_put(&msg, &m, sizeof(m));
	diagmsg_attr(&msg, PACKET_DIAG_INFO, &gone, sizeof(gone));
	ck_assert_int_eq(parse(FDMAP_PACKET, &s), 0);
	ck_assert_uint_eq(s.ifindex, 0);
	teardown();
}
END_TEST

START_TEST(test_vsock)
{
	const struct vsock_diag_msg m = {
		.vdiag_family = AF_VSOCK,
		.vdiag_type = SOCK_STREAM,
		.vdiag_state = 10,
		.vdiag_src_cid = UINT32_MAX,
		.vdiag_src_port = 1234567,
		.vdiag_dst_cid = 2,
		.vdiag_dst_port = UINT32_MAX,
		.vdiag_ino = 5,
	};
	struct fdmap_sock s;

	setup();
	diagmsg_put(&msg, &m, sizeof(m));
	ck_assert_int_eq(parse(FDMAP_VSOCK, &s), 0);
	ck_assert_uint_eq(s.lcid, UINT32_MAX);
	ck_assert_uint_eq(s.lport32, 1234567);
	ck_assert_uint_eq(s.rcid, 2);
	ck_assert_uint_eq(s.rport32, UINT32_MAX);
	ck_assert_uint_eq(s.ino, 5);
	ck_assert(s.told & FDMAP_TOLD_CID);
	ck_assert_str_eq(families[FDMAP_VSOCK]->state(&s), "LISTEN");
	cut(FDMAP_VSOCK, sizeof(m));
	teardown();
}
END_TEST

START_TEST(test_xdp)
{
	const struct xdp_diag_msg m = { .xdiag_family = 44, .xdiag_type = SOCK_RAW, .xdiag_ino = 5 };
	const struct xdp_diag_info info = { .ifindex = 2, .queue_id = 3 };
	const uint32_t uid = 9;
	struct fdmap_sock s;

	setup();
	diagmsg_put(&msg, &m, sizeof(m));
	diagmsg_attr(&msg, XDP_DIAG_INFO, &info, sizeof(info));
	diagmsg_attr(&msg, XDP_DIAG_UID, &uid, sizeof(uid));
	ck_assert_int_eq(parse(FDMAP_XDP, &s), 0);
	ck_assert_uint_eq(s.ifindex, 2);
	ck_assert_uint_eq(s.lport32, 3);
	ck_assert_uint_eq(s.uid, 9);
	cut(FDMAP_XDP, sizeof(m));
	teardown();
}
END_TEST

START_TEST(test_tipc)
{
	static const struct {
		uint16_t type;
		uint32_t v;
	} inner[] = {
		{ TIPC_NLA_SOCK_TYPE, SOCK_SEQPACKET }, { TIPC_NLA_SOCK_TIPC_STATE, 10 },
		{ TIPC_NLA_SOCK_INO, 5 },		{ TIPC_NLA_SOCK_UID, 7 },
		{ TIPC_NLA_SOCK_ADDR, 0x1001001 },	{ TIPC_NLA_SOCK_REF, 99 },
	};
	const uint64_t cookie = UINT64_C(0x300000002);
	struct diagmsg nest = { .n = 0 };
	struct fdmap_sock s;

	setup();
	ck_assert_int_eq(parse(FDMAP_TIPC, &s), -EINVAL);
	for (size_t i = 0; i < ARRAY_LEN(inner); i++)
		diagmsg_attr(&nest, inner[i].type, &inner[i].v, sizeof(inner[i].v));
	diagmsg_attr(&nest, TIPC_NLA_SOCK_COOKIE, &cookie, sizeof(cookie));
	diagmsg_attr(&msg, NLA_F_NESTED | TIPC_NLA_SOCK, nest.bytes, nest.n);
	ck_assert_int_eq(parse(FDMAP_TIPC, &s), 0);
	ck_assert_uint_eq(s.type, SOCK_SEQPACKET);
	ck_assert_uint_eq(s.ino, 5);
	ck_assert_uint_eq(s.uid, 7);
	ck_assert_uint_eq(s.lcid, 0x1001001);
	ck_assert_uint_eq(s.lport32, 99);
	ck_assert_uint_eq(s.cookie, cookie);
	ck_assert_str_eq(families[FDMAP_TIPC]->state(&s), "LISTEN");
	cut(FDMAP_TIPC, msg.n);
	teardown();
}
END_TEST

START_TEST(test_sctp_states)
{
	struct fdmap_sock s = { .table = FDMAP_SCTP, .family = AF_INET, .state = 10 };

	ck_assert_str_eq(families[FDMAP_SCTP]->state(&s), "LISTEN");
	s.state = 3;
	s.rport = 80;
	ck_assert_str_eq(families[FDMAP_SCTP]->state(&s), "ESTABLISHED");
	s.state = 200;
	ck_assert_ptr_null(families[FDMAP_SCTP]->state(&s));
}
END_TEST

UNIT_MAIN("sockdiag", test_unix_states, test_unix_names, test_unix_whole,
	  test_unix_asks_for_no_more, test_netlink, test_packet, test_vsock, test_xdp, test_tipc,
	  test_sctp_states)
