/* SPDX-License-Identifier: MIT */
/* Fields of descriptors and of what kinds tell: of rows made by hand. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/util.h"
#include "fdmap.h"
#include "test/lib/fieldtext.h"
#include "test/lib/unit.h"

/* ---- descriptors ---- */

START_TEST(test_fd)
{
	static const struct {
		int fd;
		const char *want;
	} cases[] = {
		{ 0, "0" }, { 12345, "12345" }, { FDMAP_FD_CWD, "cwd" }, { FDMAP_FD_RTD, "rtd" },
		{ FDMAP_FD_TXT, "txt" }, { FDMAP_FD_MEM, "mem" }, { FDMAP_FD_DEL, "DEL" },
		{ FDMAP_FD_NOFD, "NOFD" }, { FDMAP_FD_URING, "uring" }, { FDMAP_FD_NONE, "-" },
		{ -9, "unk" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fdmap_file f = { .fd = cases[i].fd };

		ck_assert_str_eq(fieldtext(&f, "fd"), cases[i].want);
	}
}
END_TEST

START_TEST(test_letters)
{
	struct fdmap_file f = { .fd = 3, .access = ' ', .lock = ' ' };

	ck_assert_str_eq(fieldtext(&f, "mode"), "-");
	ck_assert_str_eq(fieldtext(&f, "lock"), "-");
	f.access = 'u';
	f.lock = 'W';
	ck_assert_str_eq(fieldtext(&f, "mode"), "u");
	ck_assert_str_eq(fieldtext(&f, "lock"), "W");
	f.access = f.lock = '\0';
	ck_assert_str_eq(fieldtext(&f, "mode"), "-");
	ck_assert_str_eq(fieldtext(&f, "lock"), "-");
}
END_TEST

/* No flags at all are an answer, too. */
START_TEST(test_flags)
{
	struct fdmap_file f = { .fd = 3, .have = FDMAP_FLAGS };

	ck_assert_str_eq(fieldtext(&f, "flags"), "");
	f.oflags = 02102001;
	ck_assert_str_eq(fieldtext(&f, "flags"), "W,AP,LG,CX");
	f.have = 0;
	ck_assert_str_eq(fieldtext(&f, "flags"), "-");
	f.have = FDMAP_FLAGS;
	f.fd = FDMAP_FD_CWD;
	ck_assert_str_eq(fieldtext(&f, "flags"), "-");
}
END_TEST

START_TEST(test_locks)
{
	static const pid_t waiters[] = { 0, 12, 2147483647 };
	struct fdmap_locking l = { .owner = 11, .waiters = waiters, .nwaiters = 3 };
	struct fdmap_file f = { .fd = 3 };

	ck_assert_str_eq(fieldtext(&f, "lock_owner"), "-");
	ck_assert_str_eq(fieldtext(&f, "lock_waiters"), "-");
	f.more = &(struct fdmap_file_more){ .locks = &l };
	ck_assert_str_eq(fieldtext(&f, "lock_owner"), "11");
	ck_assert_str_eq(fieldtext(&f, "lock_waiters"), "0 12 2147483647");
	l.owner = 0;
	l.nwaiters = 0;
	ck_assert_str_eq(fieldtext(&f, "lock-owner"), "0");
	ck_assert_str_eq(fieldtext(&f, "Lock-Waiters"), "-");
}
END_TEST

START_TEST(test_pos)
{
	struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_FILE, .have = FDMAP_POS };

	ck_assert_str_eq(fieldtext(&f, "pos"), "0");
	f.pos = UINT64_MAX;
	ck_assert_str_eq(fieldtext(&f, "pos"), "18446744073709551615");
	f.kind = FDMAP_KIND_PIPE;
	ck_assert_str_eq(fieldtext(&f, "pos"), "-");
	f.kind = FDMAP_KIND_SOCKET;
	ck_assert_str_eq(fieldtext(&f, "pos"), "-");
	f.kind = FDMAP_KIND_DEVICE;
	f.have = 0;
	ck_assert_str_eq(fieldtext(&f, "pos"), "-");
}
END_TEST

START_TEST(test_kind)
{
	static const struct {
		enum fdmap_kind_id kind;
		uint32_t mode;
		const char *path, *want, *anon;
	} cases[] = {
		{ FDMAP_KIND_FILE, S_IFREG, "/a", "file", "-" },
		{ FDMAP_KIND_FILE, S_IFDIR, "/", "dir", "-" },
		{ FDMAP_KIND_FILE, S_IFLNK, "/l", "symlink", "-" },
		{ FDMAP_KIND_FILE, 0, "/a", "file", "-" },
		{ FDMAP_KIND_DEVICE, S_IFCHR, "/dev/null", "device", "-" },
		{ FDMAP_KIND_PIPE, S_IFIFO, "pipe:[7]", "pipe", "-" },
		{ FDMAP_KIND_SOCKET, S_IFSOCK, "socket:[7]", "socket", "-" },
		{ FDMAP_KIND_ANON, 0, "anon_inode:[eventfd]", "anon", "eventfd" },
		{ FDMAP_KIND_ANON, 0, "anon_inode:inotify", "anon", "inotify" },
		{ FDMAP_KIND_ANON, 0, "anon_inode:[]", "anon", "[]" },
		{ FDMAP_KIND_ANON, 0, "anon_inode:", "anon", "-" },
		{ FDMAP_KIND_ANON, 0, "anon_inode:[pidfd]", "pidfd", "pidfd" },
		{ FDMAP_KIND_PIDFD, 0, "pidfd:[7]", "pidfd", "-" },
		{ FDMAP_KIND_NS, 0, "net:[7]", "ns", "-" },
		{ FDMAP_KIND_MQUEUE, S_IFREG, "/q", "mqueue", "-" },
		{ FDMAP_KIND_FAILED, 0, "/proc/1/fd", "failed", "-" },
		{ FDMAP_KIND_EXEMPT, 0, "/mnt/x", "exempt", "-" },
		{ FDMAP_KIND_UNKNOWN, 0, "?", "-", "-" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fdmap_stat st = { .mode = cases[i].mode };
		struct fdmap_file f = { .fd = 3, .kind = (uint8_t)cases[i].kind,
					.path = cases[i].path,
					.stat = cases[i].mode ? &st : NULL };

		ck_assert_str_eq(fieldtext(&f, "kind"), cases[i].want);
		ck_assert_str_eq(fieldtext(&f, "anon"), cases[i].anon);
	}
}
END_TEST

START_TEST(test_peers)
{
	static const struct fdmap_end ends[] = {
		{ .pid = 12, .fd = 0, .access = 'r', .comm = "cat", .uid = 1000 },
		{ .pid = 13, .fd = FDMAP_FD_URING, .access = ' ', .comm = "a b", .pending = true },
		{ .pid = 14, .fd = 20000, .access = 'u', .comm = "cat" },
		{ .pid = 15, .fd = 1, .access = 'w' },
	};
	struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_PIPE };

	ck_assert_str_eq(fieldtext(&f, "peer"), "-");
	f.have = FDMAP_ENDS;
	ck_assert_str_eq(fieldtext(&f, "peer"), "");
	ck_assert_str_eq(fieldtext(&f, "peers"), "");
	ck_assert_str_eq(fieldtext(&f, "peer_comm"), "-");
	f.kind = FDMAP_KIND_ANON;
	ck_assert_str_eq(fieldtext(&f, "peer"), "-");
	f.more = &(struct fdmap_file_more){ .ends = ends, .nends = ARRAY_LEN(ends) };
	ck_assert_str_eq(fieldtext(&f, "peer"), "12,cat,0r 13,a b,uring(pending) 14,cat,20000u 15,?,1w");
	ck_assert_str_eq(fieldtext(&f, "peers"),
			 "{pid=12 command=cat fd=0 access=r uid=1000} "
			 "{pid=13 command=a b fd=uring pending=1 uid=0} "
			 "{pid=14 command=cat fd=20000 access=u uid=0} "
			 "{pid=15 fd=1 access=w uid=0}");
	ck_assert_str_eq(fieldtext(&f, "peer_comm"), "cat,a b,?");
	f.more = &(struct fdmap_file_more){ .ends = ends, .nends = ARRAY_LEN(ends),
					    .unowned = FDMAP_UNOWNED_PENDING };
	ck_assert_str_eq(fieldtext(&f, "peer"), "-");
}
END_TEST

/* Texts and trees that are longer than any room there was before. */
START_TEST(test_many_peers)
{
	static struct fdmap_end ends[5000];
	static char comms[5000][16];
	const struct fdmap_file_more more = { .ends = ends, .nends = ARRAY_LEN(ends) };
	struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_PIPE, .have = FDMAP_ENDS,
				.more = &more };
	const struct fdmap_process cat = { .pid = 7 };
	const struct fdmap_row row = { NULL, &cat, &f };
	struct fdmap_value v;

	for (int i = 0; i < 5000; i++) {
		(void)snprintf(comms[i], sizeof(comms[i]), "c%d", i);
		ends[i] = (struct fdmap_end){ .pid = i, .fd = i, .access = 'r', .comm = comms[i] };
	}
	fdmap_value_init(&v, NULL);
	ck_assert_int_eq(fdmap_field_get(fdmap_field_find("peers", 5), &row, &v), 1);
	ck_assert_uint_eq(v.tree.n, 5000);
	ck_assert_str_eq(v.tree.v[4999].v[1].text, "c4999");
	ck_assert_str_eq(v.tree.v[4999].v[2].text, "4999");
	ck_assert_int_eq(fdmap_field_get(fdmap_field_find("peer", 4), &row, &v), 1);
	ck_assert_str_eq(v.tree.v[4999].text, "4999,c4999,4999r");
	ck_assert_int_eq(fdmap_field_get(fdmap_field_find("peer_comm", 9), &row, &v), 1);
	ck_assert_mem_eq(v.text.p, "c0,c1,c2", 8);
	fdmap_value_fini(&v);
}
END_TEST

START_TEST(test_error)
{
	struct fdmap_file f = { .fd = FDMAP_FD_CWD, .kind = FDMAP_KIND_FAILED,
				.failed = FDMAP_CALL_READLINK, .path = "/proc/1/cwd" };

	ck_assert_str_eq(fieldtext(&f, "error"), "-");
	f.error = EACCES;
	ck_assert_str_eq(fieldtext(&f, "error"), "readlink: Permission denied");
	ck_assert_str_eq(fieldtext(&f, "path"), "-");
	ck_assert_str_eq(fieldtext(&f, "deleted"), "-");
	ck_assert_str_eq(fieldtext(&f, "type"), "unknown");
	f.failed = FDMAP_CALL_STAT;
	ck_assert_str_eq(fieldtext(&f, "error"), "stat: Permission denied");
	f.error = 9999;
	ck_assert_str_eq(fieldtext(&f, "error"), "stat: ?");
}
END_TEST

/* ---- details ---- */

START_TEST(test_details)
{
	static const struct fdmap_detail targets[2] = { { .type = FDMAP_DETAIL_OBJECT },
							{ .type = FDMAP_DETAIL_OBJECT } };
	static const struct {
		enum fdmap_kind_id kind;
		const char *path;
		struct fdmap_detail d;
		const char *key, *want;
	} cases[] = {
		{ FDMAP_KIND_ANON, "anon_inode:[eventfd]",
		  { .key = "eventfd_count", .type = FDMAP_DETAIL_U64, .u = 3 }, "eventfd_count", "3" },
		{ FDMAP_KIND_ANON, "anon_inode:[timerfd]",
		  { .key = "clockid", .type = FDMAP_DETAIL_TEXT, .text = "CLOCK_REALTIME" },
		  "timerfd_clockid", "CLOCK_REALTIME" },
		{ FDMAP_KIND_ANON, "anon_inode:[timerfd]",
		  { .key = "it_value", .type = FDMAP_DETAIL_TEXT, .text = "99.999984797" },
		  "timerfd_remaining", "99999984797" },
		{ FDMAP_KIND_ANON, "anon_inode:[timerfd]",
		  { .key = "it_value", .type = FDMAP_DETAIL_TEXT, .text = "0.000000000" },
		  "timerfd_remaining", "0" },
		{ FDMAP_KIND_ANON, "anon_inode:[timerfd]",
		  { .key = "it_interval", .type = FDMAP_DETAIL_TEXT,
		    .text = "18446744073709551615.999999999" },
		  "timerfd_interval", "18446744073709551615" },
		{ FDMAP_KIND_ANON, "anon_inode:[timerfd]",
		  { .key = "it_interval", .type = FDMAP_DETAIL_TEXT, .text = "1" },
		  "timerfd_interval", "-" },
		{ FDMAP_KIND_ANON, "anon_inode:[pidfd]",
		  { .key = "pid", .type = FDMAP_DETAIL_I64, .i = -1 }, "pidfd_pid", "-1" },
		{ FDMAP_KIND_PIDFD, "pidfd:[7]",
		  { .key = "pid", .type = FDMAP_DETAIL_I64, .i = 42 }, "pidfd_pid", "42" },
		{ FDMAP_KIND_ANON, "anon_inode:[eventpoll]",
		  { .key = "targets", .type = FDMAP_DETAIL_LIST, .n = 2, .v = targets },
		  "epoll_targets", "2" },
		{ FDMAP_KIND_ANON, "anon_inode:inotify",
		  { .key = "watches", .type = FDMAP_DETAIL_LIST, .n = 0 }, "inotify_watches", "0" },
		{ FDMAP_KIND_ANON, "anon_inode:bpf-map",
		  { .key = "map_id", .type = FDMAP_DETAIL_U64, .u = 27 }, "bpf_id", "27" },
		{ FDMAP_KIND_ANON, "anon_inode:bpf-map",
		  { .key = "map_flags", .type = FDMAP_DETAIL_HEX, .u = 16 }, "bpf_map_flags", "16" },
		{ FDMAP_KIND_ANON, "anon_inode:btf",
		  { .key = "btf_id", .type = FDMAP_DETAIL_U64, .u = 5 }, "bpf_id", "5" },
		/* A hash of digits alone looks like a number. */
		{ FDMAP_KIND_ANON, "anon_inode:bpf_link",
		  { .key = "prog_tag", .type = FDMAP_DETAIL_U64, .u = 1234567890123456 },
		  "bpf_prog_tag", "1234567890123456" },
		{ FDMAP_KIND_ANON, "anon_inode:bpf_link",
		  { .key = "prog_id", .type = FDMAP_DETAIL_TEXT, .text = "odd" }, "bpf_prog_id", "-" },
		{ FDMAP_KIND_FILE, "/memfd:x (deleted)",
		  { .key = "name", .type = FDMAP_DETAIL_TEXT, .text = "x" }, "memfd_name", "x" },
		{ FDMAP_KIND_FILE, "/dmabuf:",
		  { .key = "name", .type = FDMAP_DETAIL_TEXT, .text = "x" }, "memfd_name", "-" },
		{ FDMAP_KIND_DEVICE, "/dev/net/tun",
		  { .key = "iff", .type = FDMAP_DETAIL_TEXT, .text = "tun0" }, "tun_iface", "tun0" },
		{ FDMAP_KIND_SOCKET, "socket:[7]",
		  { .key = "scm_fds", .type = FDMAP_DETAIL_U64, .u = 2 }, "scm_fds", "2" },
		/* Another kind's pid, id, name is not this one's. */
		{ FDMAP_KIND_ANON, "anon_inode:[eventfd]",
		  { .key = "pid", .type = FDMAP_DETAIL_I64, .i = 42 }, "pidfd_pid", "-" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fdmap_file_more more = { .details = &cases[i].d, .ndetails = 1 };
		struct fdmap_file f = { .fd = 3, .kind = (uint8_t)cases[i].kind,
					.path = cases[i].path, .more = &more };

		ck_assert_msg(strcmp(fieldtext(&f, cases[i].key), cases[i].want) == 0, "%s %s: %s",
			      cases[i].path, cases[i].key, fieldtext(&f, cases[i].key));
		more.ndetails = 0;
		ck_assert_str_eq(fieldtext(&f, cases[i].key), "-");
	}
}
END_TEST

/* A list that was cut tells how many it had. */
START_TEST(test_cut_list)
{
	static const struct fdmap_detail v[] = {
		{ .key = "watches", .type = FDMAP_DETAIL_LIST, .n = 100000 },
		{ .key = "more", .type = FDMAP_DETAIL_U64, .u = 23 },
	};
	const struct fdmap_file_more more = { .details = v, .ndetails = 2 };
	const struct fdmap_file f = { .fd = 3, .kind = FDMAP_KIND_ANON,
				      .path = "anon_inode:inotify", .more = &more };

	ck_assert_str_eq(fieldtext(&f, "inotify_watches"), "100023");
}
END_TEST

UNIT_MAIN("field_fd", test_fd, test_letters, test_flags, test_locks, test_pos, test_kind,
	  test_peers, test_many_peers, test_error, test_details, test_cut_list)
