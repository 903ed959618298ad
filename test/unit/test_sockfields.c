/* SPDX-License-Identifier: MIT */
/* Fields of sockets: what each is, of which, and when it is absent. */
#include "field/tcp.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "net/family.h"
#include "test/lib/unit.h"

static struct fdmap_sock sock;
static struct fdmap_sockx more;
static struct fdmap_file file;
static struct fdmap_value value;
static char text[512];

static void begin(enum fdmap_sock_table table, uint8_t family)
{
	sock = (struct fdmap_sock){ .table = (uint8_t)table, .family = family, .ino = 7 };
	more = (struct fdmap_sockx){ 0 };
	file = (struct fdmap_file){ .kind = FDMAP_KIND_SOCKET, .sock = &sock };
}

static const struct fdmap_field *find(const char *key)
{
	const struct fdmap_field *f = fdmap_field_find(key, strlen(key));

	ck_assert_msg(f, "no field %s", key);
	return f;
}

static int get(const char *key)
{
	const struct fdmap_row row = { .file = &file };
	const struct fdmap_field *f = find(key);

	/* That nothing is left of the value before. */
	memset(&value.u, 0xa5, sizeof(value.u));
	return fdmap_field_get(f, &row, &value);
}

static void absent(const char *key)
{
	ck_assert_msg(get(key) == 0, "%s is not absent", key);
}

static void number(const char *key, uint64_t n)
{
	ck_assert_msg(get(key) == 1, "%s is absent", key);
	ck_assert_msg(value.u == n, "%s is %llu", key, (unsigned long long)value.u);
}

static void words(const char *key, const char *want)
{
	ck_assert_msg(get(key) == 1, "%s is absent", key);
	ck_assert_uint_eq(value.type, FDMAP_VALUE_TEXT);
	ck_assert_uint_lt(value.text.n, sizeof(text));
	memcpy(text, value.text.p, value.text.n);
	text[value.text.n] = '\0';
	ck_assert_str_eq(text, want);
}

static void address(const char *key, const char *want)
{
	ck_assert_msg(get(key) == 1, "%s is absent", key);
	ck_assert_ptr_nonnull(inet_ntop(value.addr.family, &value.addr.v6, text, sizeof(text)));
	ck_assert_str_eq(text, want);
}

/* ---- sockets of any family -------------------------------------------------- */

START_TEST(test_connection)
{
	begin(FDMAP_TCP, AF_INET);
	sock.type = SOCK_STREAM;
	sock.state = 1;
	sock.laddr.v4.s_addr = htonl(0x0a000001);
	sock.raddr.v4.s_addr = htonl(0x0a000002);
	sock.lport = 40000;
	sock.rport = 443;
	sock.rq = 5;
	words("family", "inet");
	words("proto", "tcp");
	words("socktype", "stream");
	words("state", "ESTABLISHED");
	words("local", "10.0.0.1:40000");
	words("remote", "10.0.0.2:443");
	address("laddr", "10.0.0.1");
	address("raddr", "10.0.0.2");
	number("lport", 40000);
	number("rport", 443);
	number("recvq", 5);
	number("sendq", 0);
	number("sock_ino", 7);
	absent("backlog_used");
	absent("backlog_max");
	absent("sock_uid");
	absent("sock_user");
	absent("cookie");
	absent("netns");
	absent("unowned");
	absent("unix_path");
	sock.told = FDMAP_TOLD_UID | FDMAP_TOLD_COOKIE;
	number("sock_uid", 0);
	ck_assert_int_eq(find("sock_uid")->unit, FDMAP_UNIT_USER);
	words("sock_user", "0");
	number("cookie", 0);
}
END_TEST

START_TEST(test_listener)
{
	begin(FDMAP_TCP, AF_INET6);
	sock.type = SOCK_STREAM;
	sock.state = 10;
	sock.lport = 80;
	sock.rq = 3;
	sock.wq = 9;
	words("local", "*:80");
	address("laddr", "::");
	absent("remote");
	absent("raddr");
	absent("rport");
	absent("recvq");
	absent("sendq");
	number("backlog_used", 3);
	absent("backlog_max");
	sock.told = FDMAP_TOLD_BACKLOG;
	sock.backlog = 128;
	number("backlog_max", 128);
}
END_TEST

START_TEST(test_addresses)
{
	begin(FDMAP_UDP, AF_INET6);
	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:10.0.0.1", &sock.laddr.v6), 1);
	sock.lport = 53;
	words("local", "10.0.0.1:53");
	address("laddr", "10.0.0.1");
	ck_assert_int_eq(value.addr.family, AF_INET);
	ck_assert_int_eq(inet_pton(AF_INET6, "fe80::1", &sock.laddr.v6), 1);
	words("local", "[fe80::1]:53");
	/* Not bound: nothing is known. */
	begin(FDMAP_UDP, AF_INET);
	absent("local");
	absent("laddr");
	absent("lport");
	absent("state");
	number("recvq", 0);
	/* What stands for the port is a protocol. */
	begin(FDMAP_RAW, AF_INET);
	sock.laddr.v4.s_addr = htonl(0x0a000001);
	sock.lport = sock.proto = IPPROTO_ICMP;
	words("local", "10.0.0.1");
	absent("lport");
	begin(FDMAP_RAW, AF_INET);
	sock.lport = IPPROTO_ICMP;
	absent("local");
}
END_TEST

START_TEST(test_families)
{
	static const char *const names[FDMAP_SOCK_TABLES] = {
		"tcp", "udp", "udplite", "raw", "icmp", "unix", "netlink",
		"packet", "mptcp", "sctp", "vsock", "xdp", "tipc",
	};

	for (unsigned i = 0; i < FDMAP_SOCK_TABLES; i++) {
		begin((enum fdmap_sock_table)i, AF_INET);
		words("proto", names[i]);
	}
	begin(FDMAP_UNIX, AF_UNIX);
	sock.type = SOCK_SEQPACKET;
	sock.path = "@abstract one";
	words("family", "unix");
	words("socktype", "seqpacket");
	words("local", "@abstract one");
	words("unix_path", "@abstract one");
	absent("laddr");
	absent("lport");
	begin(FDMAP_VSOCK, AF_VSOCK);
	sock.lcid = sock.rcid = sock.rport32 = UINT32_MAX;
	sock.lport32 = 1024;
	words("local", "*:1024");
	absent("remote");
	absent("lport");
	absent("recvq");
	begin(FDMAP_PACKET, AF_PACKET);
	sock.rq = 4;
	number("recvq", 4);
	absent("sendq");
	begin(FDMAP_NETLINK, AF_NETLINK);
	number("sendq", 0);
	/* In no table, or no socket at all. */
	file.sock = NULL;
	absent("proto");
	absent("local");
	absent("state");
	absent("sock_ino");
	absent("rmem");
	absent("rtt");
	absent("timer");
}
END_TEST

START_TEST(test_unix)
{
	begin(FDMAP_UNIX, AF_UNIX);
	sock.rq = 2;
	absent("recvq");
	absent("peer_ino");
	absent("mate_ino");
	absent("file_ino");
	absent("file_dev");
	absent("pending");
	sock.told = FDMAP_TOLD_UID;
	number("recvq", 2);
	sock.flags = 0x10000;
	absent("recvq");
	number("backlog_used", 2);
	absent("pending");
	file.have = FDMAP_ENDS;
	absent("pending");
	sock.told |= FDMAP_TOLD_COOKIE;
	number("pending", 0);
	sock.npending = 2;
	number("pending", 2);
	sock.peer = 11;
	sock.mate = 12;
	number("peer_ino", 11);
	number("peer-inode", 11);
	number("mate_ino", 12);
	sock.told |= FDMAP_TOLD_FILE;
	sock.file_dev = makedev(8, 1);
	sock.file_ino = 99;
	number("file_dev", makedev(8, 1));
	number("file_ino", 99);
}
END_TEST

START_TEST(test_unowned)
{
	begin(FDMAP_TCP, AF_INET);
	file.more = &(struct fdmap_file_more){ .unowned = FDMAP_UNOWNED_TIME_WAIT };
	words("unowned", "time-wait, nobody holds it");
}
END_TEST

/* ---- what was set on them ---------------------------------------------------- */

START_TEST(test_options)
{
	begin(FDMAP_TCP, AF_INET);
	sock.x = &more;
	more.ifindex = 3;
	more.mark = 1;
	more.cgroup = 9;
	more.options = 0xffff;
	more.shutdown = 3;
	absent("ifname");
	absent("ifindex");
	absent("mark");
	absent("sock_cgroup");
	absent("options");
	absent("shutdown");
	absent("tos");
	absent("tclass");
	absent("v6only");
	absent("class_id");
	more.told = ~0u;
	words("ifname", "3");
	more.ifname = "eth0";
	words("ifname", "eth0");
	number("ifindex", 3);
	number("mark", 1);
	words("sock_cgroup", "9");
	more.cgroup_path = "/a/b";
	words("sock_cgroup", "/a/b");
	words("options", "recverr,is_icsk,freebind,hdrincl,mc_loop,transparent,mc_all,nodefrag,"
			 "bind_address_no_port,recverr_rfc4884,defer_connect");
	words("shutdown", "rw");
	/* Told, and zero: that is a value. */
	number("tos", 0);
	number("v6only", 0);
	number("class_id", 0);
	more.mark = more.ifindex = more.shutdown = more.options = 0;
	number("mark", 0);
	number("fwmark", 0);
	absent("ifname");
	absent("shutdown");
	absent("options");
}
END_TEST

START_TEST(test_timers)
{
	static const char *const names[] = { NULL, "on", "keepalive", "timewait", "persist" };

	begin(FDMAP_TCP, AF_INET);
	sock.x = &more;
	more.timer = 1;
	absent("timer");
	more.told = FDMAP_X_TIMER;
	more.timer_ms = 250;
	for (uint8_t i = 1; i < 5; i++) {
		more.timer = i;
		words("timer", names[i]);
	}
	number("timer_ms", 250);
	number("retrans", 0);
	more.timer = 0;
	absent("timer");
	absent("timer_ms");
	absent("retrans");
}
END_TEST

START_TEST(test_memory)
{
	static const char *const keys[] = { "rmem", "rcvbuf", "wmem",	 "sndbuf", "fwd",
					    "queued", "opt",  "backlog", "drops" };

	begin(FDMAP_UDP, AF_INET);
	sock.x = &more;
	for (uint32_t i = 0; i < FDMAP_SKMEM_VARS; i++) {
		more.mem[i] = i * 10;
		absent(keys[i]);
	}
	more.told = FDMAP_X_DROPS;
	number("drops", 80);
	absent("rmem");
	more.told = FDMAP_X_MEM | FDMAP_X_DROPS;
	for (uint32_t i = 0; i < FDMAP_SKMEM_VARS; i++)
		number(keys[i], i * 10);
}
END_TEST

/* ---- TCP --------------------------------------------------------------------- */

/* The members of the installed headers, where each of them must be. */
struct member {
	const char *key;
	size_t at, size;
};
#define M(name) { #name, offsetof(struct tcp_info, tcpi_##name), \
		  sizeof(((struct tcp_info *)NULL)->tcpi_##name) }
#define MK(key, name) { key, offsetof(struct tcp_info, tcpi_##name), \
			sizeof(((struct tcp_info *)NULL)->tcpi_##name) }
#define MP(name) { "mptcp_" #name, offsetof(struct mptcp_info, mptcpi_##name), \
		   sizeof(((struct mptcp_info *)NULL)->mptcpi_##name) }

static const struct member members[] = {
	MK("tcp_state", state), M(ca_state), M(retransmits), M(probes), M(backoff),
	MK("tcp_options", options), M(rto), M(ato), M(snd_mss), M(rcv_mss), M(unacked), M(sacked),
	M(lost), MK("tcp_retrans", retrans), M(fackets), M(last_data_sent), M(last_ack_sent),
	M(last_data_recv), M(last_ack_recv), M(pmtu), M(rcv_ssthresh), M(rtt), M(rttvar),
	M(snd_ssthresh), M(snd_cwnd), M(advmss), M(reordering), M(rcv_rtt), M(rcv_space),
	M(total_retrans), M(pacing_rate), M(max_pacing_rate), M(bytes_acked), M(bytes_received),
	M(segs_out), M(segs_in), M(notsent_bytes), M(min_rtt), M(data_segs_in), M(data_segs_out),
	M(delivery_rate), M(busy_time), M(rwnd_limited), M(sndbuf_limited), M(delivered),
	M(delivered_ce), M(bytes_sent), M(bytes_retrans), M(dsack_dups), M(reord_seen),
	M(rcv_ooopack), M(snd_wnd),
	/* Not in headers older than Linux 6.2, 6.7, 6.18. */
	{ "rcv_wnd", 232, 4 }, { "rehash", 236, 4 }, { "total_rto", 240, 2 },
	{ "total_rto_recoveries", 242, 2 }, { "total_rto_time", 244, 4 }, { "received_ce", 248, 4 },
	{ "delivered_e1_bytes", 252, 4 }, { "delivered_e0_bytes", 256, 4 },
	{ "delivered_ce_bytes", 260, 4 }, { "received_e1_bytes", 264, 4 },
	{ "received_e0_bytes", 268, 4 }, { "received_ce_bytes", 272, 4 },
};
static const struct member mptcp_members[] = {
	MP(subflows), MP(add_addr_signal), MP(add_addr_accepted), MP(subflows_max),
	MP(add_addr_signal_max), MP(add_addr_accepted_max), MP(flags), MP(token), MP(write_seq),
	MP(snd_una), MP(rcv_nxt), MP(local_addr_used), MP(local_addr_max), MP(csum_enabled),
};

START_TEST(test_tcp_layout)
{
	size_t end = 0;

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const struct field *f = field_of(find(members[i].key));

		ck_assert_msg(f->at == members[i].at, "%s stands at %u", f->pub.key, f->at);
		ck_assert_msg((f->size & 0xff) == members[i].size, "%s has %u", f->pub.key, f->size);
		/* One after the other: none is left out but what two bytes of bits hold. */
		ck_assert_msg(f->at == end || (f->at == 8 && end == 6), "a hole before %s", f->pub.key);
		end = f->at + members[i].size;
		ck_assert_uint_eq(f->pub.needs, FDMAP_LINK | FDMAP_SOCK | FDMAP_TCPINFO);
	}
	for (size_t i = 0; i < ARRAY_LEN(mptcp_members); i++) {
		const struct field *f = field_of(find(mptcp_members[i].key));

		ck_assert_msg(f->at == mptcp_members[i].at, "%s stands at %u", f->pub.key, f->at);
		ck_assert_uint_eq(f->size & 0xff, mptcp_members[i].size);
	}
}
END_TEST

static unsigned char info[280];

static void tcp(uint8_t state, uint32_t len)
{
	begin(FDMAP_TCP, AF_INET);
	sock.type = SOCK_STREAM;
	sock.state = state;
	sock.x = &more;
	more.tcp = info;
	more.tcp_len = len;
	/* Each byte another, but none that means that there is no number. */
	for (size_t i = 0; i < sizeof(info); i++)
		info[i] = (unsigned char)(i % 50 + 1);
}

static uint64_t at(const struct member *m)
{
	uint64_t v = 0;

	for (size_t i = 0; i < m->size; i++)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		v |= (uint64_t)info[m->at + i] << 8 * i;
#else
		v = v << 8 | info[m->at + i];
#endif
	return v;
}

START_TEST(test_tcp_members)
{
	for (uint32_t len = 0; len <= sizeof(info); len++) {
		tcp(1, len);
		for (size_t i = 0; i < ARRAY_LEN(members); i++) {
			const struct member *m = &members[i];
			bool there = len >= m->at + m->size;

			if (find(m->key)->type == FDMAP_VALUE_TEXT)
				ck_assert_int_eq(get(m->key), there);
			else if (there)
				number(m->key, at(m));
			else
				absent(m->key);
		}
	}
}
END_TEST

START_TEST(test_tcp_nothing)
{
	tcp(1, sizeof(info));
	memset(info, 0, sizeof(info));
	absent("rtt");
	absent("ato");
	absent("pmtu");
	absent("delivery_rate");
	absent("last_ack_sent");
	absent("tcp_options");
	number("unacked", 0);
	number("retrans_total", 0);
	words("ca_state", "open");
	memset(info, 0xff, sizeof(info));
	absent("min_rtt");
	absent("pacing_rate");
	absent("max_pacing_rate");
	absent("ssthresh");
	words("ca_state", "unknown");
	number("bytes_out", UINT64_MAX);
	memcpy(info + offsetof(struct tcp_info, tcpi_snd_ssthresh), &(uint32_t){ INT32_MAX }, 4);
	absent("snd_ssthresh");
	memcpy(info + offsetof(struct tcp_info, tcpi_snd_ssthresh), &(uint32_t){ 12 }, 4);
	number("snd_ssthresh", 12);
	more.tcp = NULL;
	absent("snd_cwnd");
	absent("snd_wscale");
	absent("cong");
	absent("ulp");
	more.cong = "cubic";
	more.ulp = "tls";
	words("cong", "cubic");
	words("ulp", "tls");
}
END_TEST

/* The kernel fills little of it, and backlogs into what is called unacked. */
START_TEST(test_tcp_listener)
{
	tcp(10, sizeof(info));
	number("cwnd", at(&members[24]));
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (!(field_of(find(members[i].key))->size & TCP_LISTENS))
			absent(members[i].key);
	absent("snd_wscale");
	absent("app_limited");
}
END_TEST

START_TEST(test_tcp_bits)
{
	struct tcp_info t = { .tcpi_snd_wscale = 7,
			      .tcpi_rcv_wscale = 9,
			      .tcpi_delivery_rate_app_limited = 1,
			      .tcpi_fastopen_client_fail = 2,
			      .tcpi_options = TCPI_OPT_TIMESTAMPS | TCPI_OPT_WSCALE };

	tcp(1, sizeof(t));
	more.tcp = &t;
	number("snd_wscale", 7);
	number("rcv_wscale", 9);
	number("delivery_rate_app_limited", 1);
	number("fastopen_client_fail", 2);
	words("tcp_options", "ts,wscale");
	t.tcpi_delivery_rate_app_limited = 0;
	number("app_limited", 0);
	more.tcp_len = 7;
	absent("app_limited");
	number("snd_wscale", 7);
}
END_TEST

START_TEST(test_controls)
{
	const struct tcp_bbr_info bbr = { 5, 1, 300, 739, 512 };
	const struct tcp_dctcp_info dctcp = { 1, 0, 1024, 3, 4 };
	const struct tcpvegas_info vegas = { 1, 2, 100, 0x7fffffff };

	tcp(1, 0);
	more.cc = &bbr;
	more.cc_len = sizeof(bbr);
	more.cc_type = INET_DIAG_BBRINFO;
	number("bbr_bw", UINT64_C(0x100000005));
	number("bbr_min_rtt", 300);
	number("bbr_pacing_gain", 288);
	number("bbr_cwnd_gain", 200);
	absent("dctcp_alpha");
	absent("vegas_rtt");
	more.cc_len = 16;
	absent("bbr_cwnd_gain");
	more.cc = &dctcp;
	more.cc_type = INET_DIAG_DCTCPINFO;
	number("dctcp_alpha", 1024);
	number("dctcp_enabled", 1);
	number("dctcp_ce_state", 0);
	number("dctcp_ab_ecn", 3);
	number("dctcp_ab_tot", 4);
	absent("bbr_bw");
	more.cc = &vegas;
	more.cc_type = INET_DIAG_VEGASINFO;
	number("vegas_enabled", 1);
	number("vegas_rttcnt", 2);
	number("vegas_rtt", 100);
	absent("vegas_minrtt");
}
END_TEST

/* What is padding in an older kernel's struct is no member. */
START_TEST(test_mptcp)
{
	static const uint32_t lengths[] = { 40, 48, 80, 88, 96 };
	static const char *const keys[] = { "mptcp_rcv_nxt", "mptcp_csum_enabled",
					    "mptcp_retransmits", "mptcp_subflows_total",
					    "mptcp_last_data_sent" };

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		tcp(1, 0);
		more.mptcp = info;
		more.mptcp_len = lengths[i];
		for (size_t j = 0; j < ARRAY_LEN(keys); j++)
			ck_assert_msg(get(keys[j]) == (j <= i), "%s of %u", keys[j], lengths[i]);
	}
	begin(FDMAP_MPTCP, AF_INET);
	sock.x = &more;
	more.mptcp = info;
	more.mptcp_len = 96;
	number("mptcp_subflows", 1);
	absent("rtt");
}
END_TEST

/* No key and no other name means two things. */
START_TEST(test_names)
{
	const struct fdmap_field *f;

	for (size_t i = 0; (f = fdmap_field_at(i)) != NULL; i++) {
		ck_assert_msg(find(f->key) == f, "%s is there twice", f->key);
		ck_assert_uint_ne(f->title[0], 0);
		ck_assert_uint_ne(f->help[0], 0);
		if (f->of == FDMAP_OF_SOCKET)
			ck_assert_msg(f->needs & FDMAP_LINK, "%s needs its link", f->key);
	}
	ck_assert_ptr_eq(find("tcpi_retrans"), find("tcp_retrans"));
	ck_assert_ptr_ne(find("retrans"), find("tcp_retrans"));
	ck_assert_ptr_eq(find("MSS"), find("snd-mss"));
}
END_TEST

UNIT_MAIN("sockfields", test_connection, test_listener, test_addresses, test_families, test_unix,
	  test_unowned, test_options, test_timers, test_memory, test_tcp_layout, test_tcp_members,
	  test_tcp_nothing, test_tcp_listener, test_tcp_bits, test_controls, test_mptcp, test_names)
