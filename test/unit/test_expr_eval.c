/* SPDX-License-Identifier: MIT */
/* What is true of which row, and what is not known yet. */
#include "test/lib/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "field/expr.h"
#include "field/exprtree.h"

static int find_user(void *ctx, const char *login, uid_t *uid)
{
	(void)ctx;
	*uid = 33;
	return strcmp(login, "www-data") == 0 ? 0 : -ENOENT;
}

static int find_service(void *ctx, const char *name, const char *proto, uint16_t *port)
{
	(void)ctx;
	/* One name, two ports. */
	*port = strcmp(proto, "tcp") == 0 ? 513 : 540;
	return strcmp(name, "who") == 0 ? 0 : -ENOENT;
}

static int find_host(void *ctx, const char *name, struct expr_addr *addr, size_t max)
{
	(void)ctx;
	(void)max;
	addr[0] = (struct expr_addr){ .family = AF_INET };
	addr[1] = (struct expr_addr){ .family = AF_INET6 };
	ck_assert_int_eq(inet_pton(AF_INET, "10.1.2.3", &addr[0].v4), 1);
	ck_assert_int_eq(inet_pton(AF_INET6, "2001:db8::1", &addr[1].v6), 1);
	return strcmp(name, "db") == 0 ? 2 : -ENOENT;
}

static int find_interface(void *ctx, const char *name, uint32_t *index)
{
	(void)ctx;
	*index = 2;
	return strcmp(name, "eth0") == 0 ? 0 : -ENOENT;
}

static int find_cgroup(void *ctx, const char *path, uint64_t *id)
{
	(void)ctx;
	*id = 4711;
	return strcmp(path, "/a.slice/b.service") == 0 ? 0 : -ENOENT;
}

static const struct expr_names names = { .user = find_user,
					 .service = find_service,
					 .host = find_host,
					 .interface = find_interface,
					 .cgroup = find_cgroup };

/* Of a row whose facts are all known. */
static enum truth ask(const char *text, const struct expr_row *row)
{
	struct expr_error err;
	struct fdmap_value v;
	struct expr *e;
	int r = expr_parse(&e, text, &names, &err);

	ck_assert_msg(r == 0, "%s: %s at %zu", text, err.text, err.at);
	fdmap_value_init(&v, NULL);
	r = expr_eval(e, row, &v);
	ck_assert_int_ge(r, 0);
	fdmap_value_fini(&v);
	expr_free(e);
	return (enum truth)r;
}

static const struct tcp_info info = { .tcpi_rtt = 1500, .tcpi_snd_cwnd = 10, .tcpi_rto = 204000 };
static const struct fdmap_sockx more = {
	.told = FDMAP_X_MARK | FDMAP_X_CGROUP | FDMAP_X_IFACE,
	.mark = 0x101,
	.ifindex = 2,
	.cgroup = 4711,
	.tcp = &info,
	.tcp_len = sizeof(info),
};

static struct fdmap_process nginx(void)
{
	return (struct fdmap_process){ .pid = 812,
				       .ppid = 1,
				       .uid = 33,
				       .have = ~0u,
				       .comm = "nginx",
				       .start = 1000000000ull * 1000000000,
				       .age = 3600000000000ull,
				       .nofile = 1024,
				       .nfds = 900 };
}

/* 10.1.2.3:443 -> [::ffff:192.168.0.9]:5432 */
static struct fdmap_sock tcp(int family)
{
	struct fdmap_sock s = { .ino = 77,
				.table = FDMAP_TCP,
				.family = (uint8_t)family,
				.type = SOCK_STREAM,
				.state = 1,
				.lport = 443,
				.rport = 5432,
				.told = FDMAP_TOLD_UID,
				.uid = 33,
				.x = &more };

	if (family == AF_INET) {
		ck_assert_int_eq(inet_pton(AF_INET, "10.1.2.3", &s.laddr.v4), 1);
		ck_assert_int_eq(inet_pton(AF_INET, "192.168.0.9", &s.raddr.v4), 1);
	} else {
		ck_assert_int_eq(inet_pton(AF_INET6, "2001:db8::1", &s.laddr.v6), 1);
		ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:192.168.0.9", &s.raddr.v6), 1);
	}
	return s;
}

static void check(const struct expr_row *row, const char *const *yes, const char *const *no)
{
	for (; *yes; yes++)
		ck_assert_msg(ask(*yes, row) == TRUTH_YES, "%s is not true", *yes);
	for (; *no; no++)
		ck_assert_msg(ask(*no, row) == TRUTH_NO, "%s is not false", *no);
}

START_TEST(of_a_connection)
{
	static const char *const yes[] = {
		"tcp and dport == 5432 and comm =~ \"java|nginx\" and rtt > 1ms",
		"tcp tcp4 inet ipv4 socket established connected synchronized big",
		"pid=812", "pid in (1-1000)", "pid in (1, 812)", "pid not in (1,2)", "pid < 1k",
		"pid != 7", "pid >= 812 and pid <= 812", "uid = www-data", "uid = 33",
		"user = 33", "user = www-data", "user in (0, www-data)",
		"comm = nginx", "comm != \"Nginx\"", "COMM =~ ^ng", "comm !~ apache", "comm > mm",
		"rtt = 1500", "rtt = 1.5ms", "rtt = 1500us", "rtt > 1499", "rtt < 1.6ms",
		"rtt in (1ms-2ms)", "rtt < 1500.5us", "rtt != 1500.5us", "cwnd = 10",
		"laddr = 10.1.2.3", "laddr = 10.0.0.0/8", "laddr = db", "raddr != 10.0.0.0/8",
		"laddr = ::ffff:10.1.2.3", "laddr in (::1, 10.1.2.3/31)", "laddr = 0.0.0.0/0",
		"dport = 5432", "dport > 1024", "dport in (5000-6000)", "sport 443", "lport != who",
		"sport neq 1", "src 10.1.2.3", "src 10.0.0.0/8:443", "src db", "src *:443",
		"src inet:10.1.2.3", "src 10.1/16", "src 10/8:443", "laddr = 10.1.2/24", "src :443", "dst 192.168.0.9:5432", "dst != 10.0.0.1",
		"src in (1.1.1.1, db)", "dst 192.168.0.9:5000-6000",
		"state established", "state syn-sent state established", "exclude listening",
		"state = ESTAB", "state = established", "state != LISTEN",
		"state in (listen, established)", "state connected exclude time-wait",
		"state established ( dport = :5432 or sport = :80 )",
		"state established '( dport = :5432 or sport = :80 )'", "fwmark = 0x101",
		"fwmark = 0x1/0xff", "fwmark 257", "fwmark != 2", "dev = eth0", "dev 2",
		"dev != 3", "cgroup = /a.slice/b.service", "cgroup a.slice/b.service/",
		"cgroup = /sys/fs/cgroup/a.slice/b.service",
		"not udp", "not (udp or unix)", "!udp&&!unix", "udp or tcp and tcp",
		"tcp or udp and unix", "start = @1000000000", "start < 2020-01-01",
		"start > 2001-09-08 and start < 2001-09-10", "age = 1h", "age < 61min",
		"age > 59m30s", "proto = TCP", "family = Inet", "fd_use > 80%", "nofile = 1K",
		NULL,
	};
	static const char *const no[] = {
		"udp", "tcp6", "ipv6", "unix", "file", "pipe", "unowned", "deleted", "listening",
		"closed", "bucket", "pid = 1", "pid in (1-811)", "pid not in (812)", "comm = Nginx",
		"comm =~ apache", "comm !~ nginx", "rtt = 1.5001ms", "rtt > 1.5ms",
		"rtt = 1500.5us", "laddr = 10.1.2.4", "laddr = ::/0",
		"laddr != 10.0.0.0/8", "sport = 80", "src inet6:[::]", "src 10.1.2.3:80",
		"src 10.1/24", "dst db", "src != db", "src /10.1.2.3", "state != established",
		"state listening state closed", "exclude established", "state not in (ESTABLISHED)",
		"fwmark = 0x2/0xff", "dev != eth0", "cgroup != /a.slice/b.service", "cgroup = /x",
		"autobound", "tcp and udp", "not tcp", "not not udp",
		"(tcp or udp) and unix", "start > 2020-01-01", "age > 1h", "proto = udp",
		"retrans = 0", "retrans != 0", "unix_path !~ x", "unix_path", "backlog",
		NULL,
	};
	struct fdmap_process proc = nginx();
	struct fdmap_sock sock = tcp(AF_INET);
	struct fdmap_file file = { .fd = 9, .kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = &sock };
	struct expr_row row = { .row = { NULL, &proc, &file }, .known = ~0u };

	check(&row, yes, no);
	sock = tcp(AF_INET6);
	ck_assert_int_eq(ask("dst 192.168.0.9:5432 and raddr = 192.168.0.0/16", &row), TRUTH_YES);
	ck_assert_int_eq(ask("src 2001:db8::1 and laddr = [2001:db8::]/32", &row), TRUTH_YES);
	ck_assert_int_eq(ask("src [2001:db8::]/32:443 and src db:443", &row), TRUTH_YES);
	ck_assert_int_eq(ask("ipv6 and not ipv4 and src inet6:*:443", &row), TRUTH_YES);
	ck_assert_int_eq(ask("dst ::/0", &row), TRUTH_YES);
	sock.lport = 40000;
	ck_assert_int_eq(ask("autobound", &row), TRUTH_YES);
	sock.lport = 540;
	ck_assert_int_eq(ask("sport = who", &row), TRUTH_YES);
}
END_TEST

START_TEST(of_states)
{
	static const struct {
		uint8_t table, state;
		uint32_t flags;
		const char *yes, *no;
	} cases[] = {
		{ FDMAP_TCP, 10, 0, "listening listen state=LISTEN big", "connected" },
		{ FDMAP_TCP, 6, 0, "time-wait bucket connected state=TIME_WAIT", "big" },
		{ FDMAP_TCP, 3, 0, "syn-recv state=syn-rcv bucket", "state=SYN_SENT" },
		{ FDMAP_TCP, 2, 0, "syn-sent connected", "synchronized" },
		{ FDMAP_TCP, 4, 0, "state = FIN-WAIT-1 state FIN_WAIT1", "fin-wait-2" },
		{ FDMAP_TCP, 13, 0, "bound-inactive big", "connected" },
		{ FDMAP_UDP, 7, 0, "unconnected closed state = UNCONN state = close", "connected" },
		{ FDMAP_UDP, 1, 0, "established connected", "listening" },
		{ FDMAP_UNIX, 1, 0x10000, "listening unix", "unconnected" },
		{ FDMAP_UNIX, 1, 0, "unconnected state=UNCONNECTED state close", "listening" },
		{ FDMAP_UNIX, 3, 0, "established connected state=CONNECTED", "closed" },
		{ FDMAP_NETLINK, 0, 0, "closed", "connected" },
		{ FDMAP_SCTP, 3, 0, "established", "syn-recv" },
	};
	struct fdmap_process proc = nginx();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fdmap_sock s = { .table = cases[i].table,
					.family = cases[i].table == FDMAP_UNIX ? AF_UNIX : AF_INET,
					.type = SOCK_STREAM,
					.state = cases[i].state,
					.rport = 1,
					.flags = cases[i].flags };
		struct fdmap_file f = { .kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = &s };
		struct expr_row row = { .row = { NULL, &proc, &f }, .known = ~0u };

		ck_assert_msg(ask(cases[i].yes, &row) == TRUTH_YES, "%s", cases[i].yes);
		ck_assert_msg(ask(cases[i].no, &row) == TRUTH_NO, "%s", cases[i].no);
	}
}
END_TEST

START_TEST(of_unix)
{
	static const char *const yes[] = { "src /run/*", "src /RUN/x.sock", "src unix:/run/x*",
					   "src *x.sock", "src != /tmp/*", "unix u_str",
					   "unix_path = /run/x.sock", NULL };
	static const char *const no[] = { "src /tmp/*", "dst /run/*", "src != /run/*", "src *",
					  "src 10.0.0.1", "src != 10.0.0.1", "dst != /x", "sport 1",
					  "sport != 1", "u_dgr", "tcp", "autobound", NULL };
	struct fdmap_process proc = nginx();
	struct fdmap_sock s = { .table = FDMAP_UNIX, .family = AF_UNIX, .type = SOCK_STREAM,
				.state = 1, .path = "/run/x.sock" };
	struct fdmap_file f = { .kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = &s };
	struct expr_row row = { .row = { NULL, &proc, &f }, .known = ~0u };

	check(&row, yes, no);
	s.path = "@0001f";
	ck_assert_int_eq(ask("autobound and src @*", &row), TRUTH_YES);
}
END_TEST

START_TEST(of_what_has_no_address)
{
	static const char *const yes[] = { "src netlink:15", "src netlink:uevent:812",
					   "src netlink:KOBJECT_UEVENT", "src netlink:*:800-900",
					   "src != netlink:rtnl", NULL };
	static const char *const no[] = { "src netlink:rtnl", "src netlink:uevent:kernel",
					  "src link:*", "dst netlink:uevent", NULL };
	static const char *const frames[] = { "src link:arp", "src link:0x806:2", "src link:ARP:eth0",
					      "src link:*:eth0", "src link:arp:*", NULL };
	static const char *const others[] = { "src link:ip", "src link:arp:3", "src link:all:eth0",
					      "src netlink:*", NULL };
	struct fdmap_process proc = nginx();
	struct fdmap_sock sock = { .ino = 7, .table = FDMAP_NETLINK, .family = AF_NETLINK,
				   .proto = 15, .lport32 = 812, .told = FDMAP_TOLD_PORTID };
	struct fdmap_file f = { .kind = FDMAP_KIND_SOCKET, .have = ~0u, .ino = 7, .sock = &sock };
	struct expr_row row = { .row = { NULL, &proc, &f }, .known = ~0u };

	check(&row, yes, no);
	sock = (struct fdmap_sock){ .ino = 7, .table = FDMAP_PACKET, .family = AF_PACKET,
				    .proto = 0x806, .ifindex = 2 };
	check(&row, frames, others);
}
END_TEST

START_TEST(of_files)
{
	static const char *const yes[] = { "file", "deleted", "not socket", "not tcp", "not state",
					   "not sport != 1", "dev = 8:1", "ino = 5", "ino in (1-9)",
					   "size > 9.9k", "size = 10KiB", "size < 11kB", "nlink < 1",
					   "path =~ '^/tmp/.* '", NULL };
	static const char *const no[] = { "dir", "device", "pipe", "socket", "tcp", "lport", "state",
					  "exclude time-wait", "sport != 1", "src != 10.0.0.1",
					  "dev = 8:2", "dev != 0x801", "size > 10k", "anon",
					  "dev = eth0", "dev != eth0", NULL };
	struct fdmap_process proc = nginx();
	struct fdmap_stat st = { .dev = makedev(8, 1), .ino = 5, .size = 10240,
				 .mode = S_IFREG | 0600 };
	struct fdmap_file f = { .kind = FDMAP_KIND_FILE, .have = ~0u, .access = 'r', .ino = 5,
				.deleted = true, .path = "/tmp/a (deleted)", .stat = &st };
	struct expr_row row = { .row = { NULL, &proc, &f }, .known = ~0u };

	check(&row, yes, no);
	f.kind = FDMAP_KIND_ANON;
	f.path = "anon_inode:[eventpoll]";
	ck_assert_int_eq(ask("anon and epoll and not eventfd", &row), TRUTH_YES);
	f.path = "anon_inode:inotify";
	ck_assert_int_eq(ask("inotify and not timerfd", &row), TRUTH_YES);
	proc.nobody = true;
	ck_assert_int_eq(ask("unowned", &row), TRUTH_YES);
	ck_assert_int_eq(ask("pid or pid != 1 or user = 33", &row), TRUTH_NO);
}
END_TEST

START_TEST(of_descriptors)
{
	static const char *const yes[] = { "fd = 9", "fd in (0-9)", "fd in (3, 8-10)", "fd >= 9",
					   "fd < 10", "fd not in (0-2)", NULL };
	static const char *const no[] = { "fd in (0-8)", "fd in (10-99)", "fd > 9", "fd < 9",
					  "fd = cwd", NULL };
	static const char *const yes_cwd[] = { "fd = cwd", "fd not in (0-9)", "fd in (cwd, 0-2)",
					       "fd < d", NULL };
	/* A name is neither more nor less than a number. */
	static const char *const no_cwd[] = { "fd >= 0", "fd < 9", "fd in (0-99)", "fd = 9", NULL };
	struct fdmap_process proc = nginx();
	struct fdmap_file f = { .fd = 9, .kind = FDMAP_KIND_FILE, .have = ~0u };
	struct expr_row row = { .row = { NULL, &proc, &f }, .known = ~0u };

	check(&row, yes, no);
	f.fd = FDMAP_FD_CWD;
	check(&row, yes_cwd, no_cwd);
}
END_TEST

/* What is of that kind, but held by nobody: a name opened with O_PATH, and a mapping. */
START_TEST(of_socket_kind)
{
	static const char *const no[] = { "socket", "tcp", "lport", "proto", "netns", NULL };
	static const char *const yes[] = { "not socket", "not tcp", "kind = socket", NULL };
	struct fdmap_process proc = nginx();
	struct fdmap_sock sock = tcp(AF_INET);
	struct fdmap_file f = { .fd = 9, .kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = &sock };
	/* Only that there is a snapshot counts here. */
	struct expr_row row = { .row = { (const struct fdmap_snapshot *)&f, &proc, &f },
				.known = ~0u };

	f.path = "socket:[99]";
	ck_assert_int_eq(ask("socket and tcp and lport", &row), TRUTH_YES);
	f.fd = FDMAP_FD_URING;
	ck_assert_int_eq(ask("socket and tcp and lport", &row), TRUTH_YES);
	f.fd = FDMAP_FD_MEM;
	check(&row, yes, no);
	f.fd = 9;
	f.path = "/run/a.sock";
	f.sock = NULL;
	check(&row, yes, no);
	f = (struct fdmap_file){ .fd = 9, .kind = FDMAP_KIND_ANON, .path = "anon_inode:[pidfd]" };
	ck_assert_int_eq(ask("pidfd and kind = pidfd and anon", &row), TRUTH_YES);
}
END_TEST

/* Names that are joined at the end: before it they are numbers, which decide nothing. */
START_TEST(of_joined_names)
{
	struct fdmap_process proc = nginx();
	struct fdmap_sockx x = { .told = FDMAP_X_IFACE | FDMAP_X_CGROUP, .ifindex = 1, .cgroup = 1 };
	struct fdmap_sock sock = tcp(AF_INET);
	struct fdmap_file f = { .fd = 9, .kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = &sock };
	struct expr_row row = { .row = { NULL, &proc, &f }, .known = ~0u };

	sock.x = &x;
	ck_assert_int_eq(ask("ifname = lo", &row), TRUTH_UNKNOWN);
	ck_assert_int_eq(ask("sock_cgroup = /", &row), TRUTH_UNKNOWN);
	ck_assert_int_eq(ask("ifindex = 1", &row), TRUTH_YES);
}
END_TEST

START_TEST(not_yet)
{
	struct fdmap_process proc = nginx();
	struct fdmap_sock sock = tcp(AF_INET);
	struct fdmap_file file = { .fd = 9, .kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = &sock };
	struct expr_row row = { .row = { NULL, NULL, NULL }, .known = ~0u };

	ck_assert_int_eq(ask("pid = 812", &row), TRUTH_UNKNOWN);
	row.row.proc = &proc;
	row.known = 0;
	ck_assert_int_eq(ask("pid = 812", &row), TRUTH_YES);
	ck_assert_int_eq(ask("pid = 1 and tcp", &row), TRUTH_NO);
	ck_assert_int_eq(ask("tcp and pid = 1", &row), TRUTH_NO);
	ck_assert_int_eq(ask("pid = 812 and tcp", &row), TRUTH_UNKNOWN);
	ck_assert_int_eq(ask("tcp or pid = 812", &row), TRUTH_YES);
	ck_assert_int_eq(ask("not tcp", &row), TRUTH_UNKNOWN);
	ck_assert_int_eq(ask("comm = nginx", &row), TRUTH_UNKNOWN);
	row.known = FDMAP_COMM;
	ck_assert_int_eq(ask("comm = nginx", &row), TRUTH_YES);
	row.row.file = &file;
	row.known = FDMAP_LINK;
	ck_assert_int_eq(ask("socket", &row), TRUTH_YES);
	ck_assert_int_eq(ask("tcp", &row), TRUTH_UNKNOWN);
	file.kind = FDMAP_KIND_FILE;
	ck_assert_int_eq(ask("tcp", &row), TRUTH_NO);
	ck_assert_int_eq(ask("not sport = 1", &row), TRUTH_YES);
	file.kind = FDMAP_KIND_SOCKET;
	/* Of a socket of a table nobody is known yet. */
	row = (struct expr_row){ .row = { NULL, NULL, &file },
				 .known = FDMAP_LINK | FDMAP_SOCK,
				 .only_sock = true };
	ck_assert_int_eq(ask("tcp and sport = 443", &row), TRUTH_YES);
	ck_assert_int_eq(ask("tcp and sport = 444", &row), TRUTH_NO);
	ck_assert_int_eq(ask("socket and tcp", &row), TRUTH_YES);
	ck_assert_int_eq(ask("deleted", &row), TRUTH_UNKNOWN);
	ck_assert_int_eq(ask("comm = nginx and tcp", &row), TRUTH_UNKNOWN);
	ck_assert_int_eq(ask("rtt > 1", &row), TRUTH_UNKNOWN);
	row.foreign = true;
	ck_assert_int_eq(ask("tcp or lport or state", &row), TRUTH_NO);
	ck_assert_int_eq(ask("not tcp and socket", &row), TRUTH_YES);
}
END_TEST

START_TEST(of_numbers)
{
	static const struct {
		const char *text;
		enum fdmap_unit unit;
		uint64_t n;
		bool more, neg;
	} good[] = {
		{ "0", FDMAP_UNIT_NONE, 0, false, false },
		{ "-0", FDMAP_UNIT_NONE, 0, false, false },
		{ "-0x0", FDMAP_UNIT_NONE, 0, false, false },
		{ "-3", FDMAP_UNIT_NONE, 3, false, true },
		{ "18446744073709551615", FDMAP_UNIT_NONE, UINT64_MAX, false, false },
		{ "0x1F", FDMAP_UNIT_INODE, 31, false, false },
		{ "10k", FDMAP_UNIT_NONE, 10240, false, false },
		{ "1.5KiB", FDMAP_UNIT_BYTES, 1536, false, false },
		{ "2GiB", FDMAP_UNIT_BYTES, 2147483648, false, false },
		{ "2GB", FDMAP_UNIT_BYTES, 2000000000, false, false },
		{ "0.1", FDMAP_UNIT_NONE, 0, true, false },
		{ "-0.5", FDMAP_UNIT_NONE, 0, true, true },
		{ "0.1ms", FDMAP_UNIT_US, 100, false, false },
		{ "0.3s", FDMAP_UNIT_NS, 300000000, false, false },
		{ "0.0005ms", FDMAP_UNIT_US, 0, true, false },
		{ "1h30m", FDMAP_UNIT_MS, 5400000, false, false },
		{ "1d2h3min4s", FDMAP_UNIT_NS, 93784000000000, false, false },
		{ "7", FDMAP_UNIT_MS, 7, false, false },
		{ "80%", FDMAP_UNIT_PERCENT, 80, false, false },
		{ "99.5", FDMAP_UNIT_PERCENT, 99, true, false },
		{ "8Mbit", FDMAP_UNIT_RATE, 1000000, false, false },
		{ "12bit", FDMAP_UNIT_RATE, 1, true, false },
		{ "1Mbps", FDMAP_UNIT_RATE, 125000, false, false },
		{ "1k/s", FDMAP_UNIT_RATE, 1024, false, false },
		{ "5", FDMAP_UNIT_RATE, 5, false, false },
	};
	static const char *const bad[] = { "",	  "-",	 "x",	 "1.",	 ".5",	"1k2k", "1 k", "1kk",
					   "0x",  "0xg", "1e3",	 "+1",	 "1-",	"18446744073709551616",
					   "16777216P", "5%",	 "3s",	 "0x1k" };
	struct expr_num n;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const char *wrong = num_parse((struct span){ good[i].text, strlen(good[i].text) },
					      good[i].unit, &n);

		ck_assert_msg(!wrong, "%s", good[i].text);
		ck_assert_msg(n.n == good[i].n && n.more == good[i].more && n.neg == good[i].neg,
			      "%s: %d %llu %d", good[i].text, n.neg, (unsigned long long)n.n,
			      n.more);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(num_parse((struct span){ bad[i], strlen(bad[i]) }, FDMAP_UNIT_NONE,
					&n) != NULL,
			      "%s", bad[i]);
	ck_assert_str_eq(num_parse((struct span){ "30m1", 4 }, FDMAP_UNIT_MS, &n), "duration");
}
END_TEST

START_TEST(in_order)
{
	static const struct {
		int64_t v;
		struct expr_num n;
		int cmp;
	} cases[] = {
		{ 1, { false, false, 1 }, 0 },	 { 1, { false, true, 1 }, -1 },
		{ 2, { false, true, 1 }, 1 },	 { -1, { false, false, 1 }, -1 },
		{ -1, { true, false, 1 }, 0 },	 { -1, { true, true, 1 }, 1 },
		{ -2, { true, true, 1 }, -1 },	 { 0, { true, true, 0 }, 1 },
		{ INT64_MIN, { true, false, 1ull << 63 }, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fdmap_value v = { .type = FDMAP_VALUE_I64, .i = cases[i].v };

		ck_assert_msg(num_cmp(&v, &cases[i].n) == cases[i].cmp, "case %zu", i);
	}
}
END_TEST

START_TEST(of_times)
{
	struct expr_num lo, hi;

	ck_assert(num_time((struct span){ "1970-01-02 00:00Z", 17 }, &lo, &hi));
	ck_assert_uint_eq(lo.n, 86400 * 1000000000ull);
	ck_assert_uint_eq(hi.n, 86460 * 1000000000ull - 1);
	ck_assert(num_time((struct span){ "1970-01-02T00:00:07Z", 20 }, &lo, &hi));
	ck_assert_uint_eq(lo.n, 86407 * 1000000000ull);
	ck_assert_uint_eq(hi.n, 86408 * 1000000000ull - 1);
	ck_assert(num_time((struct span){ "@7", 2 }, &lo, &hi));
	ck_assert_uint_eq(lo.n, 7000000000ull);
	ck_assert_uint_eq(hi.n, 7999999999ull);
	ck_assert(num_time((struct span){ "@7.5", 4 }, &lo, &hi));
	ck_assert_uint_eq(hi.n, 7500000000ull);
	ck_assert(num_time((struct span){ "2026-11-20", 10 }, &lo, &hi));
	ck_assert_uint_gt(hi.n, lo.n);
	ck_assert(num_time((struct span){ "-3h", 3 }, &lo, &hi));
	ck_assert(num_time((struct span){ "today", 5 }, &lo, &hi));
	ck_assert(num_time((struct span){ "10:00", 5 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "2026-13-20", 10 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "2026-11-20x", 11 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "25:00", 5 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "@", 1 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "-", 1 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "--3h", 4 }, &lo, &hi));
	ck_assert(!num_time((struct span){ "", 0 }, &lo, &hi));
}
END_TEST

/* A tree is compared value by value, as texts. */
START_TEST(of_details)
{
	static const struct fdmap_detail masks[] = {
		{ .type = FDMAP_DETAIL_TEXT, .text = "IN_CREATE" },
		{ .type = FDMAP_DETAIL_TEXT, .text = "IN_DELETE" },
	};
	static const struct fdmap_detail details[] = {
		{ .key = "count", .type = FDMAP_DETAIL_U64, .u = 42 },
		{ .key = "left", .type = FDMAP_DETAIL_I64, .i = -7 },
		{ .key = "flags", .type = FDMAP_DETAIL_HEX, .u = 0x1f },
		{ .key = "on", .type = FDMAP_DETAIL_BOOL, .u = 1 },
		{ .key = "masks", .type = FDMAP_DETAIL_LIST, .n = 2, .v = masks },
	};
	static const char *const yes[] = { "detail", "detail = 42", "detail = -7", "detail = 0x1f",
					   "detail = true", "detail = IN_DELETE", "detail != 43",
					   "detail in (x, 42)", "detail =~ ^IN_", "detail !~ ^OUT",
					   NULL };
	static const char *const no[] = { "detail = 4", "detail != 42", "detail =~ OUT",
					  "detail !~ CREATE", NULL };
	struct fdmap_process proc = nginx();
	struct fdmap_file_more rare = { .details = details, .ndetails = ARRAY_LEN(details) };
	struct fdmap_file f = { .kind = FDMAP_KIND_ANON, .have = ~0u, .more = &rare };
	/* Only that there is a snapshot counts here. */
	struct expr_row row = { .row = { (const struct fdmap_snapshot *)&f, &proc, &f },
				.known = ~0u };

	check(&row, yes, no);
	row.row.snap = NULL;
	ck_assert_int_eq(ask("detail = 42", &row), TRUTH_UNKNOWN);
	row.row.snap = (const struct fdmap_snapshot *)&f;
	rare.ndetails = 0;
	ck_assert_int_eq(ask("detail != 42 or detail", &row), TRUTH_NO);
}
END_TEST

UNIT_MAIN("expr_eval", of_a_connection, of_details, of_states, of_unix,
	  of_what_has_no_address, of_files, of_descriptors, of_socket_kind, of_joined_names, not_yet,
	  of_numbers, in_order, of_times)
