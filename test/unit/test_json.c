/* SPDX-License-Identifier: MIT */
/* JSON of rows made by hand, byte by byte: both forms, lsof's keys, what it lacks. */
#include "test/lib/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/util.h"
#include "out/fields.h"
#include "test/lib/rows.h"

enum { TCP_ESTABLISHED = 1, TCP_CLOSE = 7, TCP_LISTEN = 10, UNIX_CONNECTED = 3 };

#define HEAD                                                                                       \
	"{\"lsof_version\":\"4.99.7\",\"schema\":\"fdmap-1\",\"fdmap_version\":\"" FDMAP_VERSION   \
	"\",\"processes\":["

static const struct fdmap_stat exe_stat = {
	.dev = 0xfe00,
	.ino = 248056,
	.size = 43888,
	.mode = S_IFREG | 0755,
	.nlink = 1,
};
static const struct fdmap_stat null_stat = {
	.dev = 6,
	.rdev = 0x103,
	.ino = 3,
	.mode = S_IFCHR | 0666,
	.nlink = 1,
};

static uint64_t letters_of(const char *text)
{
	uint64_t letters = 0;

	for (; *text; text++)
		letters |= FIELD_BIT(*text);
	return letters;
}

static void check_output(const struct sink_ops *ops, const struct format *fmt,
			 const struct fdmap_process *procs, size_t n, const char *want)
{
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(rows_print(ops, fmt, procs, n, &out), 0);
	ck_assert_str_eq(buf_str(&out), want);
	buf_fini(&out);
}

/* One file, only these letters, as a line of its own; the PID is always told. */
static void check_file(const char *letters, unsigned how, const struct fdmap_file *file,
		       const char *want)
{
	struct fdmap_process proc = rows_process(1, "sh", file, 1);
	struct format fmt = rows_format();
	struct buf line;

	fmt.letters = letters_of(letters);
	fmt.name_how |= how;
	buf_init(&line);
	buf_printf(&line, "{\"pid\":1%s%s}\n", *want ? "," : "", want);
	check_output(&sink_jsonl, &fmt, &proc, 1, buf_str(&line));
	buf_fini(&line);
}

START_TEST(test_nothing)
{
	struct format fmt = rows_format();

	check_output(&sink_json, &fmt, NULL, 0, HEAD "]}\n");
	check_output(&sink_jsonl, &fmt, NULL, 0, "");
}
END_TEST

START_TEST(test_document)
{
	struct format fmt = rows_format();
	struct fdmap_file files[3];
	struct fdmap_process procs[2];

	files[0] = rows_file(FDMAP_FD_TXT, ' ', &exe_stat, "/usr/bin/sleep");
	files[1] = rows_file(0, 'r', &null_stat, "/dev/null");
	files[1].oflags = 0x8000;
	files[2] = rows_file(10001, 'u', &exe_stat, "/x y");
	files[2].lock = 'W';
	files[2].pos = 123456789;
	files[2].oflags = 02;
	procs[0] = rows_process(871, "sleep", files, 3);
	procs[1] = rows_process(4194304, "a \"b\"", files, 1);
	procs[1].tid = 4194305;
	procs[1].task = "worker";
	procs[1].uid = 4294967294;
	check_output(&sink_json, &fmt, procs, 2,
		     HEAD
		     "{\"pid\":871,\"pgid\":871,\"ppid\":1,\"command\":\"sleep\",\"uid\":0,"
		     "\"files\":[{\"fd\":\"txt\",\"type\":\"REG\",\"device_number\":\"0xfe00\","
		     "\"size\":\"43888\",\"inode\":\"248056\",\"nlink\":1,"
		     "\"name\":\"/usr/bin/sleep\"},"
		     "{\"fd\":\"0\",\"access\":\"r\",\"type\":\"CHR\",\"device_number\":\"0x6\","
		     "\"offset\":\"0\",\"inode\":\"3\",\"nlink\":1,\"flags\":\"LG\","
		     "\"name\":\"/dev/null\"},"
		     "{\"fd\":\"10001\",\"access\":\"u\",\"lock\":\"W\",\"type\":\"REG\","
		     "\"device_number\":\"0xfe00\",\"size\":\"43888\",\"offset\":\"123456789\","
		     "\"inode\":\"248056\",\"nlink\":1,\"flags\":\"RW\",\"name\":\"/x y\"}]},"
		     "{\"pid\":4194304,\"tid\":4194305,\"task_cmd\":\"worker\",\"pgid\":4194304,"
		     "\"ppid\":1,\"command\":\"a \\\"b\\\"\",\"uid\":4294967294,\"files\":["
		     "{\"fd\":\"txt\",\"type\":\"REG\",\"device_number\":\"0xfe00\","
		     "\"size\":\"43888\",\"inode\":\"248056\",\"nlink\":1,"
		     "\"name\":\"/usr/bin/sleep\"}]}]}\n");
}
END_TEST

START_TEST(test_lines)
{
	struct format fmt = rows_format();
	struct fdmap_file files[2];
	struct fdmap_process procs[2];

	files[0] = rows_file(1, 'w', &null_stat, "/dev/null");
	files[1] = rows_file(2, 'w', &null_stat, "/dev/null");
	procs[0] = rows_process(5, "a", files, 2);
	procs[1] = rows_process(7, "b", files, 1);
	fmt.letters = letters_of("pcfn");
	check_output(&sink_jsonl, &fmt, procs, 2,
		     "{\"pid\":5,\"command\":\"a\",\"fd\":\"1\",\"name\":\"/dev/null\"}\n"
		     "{\"pid\":5,\"command\":\"a\",\"fd\":\"2\",\"name\":\"/dev/null\"}\n"
		     "{\"pid\":7,\"command\":\"b\",\"fd\":\"1\",\"name\":\"/dev/null\"}\n");
	/* nothing of files: a process is told once */
	fmt.letters = letters_of("c");
	check_output(&sink_jsonl, &fmt, procs, 2,
		     "{\"pid\":5,\"command\":\"a\"}\n{\"pid\":7,\"command\":\"b\"}\n");
	check_output(&sink_json, &fmt, procs, 2,
		     HEAD "{\"pid\":5,\"command\":\"a\",\"files\":[]},"
			  "{\"pid\":7,\"command\":\"b\",\"files\":[]}]}\n");
	/* a file of which nothing is known is an object all the same */
	fmt.letters = letters_of("l");
	check_output(&sink_json, &fmt, procs, 1, HEAD "{\"pid\":5,\"files\":[{},{}]}]}\n");
}
END_TEST

START_TEST(test_one_letter)
{
	struct fdmap_file file = rows_file(3, 'w', &exe_stat, "/x");
	struct fdmap_file null = rows_file(0, 'r', &null_stat, "/dev/null");

	file.lock = 'r';
	file.oflags = 02;
	check_file("f", 0, &file, "\"fd\":\"3\"");
	check_file("a", 0, &file, "\"access\":\"w\"");
	check_file("l", 0, &file, "\"lock\":\"r\"");
	check_file("t", 0, &file, "\"type\":\"REG\"");
	check_file("d", 0, &file, "");
	check_file("D", 0, &file, "\"device_number\":\"0xfe00\"");
	check_file("r", 0, &file, "");
	check_file("s", 0, &file, "\"size\":\"43888\"");
	check_file("o", 0, &file, "\"offset\":\"0\"");
	check_file("i", 0, &file, "\"inode\":\"248056\"");
	check_file("k", 0, &file, "\"nlink\":1");
	check_file("P", 0, &file, "");
	check_file("G", 0, &file, "\"flags\":\"RW\"");
	check_file("n", 0, &file, "\"name\":\"/x\"");
	check_file("T", 0, &file, "");
	check_file("r", 0, &null, "\"raw_device\":\"0x103\"");
	check_file("G", 0, &null, "");
	check_file("s", 0, &null, "");
	null.deleted = true;
	check_file("n", 0, &null, "\"name\":\"/dev/null\",\"deleted\":true");
}
END_TEST

START_TEST(test_flags_in_hex)
{
	struct fdmap_file file = rows_file(3, 'r', &exe_stat, "/x");
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);
	struct format fmt = rows_format();

	fmt.letters = letters_of("G");
	fmt.flags = FORMAT_FLAGS_HEX;
	check_output(&sink_jsonl, &fmt, &proc, 1, "{\"pid\":1,\"flags\":\"0x0;0x0\"}\n");
}
END_TEST

#define QUEUES "\"recv_queue\":1,\"send_queue\":2"

START_TEST(test_internet)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 5303, TCP_LISTEN, 80, 0);
	struct fdmap_sock client = rows_inet(FDMAP_TCP, 5304, TCP_ESTABLISHED, 49652, 80);
	struct fdmap_sock udp = rows_inet(FDMAP_UDP, 5305, TCP_CLOSE, 53, 0);
	struct fdmap_file file = rows_socket(3, &sock);

	sock.rq = client.rq = udp.rq = 1;
	sock.wq = client.wq = udp.wq = 2;
	check_file("dnPT", FDMAP_NAME_QUEUES, &file,
		   "\"device\":\"5303\",\"protocol\":\"TCP\",\"name\":\"127.0.0.1:80\","
		   "\"tcp_info\":{\"state\":\"LISTEN\"," QUEUES "},"
		   "\"local\":{\"address\":\"127.0.0.1\",\"port\":80,\"family\":\"IPv4\"},"
		   "\"state\":\"LISTEN\"," QUEUES);
	file = rows_socket(3, &client);
	check_file("nT", 0, &file,
		   "\"name\":\"127.0.0.1:49652->127.0.0.1:80\","
		   "\"tcp_info\":{\"state\":\"ESTABLISHED\"},"
		   "\"local\":{\"address\":\"127.0.0.1\",\"port\":49652,\"family\":\"IPv4\"},"
		   "\"remote\":{\"address\":\"127.0.0.1\",\"port\":80,\"family\":\"IPv4\"},"
		   "\"state\":\"ESTABLISHED\"");
	file = rows_socket(3, &udp);
	check_file("T", FDMAP_NAME_QUEUES, &file, "\"tcp_info\":{" QUEUES "}," QUEUES);
	/* a wildcard is an address, too; no port and no address is none */
	memset(&udp.laddr, 0, sizeof(udp.laddr));
	check_file("n", 0, &file,
		   "\"name\":\"*:53\","
		   "\"local\":{\"address\":\"0.0.0.0\",\"port\":53,\"family\":\"IPv4\"}");
	udp.lport = 0;
	check_file("n", 0, &file, "\"name\":\"\"");
}
END_TEST

START_TEST(test_internet_6)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 5303, TCP_ESTABLISHED, 80, 4000);
	struct fdmap_file file = rows_socket(3, &sock);

	sock.family = AF_INET6;
	ck_assert_int_eq(inet_pton(AF_INET6, "2001:db8::1", &sock.laddr), 1);
	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:192.0.2.1", &sock.raddr), 1);
	check_file("tn", 0, &file,
		   "\"type\":\"IPv6\",\"name\":\"[2001:db8::1]:80->192.0.2.1:4000\","
		   "\"local\":{\"address\":\"2001:db8::1\",\"port\":80,\"family\":\"IPv6\"},"
		   "\"remote\":{\"address\":\"192.0.2.1\",\"port\":4000,\"family\":\"IPv4\"}");
}
END_TEST

START_TEST(test_other_sockets)
{
	struct fdmap_sock sock = {
		.ino = 7,
		.table = FDMAP_RAW,
		.family = AF_INET,
		.state = TCP_CLOSE,
		.lport = 1,
		.rq = 1,
		.wq = 2,
	};
	struct fdmap_file file = rows_socket(3, &sock);

	/* the port of a raw socket is its protocol, and its state is nobody's */
	check_file("T", FDMAP_NAME_QUEUES, &file, QUEUES);
	check_file("n", 0, &file, "\"name\":\"00000000:0001->00000000:0000 st=07\"");
	sock.laddr.v4.s_addr = htonl(INADDR_LOOPBACK);
	check_file("n", 0, &file,
		   "\"name\":\"0100007F:0001->00000000:0000 st=07\","
		   "\"local\":{\"address\":\"127.0.0.1\",\"family\":\"IPv4\"}");
	sock.table = FDMAP_NETLINK;
	check_file("T", FDMAP_NAME_QUEUES, &file, QUEUES);
	sock.table = FDMAP_PACKET;
	check_file("T", FDMAP_NAME_QUEUES, &file, "\"recv_queue\":1");
}
END_TEST

START_TEST(test_unix)
{
	struct fdmap_sock sock = {
		.ino = 5306,
		.table = FDMAP_UNIX,
		.family = AF_UNIX,
		.type = SOCK_STREAM,
		.state = UNIX_CONNECTED,
	};
	struct fdmap_file file = rows_socket(3, &sock);

	check_file("inT", FDMAP_NAME_QUEUES, &file,
		   "\"inode\":\"5306\",\"name\":\"type=STREAM\",\"socket_type\":\"STREAM\","
		   "\"state\":\"CONNECTED\"");
	sock.path = "@a\xff";
	sock.peer = 4711;
	sock.type = 99;
	check_file(
		"n", 0, &file,
		"\"name\":\"@a\\\\xff type=unknown\",\"name_bytes\":\"QGH/IHR5cGU9dW5rbm93bg==\","
		"\"path\":\"@a\\\\xff\",\"path_bytes\":\"QGH/\",\"socket_type\":\"unknown\","
		"\"peer_inode\":\"4711\"");
}
END_TEST

START_TEST(test_peers)
{
	struct fdmap_end ends[] = {
		{ .pid = 12, .fd = 0, .access = 'r', .comm = "cat", .uid = 33 },
		{ .pid = 4194304, .fd = 12345, .access = ' ', .comm = "b\xe9" },
	};
	struct fdmap_file file = rows_file(3, 'w', &null_stat, "/p");

	file.more = &(struct fdmap_file_more){ .ends = ends, .nends = 2 };
	check_file("n", 0, &file, "\"name\":\"/p\"");
	file.more = NULL;
	check_file("f", FDMAP_NAME_ENDS, &file, "\"fd\":\"3\"");
	check_file("n", FDMAP_NAME_ENDS, &file, "\"name\":\"/p\"");
	file.kind = FDMAP_KIND_PIPE;
	check_file("n", FDMAP_NAME_ENDS, &file, "\"name\":\"/p\",\"peers\":[]");
	file.have &= ~(uint32_t)FDMAP_ENDS;
	check_file("n", FDMAP_NAME_ENDS, &file, "\"name\":\"/p\"");
}
END_TEST

/* The notes in the name are the engine's; here only what follows it counts. */
START_TEST(test_peers_listed)
{
	struct fdmap_end ends[] = {
		{ .pid = 12, .fd = 0, .access = 'r', .comm = "cat", .uid = 33 },
		{ .pid = 4194304, .fd = 12345, .access = ' ', .comm = "b\xe9" },
	};
	struct fdmap_file file = rows_file(3, 'w', &null_stat, "/p");
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);
	struct format fmt = rows_format();
	const char *want = "\"peers\":[{\"pid\":12,\"command\":\"cat\",\"fd\":\"0\","
			   "\"access\":\"r\",\"uid\":33},{\"pid\":4194304,\"command\":\"b\\\\xe9\","
			   "\"command_bytes\":\"Yuk=\",\"fd\":\"12345\",\"uid\":0}]}\n";
	struct buf out;

	file.more = &(struct fdmap_file_more){ .ends = ends, .nends = 2 };
	fmt.letters = letters_of("n");
	fmt.name_how |= FDMAP_NAME_ENDS | FDMAP_NAME_COMM(9);
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_jsonl, &fmt, &proc, 1, &out), 0);
	ck_assert_uint_gt(out.n, strlen(want));
	ck_assert_str_eq(buf_str(&out) + out.n - strlen(want), want);
	buf_fini(&out);
}
END_TEST

START_TEST(test_errors)
{
	struct fdmap_file file = {
		.fd = FDMAP_FD_NOFD,
		.kind = FDMAP_KIND_FAILED,
		.access = ' ',
		.lock = ' ',
		.failed = FDMAP_CALL_OPENDIR,
		.error = EACCES,
		.path = "/proc/1/fd",
	};
	struct fdmap_process proc = rows_process(1, "sh", &file, 1);
	struct format fmt = rows_format();

	check_file("ftn", 0, &file,
		   "\"fd\":\"NOFD\",\"name\":\"/proc/1/fd (opendir: Permission denied)\","
		   "\"error\":{\"call\":\"opendir\",\"errno\":\"EACCES\","
		   "\"text\":\"Permission denied\"}");
	/* without warnings there is no note, here neither */
	fmt.letters = letters_of("n");
	fmt.name_how &= ~(unsigned)FDMAP_NAME_NOTES;
	check_output(&sink_jsonl, &fmt, &proc, 1, "{\"pid\":1,\"name\":\"/proc/1/fd\"}\n");
	file.error = 0; /* a kernel thread has no executable */
	check_file("n", 0, &file, "\"name\":\"/proc/1/fd\"");
}
END_TEST

START_TEST(test_not_utf8)
{
	struct fdmap_file file = rows_file(3, 'r', &exe_stat, "/\xff");
	struct fdmap_process proc = rows_process(1, "\xe9t\xe9", &file, 1);
	struct format fmt = rows_format();

	fmt.letters = letters_of("KMZcn");
	proc.tid = 2;
	proc.task = "\xc3\xa9";
	proc.context = "\x80:b";
	check_output(
		&sink_jsonl, &fmt, &proc, 1,
		"{\"pid\":1,\"tid\":2,\"task_cmd\":\"\xc3\xa9\",\"security_context\":\"\\\\x80:b\","
		"\"security_context_bytes\":\"gDpi\",\"command\":\"\\\\xe9t\\\\xe9\","
		"\"command_bytes\":\"6XTp\",\"name\":\"/\\\\xff\",\"name_bytes\":\"L/8=\"}\n");
}
END_TEST

/* More than is written at once. */
START_TEST(test_many_rows)
{
	enum { FILES = 3000 };
	struct format fmt = rows_format();
	struct fdmap_file *files = calloc(FILES, sizeof(*files));
	struct fdmap_process proc;
	struct buf out;
	size_t lines = 0;

	ck_assert_ptr_nonnull(files);
	for (size_t i = 0; i < FILES; i++)
		files[i] = rows_file(1, 'w', &exe_stat, "/l");
	proc = rows_process(1, "sh", files, FILES);
	buf_init(&out);
	ck_assert_int_eq(rows_print(&sink_jsonl, &fmt, &proc, 1, &out), 0);
	ck_assert_uint_gt(out.n, 64 * 1024);
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	ck_assert_uint_eq(lines, FILES);
	buf_reset(&out);
	ck_assert_int_eq(rows_print(&sink_json, &fmt, &proc, 1, &out), 0);
	ck_assert_str_eq(out.p + out.n - 6, "}]}]}\n");
	ck_assert_ptr_eq(strchr(out.p, '\n'), out.p + out.n - 1);
	buf_fini(&out);
	free(files);
}
END_TEST

START_TEST(test_wants)
{
	const uint32_t rows = FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS;
	struct format fmt = rows_format();

	fmt.letters = letters_of("p");
	ck_assert_uint_eq(sink_json.wants(&fmt), 0);
	fmt.letters = letters_of("pc");
	ck_assert_uint_eq(sink_jsonl.wants(&fmt), FDMAP_COMM);
	fmt.letters = letters_of("f");
	ck_assert_uint_eq(sink_json.wants(&fmt), rows);
	fmt.letters = letters_of("n");
	ck_assert_uint_eq(sink_json.wants(&fmt), rows | FDMAP_LINK | FDMAP_DETAIL | FDMAP_SOCK);
	fmt.name_how |= FDMAP_NAME_ENDS;
	ck_assert_uint_eq(sink_json.wants(&fmt),
			  rows | FDMAP_LINK | FDMAP_DETAIL | FDMAP_SOCK | FDMAP_ENDS);
	fmt.letters = letters_of("T");
	fmt.name_how |= FDMAP_NAME_QUEUES;
	ck_assert_uint_eq(sink_json.wants(&fmt), rows | FDMAP_LINK | FDMAP_SOCK | FDMAP_QUEUES);
	/* no letters are the default ones */
	fmt = rows_format();
	ck_assert_uint_eq(sink_json.wants(&fmt) & (FDMAP_CONTEXT | FDMAP_ENDS), 0);
	ck_assert_uint_eq(~sink_json.wants(&fmt) & (FDMAP_FLAGS | FDMAP_QUEUES | FDMAP_OFFSETS), 0);
	fmt.context = true;
	ck_assert_uint_ne(sink_json.wants(&fmt) & FDMAP_CONTEXT, 0);
	fmt.size_only = true;
	ck_assert_uint_eq(sink_json.wants(&fmt) & (FDMAP_POS | FDMAP_OFFSETS), 0);
}
END_TEST

UNIT_MAIN("json", test_nothing, test_document, test_lines, test_one_letter, test_flags_in_hex,
	  test_internet, test_internet_6, test_other_sockets, test_unix, test_peers,
	  test_peers_listed, test_errors, test_not_utf8, test_many_rows, test_wants)
