/* SPDX-License-Identifier: MIT */
/* The page of totals: what counts once, what counts for each, what stands first. */
#include "test/lib/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "test/lib/rows.h"

#define LISTEN 10
#define ESTABLISHED 1
#define ACCEPTCON 0x10000u

/* What a sink writes of processes: *out is the caller's to end. */
static void print(const struct fdmap_process *procs, size_t n, enum format_as as, bool narrowed,
		  struct buf *out)
{
	struct format fmt = rows_format();

	fmt.as = as;
	fmt.narrowed = narrowed;
	buf_init(out);
	ck_assert_int_eq(rows_print(&sink_summary, &fmt, procs, n, out), 0);
}

static void holds(const struct buf *page, const char *text)
{
	ck_assert_msg(strstr(buf_str(page), text) != NULL, "not there: [%s] in\n%s", text,
		      buf_str(page));
}

static void holds_not(const struct buf *page, const char *text)
{
	ck_assert_msg(strstr(buf_str(page), text) == NULL, "there: [%s] in\n%s", text,
		      buf_str(page));
}

/* Limits: 3 of 4, 1 of 1000, none, and not known. */
static void limit(struct fdmap_process *p, uint32_t nfds, uint64_t nofile)
{
	p->nfds = nfds;
	p->nofile = nofile;
}

/* A listener of two processes of one command, one of them with two descriptors of it. */
START_TEST(test_sockets_once)
{
	struct fdmap_sock shared = rows_inet(FDMAP_TCP, 50, LISTEN, 80, 0);
	struct fdmap_sock one = rows_inet(FDMAP_TCP, 51, ESTABLISHED, 80, 5000);
	struct fdmap_sock six = rows_inet(FDMAP_TCP, 52, ESTABLISHED, 80, 5001);
	struct fdmap_sock unix_sock = { .ino = 53, .table = FDMAP_UNIX, .family = AF_UNIX,
					.type = SOCK_STREAM, .state = 1, .flags = ACCEPTCON,
					.path = "/run/x" };
	struct fdmap_file a[] = { rows_socket(3, &shared), rows_socket(4, &shared),
				  rows_socket(5, &one) };
	struct fdmap_file b[] = { rows_socket(3, &shared), rows_socket(6, &six),
				  rows_socket(7, &unix_sock) };
	struct fdmap_process procs[2];
	struct buf page;

	six.family = AF_INET6;
	procs[0] = rows_process(10, "web", a, 3);
	procs[1] = rows_process(11, "web", b, 3);
	print(procs, 2, FORMAT_AS_TABLE, false, &page);
	holds(&page, "2 processes, 6 descriptors\n");
	holds(&page, "SOCKETS        TOTAL  IPv4  IPv6\n"
		     "tcp                3     2     1\n"
		     "  ESTABLISHED      2     1     1\n"
		     "  LISTEN           1     1     0\n"
		     "unix               1\n"
		     "  STREAM           1\n"
		     "    LISTEN         1\n"
		     "all                4     2     1\n");
	/* For each process, but once for the command. */
	holds(&page, "      3    2    0     1        0      0   11  0     web\n"
		     "      2    2    0     0        0      0   10  0     web\n");
	holds(&page, "      4    3    0     1        0      0          2  web\n");
	holds_not(&page, "NOBODY");
	holds_not(&page, "selected");
	buf_fini(&page);
	print(procs, 1, FORMAT_AS_TABLE, true, &page);
	holds(&page, "1 process, 3 descriptors; of the rows selected\n");
	holds_not(&page, "netns");
	buf_fini(&page);
	six.netns = 2;
	print(procs, 2, FORMAT_AS_TABLE, false, &page);
	holds(&page, "all                   4     2     1\n"
		     "  in other netns      1     0     1\n");
	buf_fini(&page);
	print(procs, 2, FORMAT_AS_JSON, false, &page);
	holds(&page, "\"ipv6\":1,\"other_netns\":1,\"protocols\"");
	buf_fini(&page);
}
END_TEST

START_TEST(test_threads_are_none)
{
	struct fdmap_sock sock = rows_inet(FDMAP_UDP, 50, 7, 53, 0);
	struct fdmap_file file = rows_socket(3, &sock);
	struct fdmap_process procs[2];
	struct buf page;

	procs[0] = rows_process(10, "dns", &file, 1);
	procs[1] = rows_process(10, "dns", &file, 1);
	procs[1].tid = 12;
	print(procs, 2, FORMAT_AS_TABLE, false, &page);
	holds(&page, "1 process, 1 descriptor\n");
	holds(&page, "all          1     1     0\n");
	buf_fini(&page);
}
END_TEST

START_TEST(test_unowned)
{
	const struct fdmap_file_more waits = { .unowned = FDMAP_UNOWNED_TIME_WAIT };
	const struct fdmap_file_more orphan = { .unowned = FDMAP_UNOWNED_ORPHAN };
	struct fdmap_sock gone[3];
	struct fdmap_file files[4];
	struct fdmap_process nobody;
	struct buf page;

	for (unsigned i = 0; i < 3; i++) {
		gone[i] = rows_inet(FDMAP_TCP, 0, 6, 80, (uint16_t)(5000 + i));
		files[i] = rows_socket(FDMAP_FD_NONE, &gone[i]);
		files[i].more = i < 2 ? &waits : &orphan;
	}
	/* One that is there twice is one. */
	files[3] = files[2];
	nobody = rows_process(0, "", files, 4);
	nobody.nobody = true;
	print(&nobody, 1, FORMAT_AS_TABLE, false, &page);
	holds(&page, "0 processes, 0 descriptors\n");
	holds(&page, "  TIME_WAIT      3     3     0\n");
	holds(&page, "HELD BY NOBODY  TOTAL\n"
		     "time-wait           2  remembered after its end\n"
		     "orphan              1  closed by its holder, not yet ended\n");
	holds_not(&page, "MOST SOCKETS");
	buf_fini(&page);
	print(&nobody, 1, FORMAT_AS_JSON, false, &page);
	holds(&page, "\"unowned\":{\"total\":3,\"reasons\":{\"time-wait\":2,\"syn-recv\":0,"
		     "\"orphan\":1,\"pending\":0,\"in-flight\":0,\"io-uring\":0,\"hidden\":0,"
		     "\"kernel\":0}}");
	buf_fini(&page);
}
END_TEST

static struct fdmap_sock listener(uint64_t ino, uint16_t port, uint32_t used, uint32_t max)
{
	struct fdmap_sock sock = rows_inet(FDMAP_TCP, ino, LISTEN, port, 0);

	sock.rq = used;
	sock.backlog = max;
	sock.told = FDMAP_TOLD_BACKLOG;
	return sock;
}

/* The fullest first, then who dropped most, then by address; UDP only if it dropped. */
START_TEST(test_listeners)
{
	struct fdmap_sockx drops = { .told = FDMAP_X_MEM, .mem = { [8] = 7 } };
	struct fdmap_sockx none = { .told = FDMAP_X_DROPS };
	struct fdmap_sock v[6] = { listener(1, 80, 1, 4096), listener(2, 81, 5, 5),
				   listener(3, 443, 0, 128), listener(4, 22, 0, 128),
				   rows_inet(FDMAP_UDP, 5, 7, 53, 0),
				   rows_inet(FDMAP_UDP, 6, 7, 54, 0) };
	struct fdmap_file files[6];
	struct fdmap_process procs[2];
	struct buf page;

	v[3].told = 0; /* from text: how many may wait is not told */
	v[4].x = &drops;
	v[5].x = &none;
	for (unsigned i = 0; i < 6; i++)
		files[i] = rows_socket((int32_t)i, &v[i]);
	procs[0] = rows_process(10, "web", files, 6);
	procs[1] = rows_process(11, "web", files, 1);
	print(procs, 2, FORMAT_AS_TABLE, false, &page);
	holds(&page, "WAIT BACKLOG DROPS PROTO PID USER COMMAND MORE LOCAL\n"
		     "   5       5     - tcp    10 0    web          127.0.0.1:81\n"
		     "   1    4096     - tcp    10 0    web       +1 127.0.0.1:80\n"
		     "   -       -     7 udp    10 0    web          127.0.0.1:53\n"
		     "   0       - ");
	holds_not(&page, ":54");
	buf_fini(&page);
	print(procs, 2, FORMAT_AS_JSON, false, &page);
	holds(&page, "\"listeners\":{\"total\":5,\"fullest\":[{\"protocol\":\"tcp\","
		     "\"local\":\"127.0.0.1:81\",\"backlog_used\":5,\"backlog_max\":5,"
		     "\"holders\":1,\"pid\":10,\"uid\":0,\"command\":\"web\"},");
	holds(&page, "{\"protocol\":\"udp\",\"local\":\"127.0.0.1:53\",\"drops\":7,\"holders\":1");
	holds(&page, "{\"protocol\":\"tcp\",\"local\":\"127.0.0.1:22\",\"backlog_used\":0,"
		     "\"holders\":1");
	buf_fini(&page);
}
END_TEST

START_TEST(test_many_listeners)
{
	enum { MANY = 23 };
	struct fdmap_sock v[MANY];
	struct fdmap_file files[MANY];
	struct fdmap_process proc;
	struct buf page;

	for (unsigned i = 0; i < MANY; i++) {
		v[i] = listener(100 + i, (uint16_t)(8000 + i), 0, 1);
		files[i] = rows_socket((int32_t)i, &v[i]);
	}
	proc = rows_process(10, "web", files, MANY);
	print(&proc, 1, FORMAT_AS_TABLE, false, &page);
	holds(&page, "127.0.0.1:8019\n  and 3 more\n");
	holds_not(&page, "8020");
	buf_fini(&page);
}
END_TEST

START_TEST(test_limits)
{
	static const struct fdmap_stat st = { .ino = 1, .mode = S_IFREG, .nlink = 1 };
	struct fdmap_file file = rows_file(3, 'r', &st, "/x");
	struct fdmap_process procs[6];
	struct buf page;

	for (int i = 0; i < 6; i++)
		procs[i] = rows_process(10 + i, "x", &file, 1);
	limit(&procs[0], 1, 1000);
	limit(&procs[1], 3, 4);
	limit(&procs[2], 30, UINT64_MAX);
	limit(&procs[3], UINT32_MAX, 10);
	limit(&procs[4], 2, 0); /* the limit was lowered after they were opened */
	limit(&procs[5], 0, 8);
	procs[5].have &= ~(uint32_t)FDMAP_LIMITS;
	print(procs, 6, FORMAT_AS_TABLE, false, &page);
	holds(&page, " USED  OPEN  LIMIT  PID  USER  COMMAND\n"
		     "    -     2      0   14  0     x\n"
		     "75.0%     3      4   11  0     x\n"
		     " 0.1%     1   1000   10  0     x\n\n");
	buf_fini(&page);
	print(procs, 6, FORMAT_AS_JSON, false, &page);
	holds(&page, "\"limits\":{\"total\":3,\"nearest\":[{\"pid\":14,\"uid\":0,\"command\":\"x\","
		     "\"nfds\":2,\"nofile\":0},{\"pid\":11,\"uid\":0,\"command\":\"x\",\"nfds\":3,"
		     "\"nofile\":4,\"fd_use\":75},");
	buf_fini(&page);
}
END_TEST

static struct fdmap_file gone_file(int32_t fd, const struct fdmap_stat *st, const char *path)
{
	struct fdmap_file file = rows_file(fd, 'w', st, path);

	file.deleted = true;
	return file;
}

/* Each file once, wherever it is held; not what still has another name. */
START_TEST(test_deleted)
{
	static const struct fdmap_mount var = { "/var", "ext4", "/dev/sda1" };
	const struct fdmap_stat log = { .dev = makedev(8, 1), .ino = 7, .size = 1000,
					.mode = S_IFREG };
	const struct fdmap_stat log_line = { .dev = makedev(8, 1), .ino = 7, .mode = S_IFREG };
	const struct fdmap_stat lib = { .dev = makedev(8, 1), .ino = 8, .mode = S_IFREG };
	const struct fdmap_stat mem = { .dev = 1, .ino = 7, .size = 4096, .mode = S_IFREG };
	const struct fdmap_stat linked = { .dev = makedev(8, 1), .ino = 9, .size = 5,
					   .mode = S_IFREG, .nlink = 1 };
	struct fdmap_file a[] = { gone_file(FDMAP_FD_DEL, &log_line, "/var/log"),
				  gone_file(3, &log, "/var/log (deleted)"),
				  gone_file(4, &log, "/var/log (deleted)"),
				  gone_file(5, &linked, "/var/named (deleted)") };
	struct fdmap_file b[] = { gone_file(FDMAP_FD_DEL, &lib, "/lib.so"),
				  gone_file(3, &log, "/var/log (deleted)"),
				  gone_file(9, &mem, "/memfd:x (deleted)") };
	struct fdmap_process procs[2];
	struct buf page;

	a[1].more = &(struct fdmap_file_more){ .mount = &var };
	procs[0] = rows_process(10, "a", a, 4);
	procs[1] = rows_process(11, "b", b, 3);
	print(procs, 2, FORMAT_AS_TABLE, false, &page);
	holds(&page, "FILES  BYTES  DEVICE  TYPE    MOUNTED\n"
		     "    1   4096     0:1  memory\n"
		     "    2   1000     8:1  ext4    /var\n"
		     "  of 1, only mapped, the size is not known\n");
	holds(&page, "FILES  BYTES  PID  USER  COMMAND  LARGEST\n"
		     "    3   5096   11  0     b        /memfd:x (deleted)\n"
		     "    1   1000   10  0     a        /var/log (deleted)\n");
	buf_fini(&page);
	print(procs, 2, FORMAT_AS_JSON, false, &page);
	holds(&page, "\"deleted\":{\"files\":3,\"bytes\":5096,\"sizes_unknown\":1,\"filesystems\":["
		     "{\"device\":\"0:1\",\"files\":1,\"bytes\":4096,\"sizes_unknown\":0},"
		     "{\"device\":\"8:1\",\"mount\":\"/var\",\"fstype\":\"ext4\",\"files\":2,"
		     "\"bytes\":1000,\"sizes_unknown\":1}],\"holders_total\":2,");
	buf_fini(&page);
}
END_TEST

START_TEST(test_kinds)
{
	static const struct fdmap_stat reg = { .ino = 1, .mode = S_IFREG, .nlink = 1 };
	static const struct fdmap_stat dir = { .ino = 2, .mode = S_IFDIR, .nlink = 1 };
	struct fdmap_file files[6] = { rows_file(FDMAP_FD_CWD, ' ', &dir, "/"),
				       rows_file(3, 'r', &reg, "/x"),
				       rows_file(4, 'r', &reg, "/y") };
	struct fdmap_process proc;
	struct buf page;

	for (int i = 3; i < 6; i++)
		files[i] = (struct fdmap_file){ .fd = i + 2, .kind = FDMAP_KIND_ANON,
						.path = "anon_inode:[eventfd]" };
	files[5].path = "anon_inode:inot\nify";
	proc = rows_process(10, "x", files, 6);
	print(&proc, 1, FORMAT_AS_TABLE, false, &page);
	holds(&page, "DESCRIPTORS  TOTAL\n"
		     "anon             2  eventfd\n"
		     "file             2\n"
		     "anon             1  inot\\nify\n"
		     "all              5\n"
		     "others           1  cwd,");
	buf_fini(&page);
}
END_TEST

START_TEST(test_not_seen)
{
	struct fdmap_file refused = { .fd = FDMAP_FD_NOFD, .kind = FDMAP_KIND_FAILED,
				      .failed = FDMAP_CALL_OPENDIR, .error = EACCES };
	struct fdmap_file unread = { .fd = 3, .kind = FDMAP_KIND_FAILED,
				     .failed = FDMAP_CALL_READLINK, .error = EACCES };
	struct fdmap_process procs[2];
	struct buf page;

	procs[0] = rows_process(10, "x", &refused, 1);
	procs[1] = rows_process(11, "y", &unread, 1);
	print(procs, 2, FORMAT_AS_TABLE, false, &page);
	holds(&page, "2 processes, 1 descriptor\n"
		     "not seen: descriptors of 1 process, which may not be listed\n"
		     "not read: 1 descriptor\n");
	buf_fini(&page);
	print(procs, 2, FORMAT_AS_JSONL, true, &page);
	holds(&page, "{\"schema\":\"fdmap-summary-1\",\"fdmap_version\":\"" FDMAP_VERSION
		     "\",\"narrowed\":true,\"seen\":{\"processes\":2,"
		     "\"descriptors\":1,\"processes_unlisted\":1,\"descriptors_unread\":1,"
		     "\"sources_unread\":[]},");
	buf_fini(&page);
}
END_TEST

/* A name cannot make lines of its own, and nothing is a page, too. */
START_TEST(test_hostile_and_none)
{
	struct fdmap_sock sock = { .ino = 5, .table = FDMAP_UNIX, .family = AF_UNIX,
				   .type = SOCK_STREAM, .flags = ACCEPTCON, .path = "/a\n\x1b[2J" };
	struct fdmap_file file = rows_socket(3, &sock);
	struct fdmap_process proc = rows_process(10, "x\ny\xff", &file, 1);
	struct buf page;

	print(&proc, 1, FORMAT_AS_TABLE, false, &page);
	holds_not(&page, "\x1b");
	holds_not(&page, "x\ny");
	holds(&page, "x\\ny\\xff");
	holds(&page, "/a\\n^[[2J");
	buf_fini(&page);
	print(&proc, 1, FORMAT_AS_JSON, false, &page);
	holds_not(&page, "\xff");
	buf_fini(&page);
	print(NULL, 0, FORMAT_AS_TABLE, true, &page);
	ck_assert_str_eq(buf_str(&page), "0 processes, 0 descriptors; of the rows selected\n");
	buf_fini(&page);
}
END_TEST

START_TEST(test_wants)
{
	struct format fmt = rows_format();
	uint32_t wants = sink_summary.wants(&fmt);

	ck_assert_uint_eq(wants, FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS | FDMAP_COMM | FDMAP_CRED |
					 FDMAP_LINK | FDMAP_STAT | FDMAP_SOCK | FDMAP_QUEUES |
					 FDMAP_SKMEM | FDMAP_LIMITS | FDMAP_MOUNTS);
	ck_assert_ptr_eq(sink_find("summary"), &sink_summary);
}
END_TEST

UNIT_MAIN("summary", test_sockets_once, test_threads_are_none, test_unowned, test_listeners,
	  test_many_listeners, test_limits, test_deleted, test_kinds, test_not_seen,
	  test_hostile_and_none, test_wants)
