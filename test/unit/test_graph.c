/* SPDX-License-Identifier: MIT */
/* Graphs of rows made by hand: which way, what counts once, who is in which box, escapes. */
#include "test/lib/unit.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "base/util.h"
#include "test/lib/rows.h"

enum { TCP_ESTABLISHED = 1, TCP_CLOSE = 7, TCP_LISTEN = 10 };

#define HEAD "digraph fdmap {\n\trankdir=LR;\n\tnode [shape=box];\n"

static void check(const struct fdmap_process *procs, size_t n, const char *want)
{
	struct format fmt = rows_format();
	struct buf out, whole;

	buf_init(&out);
	buf_init(&whole);
	buf_printf(&whole, HEAD "%s}\n", want);
	ck_assert_int_eq(rows_print(&sink_graph, &fmt, procs, n, &out), 0);
	ck_assert_str_eq(buf_str(&out), buf_str(&whole));
	buf_fini(&out);
	buf_fini(&whole);
}

static struct fdmap_end end_of(pid_t pid, int fd, char access, const char *comm)
{
	return (struct fdmap_end){ .pid = pid, .fd = fd, .access = access, .comm = comm };
}

static struct fdmap_file with_ends(struct fdmap_file f, const struct fdmap_end *ends, uint32_t n)
{
	static struct fdmap_file_more kept[64]; /* more than any case has */
	static unsigned next;
	struct fdmap_file_more *more = &kept[next++ % ARRAY_LEN(kept)];

	*more = (struct fdmap_file_more){ .ends = ends, .nends = n };
	f.more = more;
	return f;
}

static struct fdmap_file pipe_of(int fd, char access, uint64_t ino, const char *path,
				 const struct fdmap_end *ends, uint32_t n)
{
	const struct fdmap_file f = {
		.fd = fd,
		.kind = FDMAP_KIND_PIPE,
		.access = access,
		.ino = ino,
		.path = path,
	};

	return with_ends(f, ends, n);
}

static struct fdmap_sock unix_of(uint64_t ino, uint64_t mate, uint8_t type, const char *path)
{
	return (struct fdmap_sock){ .ino = ino,
				    .mate = mate,
				    .table = FDMAP_UNIX,
				    .family = AF_UNIX,
				    .type = type,
				    .path = path };
}

START_TEST(test_nothing)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 7, TCP_CLOSE, 0, 0);
	struct fdmap_file file = rows_socket(3, &sock);
	struct fdmap_process proc = rows_process(5, "a", &file, 1);

	check(NULL, 0, "");
	check(&proc, 1, "");
}
END_TEST

/* A pipe that both tell of, held twice by one; another one; the same back. */
START_TEST(test_pipes)
{
	const struct fdmap_end of_5[] = { end_of(9, 0, 'r', "r"), end_of(9, 4, 'r', "r") };
	const struct fdmap_end of_9[] = { end_of(5, 1, 'w', "w") };
	const struct fdmap_end back[] = { end_of(9, 7, 'w', "r") };
	struct fdmap_file w[] = {
		pipe_of(1, 'w', 100, "pipe:[100]", of_5, 2),
		pipe_of(2, 'w', 101, "pipe:[101]", of_5, 1),
		pipe_of(3, 'r', 102, "pipe:[102]", back, 1),
	};
	struct fdmap_file r[] = {
		pipe_of(0, 'r', 100, "pipe:[100]", of_9, 1),
		pipe_of(4, 'r', 100, "pipe:[100]", of_9, 1),
	};
	struct fdmap_process procs[2];

	procs[0] = rows_process(5, "w", w, 3);
	procs[1] = rows_process(9, "r", r, 2);
	check(procs, 2,
	      "\tp5 [label=\"w\\n5\"];\n\tp9 [label=\"r\\n9\"];\n"
	      "\tp5 -> p9 [label=\"pipe (2)\"];\n\tp9 -> p5 [label=\"pipe\"];\n");
	/* From one side alone it is the same, but for what only the other knows. */
	check(procs, 1,
	      "\tp5 [label=\"w\\n5\"];\n\tp9 [label=\"r\\n9\"];\n"
	      "\tp5 -> p9 [label=\"pipe (2)\"];\n\tp9 -> p5 [label=\"pipe\"];\n");
}
END_TEST

/* Two readers have nothing to tell each other; nor has one process with itself. */
START_TEST(test_no_edge)
{
	const struct fdmap_end ends[] = { end_of(5, 4, 'w', "a"), end_of(6, 3, 'r', "b") };
	struct fdmap_file file = pipe_of(3, 'r', 100, "pipe:[100]", ends, 2);
	struct fdmap_process proc = rows_process(5, "a", &file, 1);

	check(&proc, 1, "");
	proc.tid = 6;
	file.access = 'w';
	check(&proc, 1, "");
	proc.tid = 0;
	proc.nobody = true;
	check(&proc, 1, "");
	proc.nobody = false;
	check(&proc, 1,
	      "\tp5 [label=\"a\\n5\"];\n\tp6 [label=\"b\\n6\"];\n\tp5 -> p6 [label=\"pipe\"];\n");
}
END_TEST

START_TEST(test_fifo)
{
	const struct fdmap_end of_5 = end_of(9, 3, 'u', "b"), of_9 = end_of(5, 3, 'u', "a");
	struct fdmap_file a = pipe_of(3, 'u', 77, "/run/f (deleted)", &of_5, 1);
	struct fdmap_file b = pipe_of(3, 'u', 77, "/other/f", &of_9, 1);
	struct fdmap_process procs[2];

	procs[0] = rows_process(5, "a", &a, 1);
	procs[1] = rows_process(9, "b", &b, 1);
	check(procs, 2,
	      "\tp5 [label=\"a\\n5\"];\n\tp9 [label=\"b\\n9\"];\n"
	      "\tp5 -> p9 [label=\"fifo /run/f\", dir=none];\n");
}
END_TEST

START_TEST(test_shared)
{
	const struct fdmap_stat st = { .rdev = makedev(137, 4) };
	const struct fdmap_end end = end_of(3, 3, 'u', "b");
	const struct fdmap_anon anon = { .id = 12, .has_id = true };
	const struct fdmap_file_more one = { .ends = &end, .nends = 1 };
	const struct fdmap_file_more event = { .anon = &anon, .ends = &end, .nends = 1 };
	const struct fdmap_file_more pty = { .has_pty = true, .pty = 3, .ends = &end, .nends = 1 };
	struct fdmap_file files[] = {
		{ .fd = 3, .kind = FDMAP_KIND_ANON, .more = &event },
		{ .fd = 4, .kind = FDMAP_KIND_MQUEUE, .ino = 4, .path = "/q", .more = &one },
		{ .fd = 5, .kind = FDMAP_KIND_DEVICE, .more = &pty },
		{ .fd = 6, .kind = FDMAP_KIND_DEVICE, .stat = &st, .more = &one },
		{ .fd = 7, .kind = FDMAP_KIND_FILE, .more = &one },
	};
	struct fdmap_process proc = rows_process(5, "a", files, ARRAY_LEN(files));

	check(&proc, 1,
	      "\tp3 [label=\"b\\n3\"];\n\tp5 [label=\"a\\n5\"];\n"
	      "\tp3 -> p5 [label=\"eventfd\", dir=none];\n"
	      "\tp3 -> p5 [label=\"mqueue /q\", dir=none];\n"
	      "\tp3 -> p5 [label=\"pty 260\", dir=none];\n"
	      "\tp3 -> p5 [label=\"pty 3\", dir=none];\n");
}
END_TEST

/* Who listens decides; else who has the lower port, if the other one's is a client's. */
START_TEST(test_inet)
{
	struct fdmap_sock listens = rows_inet(FDMAP_TCP, 1, TCP_LISTEN, 40000, 0);
	struct fdmap_sock server = rows_inet(FDMAP_TCP, 2, TCP_ESTABLISHED, 40000, 50000);
	struct fdmap_sock client = rows_inet(FDMAP_TCP, 3, TCP_ESTABLISHED, 50000, 40000);
	struct fdmap_sock plain = rows_inet(FDMAP_UDP, 4, TCP_ESTABLISHED, 1000, 40001);
	struct fdmap_sock unknown = rows_inet(FDMAP_UDP, 5, TCP_ESTABLISHED, 1000, 2000);
	struct fdmap_sock again = rows_inet(FDMAP_UDP, 6, TCP_ESTABLISHED, 1001, 2001);
	const struct fdmap_end of_server = end_of(9, 3, 'u', "b"), of_client = end_of(5, 4, 'u', "a");
	const struct fdmap_end no_row = end_of(9, 99, 'u', "b");
	struct fdmap_file a[] = {
		rows_socket(3, &listens),
		with_ends(rows_socket(4, &server), &of_server, 1),
		with_ends(rows_socket(5, &plain), &no_row, 1),
		with_ends(rows_socket(6, &unknown), &no_row, 1),
		with_ends(rows_socket(7, &again), &no_row, 1),
	};
	struct fdmap_file b = with_ends(rows_socket(3, &client), &of_client, 1);
	struct fdmap_process procs[2];

	listens.laddr.v4.s_addr = 0;
	procs[0] = rows_process(5, "a", a, 5);
	procs[1] = rows_process(9, "b", &b, 1);
	check(procs, 2,
	      "\tp5 [label=\"a\\n5\\ntcp *:40000\"];\n\tp9 [label=\"b\\n9\"];\n"
	      "\tp5 -> p9 [label=\"udp (2)\", dir=none];\n"
	      "\tp9 -> p5 [label=\"tcp :40000\"];\n"
	      "\tp9 -> p5 [label=\"udp :1000\"];\n");
}
END_TEST

START_TEST(test_pending)
{
	struct fdmap_sock listens = rows_inet(FDMAP_TCP, 1, TCP_LISTEN, 80, 0);
	struct fdmap_sock client = rows_inet(FDMAP_TCP, 3, TCP_ESTABLISHED, 79, 80);
	struct fdmap_end of_a = end_of(9, 3, 'u', "b"), of_b = end_of(5, 3, 'u', "a");
	struct fdmap_file a = with_ends(rows_socket(3, &listens), &of_a, 1);
	struct fdmap_file b = with_ends(rows_socket(3, &client), &of_b, 1);
	struct fdmap_process procs[2];
	const char *want = "\tp5 [label=\"a\\n5\\ntcp 127.0.0.1:80\"];\n\tp9 [label=\"b\\n9\"];\n"
			   "\tp9 -> p5 [label=\"tcp :80\"];\n";

	of_a.pending = of_b.pending = true;
	procs[0] = rows_process(5, "a", &a, 1);
	procs[1] = rows_process(9, "b", &b, 1);
	check(procs, 2, want);
	check(procs, 1, want);
}
END_TEST

START_TEST(test_addresses)
{
	struct fdmap_sock listens = rows_inet(FDMAP_TCP, 1, TCP_LISTEN, 80, 0);
	struct fdmap_sock socks[] = {
		rows_inet(FDMAP_TCP, 2, TCP_ESTABLISHED, 80, 50000),
		rows_inet(FDMAP_TCP, 3, TCP_ESTABLISHED, 80, 50001),
		rows_inet(FDMAP_TCP, 4, TCP_ESTABLISHED, 45000, 443),
		rows_inet(FDMAP_TCP, 5, TCP_CLOSE, 45001, 444),
		rows_inet(FDMAP_UDP, 6, TCP_ESTABLISHED, 45002, 53),
	};
	struct fdmap_file files[] = { rows_socket(2, &listens),	 rows_socket(3, &socks[0]),
				      rows_socket(4, &socks[1]), rows_socket(5, &socks[2]),
				      rows_socket(6, &socks[3]), rows_socket(7, &socks[4]) };
	struct fdmap_process proc = rows_process(5, "a", files, ARRAY_LEN(files));

	for (size_t i = 0; i < ARRAY_LEN(socks); i++)
		socks[i].raddr.v4.s_addr = htonl(0x0a000005);
	socks[4].family = AF_INET6;
	ck_assert_int_eq(inet_pton(AF_INET6, "2001:db8::1", &socks[4].raddr.v6), 1);
	check(&proc, 1,
	      "\tp5 [label=\"a\\n5\\ntcp 127.0.0.1:80\"];\n"
	      "\ta1 [label=\"10.0.0.5\", shape=ellipse];\n"
	      "\ta2 [label=\"10.0.0.5:443\", shape=ellipse];\n"
	      "\ta3 [label=\"[2001:db8::1]:53\", shape=ellipse];\n"
	      "\tp5 -> a2 [label=\"tcp :443\"];\n"
	      "\tp5 -> a3 [label=\"udp :53\"];\n"
	      "\ta1 -> p5 [label=\"tcp :80 (2)\"];\n");
}
END_TEST

START_TEST(test_unix)
{
	struct fdmap_sock server = unix_of(1, 2, SOCK_STREAM, "/run/s");
	struct fdmap_sock client = unix_of(2, 1, SOCK_STREAM, NULL);
	struct fdmap_sock log = unix_of(3, 0, SOCK_DGRAM, "/run/log");
	struct fdmap_sock sender = unix_of(4, 3, SOCK_DGRAM, "/run/sender");
	struct fdmap_sock left = unix_of(5, 6, SOCK_STREAM, NULL);
	struct fdmap_sock right = unix_of(6, 5, SOCK_STREAM, NULL);
	const struct fdmap_end of_a[] = { end_of(9, 1, 'u', "b"), end_of(9, 2, 'u', "b"),
					  end_of(9, 3, 'u', "b") };
	const struct fdmap_end of_b[] = { end_of(5, 1, 'u', "a"), end_of(5, 2, 'u', "a"),
					  end_of(5, 3, 'u', "a") };
	struct fdmap_file a[] = { with_ends(rows_socket(1, &server), &of_a[0], 1),
				  with_ends(rows_socket(2, &log), &of_a[1], 1),
				  with_ends(rows_socket(3, &left), &of_a[2], 1) };
	struct fdmap_file b[] = { with_ends(rows_socket(1, &client), &of_b[0], 1),
				  with_ends(rows_socket(2, &sender), &of_b[1], 1),
				  with_ends(rows_socket(3, &right), &of_b[2], 1) };
	struct fdmap_process procs[2];

	procs[0] = rows_process(5, "a", a, 3);
	procs[1] = rows_process(9, "b", b, 3);
	check(procs, 2,
	      "\tp5 [label=\"a\\n5\"];\n\tp9 [label=\"b\\n9\"];\n"
	      "\tp5 -> p9 [label=\"unix\", dir=none];\n"
	      "\tp9 -> p5 [label=\"unix /run/log\"];\n"
	      "\tp9 -> p5 [label=\"unix /run/s\"];\n");
	/* From one side: who has the name, and who sends to nobody, is the server. */
	check(procs, 1,
	      "\tp5 [label=\"a\\n5\"];\n\tp9 [label=\"b\\n9\"];\n"
	      "\tp5 -> p9 [label=\"unix\", dir=none];\n"
	      "\tp9 -> p5 [label=\"unix /run/log\"];\n"
	      "\tp9 -> p5 [label=\"unix /run/s\"];\n");
}
END_TEST

START_TEST(test_clusters)
{
	const struct fdmap_end ends[] = { end_of(2, 0, 'r', "b"), end_of(3, 0, 'r', "c"),
					  end_of(4, 0, 'r', "d") };
	struct fdmap_file files[] = { pipe_of(1, 'w', 1, "pipe:[1]", ends, 3),
				      pipe_of(0, 'r', 1, "pipe:[1]", ends, 1),
				      pipe_of(0, 'r', 1, "pipe:[1]", ends, 1),
				      pipe_of(0, 'r', 1, "pipe:[1]", ends, 1) };
	struct fdmap_process procs[4];
	char id[65];

	memset(id, 'c', 64);
	id[64] = '\0';
	for (int i = 0; i < 4; i++)
		procs[i] = rows_process(i + 1, "x", &files[i], 1);
	procs[0].container = "7f";
	procs[0].container_name = "web \"1\"";
	procs[0].runtime = "podman";
	procs[2].container = procs[1].container = id;
	procs[2].runtime = procs[1].runtime = "docker";
	check(procs, 4,
	      "\tsubgraph cluster_1 {\n\t\tlabel=\"cccccccccccc (docker)\";\n"
	      "\t\tp2 [label=\"x\\n2\"];\n\t\tp3 [label=\"x\\n3\"];\n\t}\n"
	      "\tsubgraph cluster_2 {\n\t\tlabel=\"web \\\"1\\\" (podman)\";\n"
	      "\t\tp1 [label=\"x\\n1\"];\n\t}\n"
	      "\tp4 [label=\"x\\n4\"];\n"
	      "\tp1 -> p2 [label=\"pipe\"];\n\tp1 -> p3 [label=\"pipe\"];\n"
	      "\tp1 -> p4 [label=\"pipe\"];\n");
}
END_TEST

static void check_comm(const char *comm, const char *want)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, 7, TCP_LISTEN, 80, 0);
	struct fdmap_file file = rows_socket(3, &sock);
	struct fdmap_process proc = rows_process(5, comm, &file, 1);
	struct buf text;

	buf_init(&text);
	buf_printf(&text, "\tp5 [label=\"%s\\n5\\ntcp 127.0.0.1:80\"];\n", want);
	check(&proc, 1, buf_str(&text));
	buf_fini(&text);
}

/* A label has escapes of its own, and entities; control characters are none's business. */
START_TEST(test_names)
{
	check_comm("a\"b\\N", "a\\\"b\\\\\\\\N");
	check_comm("a\nb\x1b[0m", "a\\\\nb^[[0m");
	check_comm("<b>&lt;", "<b>&amp;lt;");
	check_comm("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f");
	check_comm("\xc3\xbc\xff", "\\\\xc3\\\\xbc\\\\xff");
	check_comm("\xc3\xbc\xc2\x9b", "\xc3\xbc\\\\xc2\\\\x9b");
	check_comm("\u20ac\u202ex", "\u20ac\\\\xe2\\\\x80\\\\xaex");
}
END_TEST

START_TEST(test_many_ports)
{
	struct fdmap_sock socks[10];
	struct fdmap_file files[11];
	struct fdmap_process proc;

	for (unsigned i = 0; i < 10; i++) {
		socks[i] = rows_inet(FDMAP_TCP, i + 1, TCP_LISTEN, (uint16_t)(20 - i), 0);
		socks[i].laddr.v4.s_addr = 0;
		files[i] = rows_socket((int)i, &socks[i]);
	}
	files[10] = rows_socket(10, &socks[9]); /* held twice */
	proc = rows_process(5, "a", files, 11);
	check(&proc, 1,
	      "\tp5 [label=\"a\\n5\\ntcp *:11\\ntcp *:12\\ntcp *:13\\ntcp *:14\\ntcp *:15\\n"
	      "tcp *:16\\ntcp *:17\\nand 3 more\"];\n");
}
END_TEST

enum { MANY = 17 };

/* So many processes with one descriptor each, of the same thing; the first writes. */
struct crowd {
	struct fdmap_end all[MANY], ends[MANY][MANY - 1];
	struct fdmap_file files[MANY];
	struct fdmap_process procs[MANY];
};

static void crowd_init(struct crowd *c)
{
	for (int i = 0; i < MANY; i++)
		c->all[i] = end_of(i + 1, 3, i ? 'r' : 'w', "sh");
	for (int i = 0; i < MANY; i++) {
		for (int k = 0, n = 0; k < MANY; k++)
			if (k != i)
				c->ends[i][n++] = c->all[k];
		c->files[i] =
			pipe_of(3, i ? 'r' : 'w', 100, "pipe:[100]", c->ends[i], MANY - 1);
		c->procs[i] = rows_process(i + 1, "sh", &c->files[i], 1);
	}
}

static void put_nodes(int n, struct buf *want)
{
	buf_reset(want);
	for (int i = 1; i <= n; i++)
		buf_printf(want, "\tp%d [label=\"sh\\n%d\"];\n", i, i);
}

/* What so many share is no line between any two of them; of some of them it is the same. */
START_TEST(test_shared_by_many)
{
	const struct fdmap_stat st = { .dev = 5, .ino = 7 };
	struct crowd c;
	struct buf want;

	crowd_init(&c);
	buf_init(&want);
	put_nodes(MANY, &want);
	buf_puts(&want, "\tt1 [label=\"pipe 100\", shape=hexagon];\n\tp1 -> t1;\n");
	for (int i = 2; i <= MANY; i++)
		buf_printf(&want, "\tt1 -> p%d;\n", i);
	check(c.procs, MANY, buf_str(&want));
	check(c.procs + 3, 4, buf_str(&want));

	/* Known by two names: one node. */
	for (int i = 0; i < MANY; i++) {
		c.files[i].kind = FDMAP_KIND_MQUEUE;
		c.files[i].path = i ? "/q" : "/other";
		c.files[i].stat = &st;
	}
	put_nodes(MANY, &want);
	buf_puts(&want, "\tt1 [label=\"mqueue /other\", shape=hexagon];\n");
	for (int i = 1; i <= MANY; i++)
		buf_printf(&want, "\tp%d -> t1 [dir=none];\n", i);
	check(c.procs, MANY, buf_str(&want));
	buf_fini(&want);
}
END_TEST

/* One less is shown in pairs, however often each of them has it. */
START_TEST(test_shared_by_fewer)
{
	struct crowd c;
	struct buf want;

	crowd_init(&c);
	for (int i = 0; i < MANY - 1; i++)
		c.ends[i][MANY - 2] = end_of(i ? MANY - 1 : 1, 9, 'r', "sh");
	buf_init(&want);
	put_nodes(MANY - 1, &want);
	for (int i = 2; i < MANY; i++)
		buf_printf(&want, "\tp1 -> p%d [label=\"pipe\"];\n", i);
	check(c.procs, MANY - 1, buf_str(&want));
	buf_fini(&want);
}
END_TEST

START_TEST(test_wants)
{
	struct format fmt = rows_format();
	struct buf out;

	buf_init(&out);
	ck_assert_uint_ne(sink_graph.wants(&fmt) & FDMAP_ENDS, 0);
	/* No map of memory has another end, nor has a working directory. */
	ck_assert_uint_eq(sink_graph.wants(&fmt) & (FDMAP_MAPS | FDMAP_SPECIAL), 0);
	sink_graph.marker(&fmt, "x", &out);
	ck_assert_uint_eq(out.n, 0);
	buf_fini(&out);
}
END_TEST

UNIT_MAIN("graph", test_nothing, test_pipes, test_no_edge, test_fifo, test_shared, test_inet,
	  test_pending, test_addresses, test_unix, test_clusters, test_names, test_many_ports,
	  test_shared_by_many, test_shared_by_fewer, test_wants)
