/* SPDX-License-Identifier: MIT */
/* What a descriptor is, what it needs, and how lsof shows it. */
#include "kind/kind.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "test/lib/unit.h"

#define ALL_WANT                                                                                   \
	(FDMAP_STAT | FDMAP_POS | FDMAP_DETAIL | FDMAP_FLAGS | FDMAP_ACCESS | FDMAP_COMM |         \
	 FDMAP_SOCK)
#define BASIC (FDMAP_STAT | FDMAP_FLAGS | FDMAP_ACCESS)

static const struct kind *kind_for(const char *text, const struct fdmap_stat *st)
{
	struct fdlink link;

	parse_fdlink((struct span){ text, strlen(text) }, &link);
	return kind_of(&link, st);
}

static unsigned id_for(const char *text, uint32_t mode)
{
	const struct fdmap_stat st = { .mode = mode };

	return kind_for(text, &st)->id;
}

static uint32_t needs(const char *text, uint32_t mode, uint32_t want)
{
	const struct fdmap_stat st = { .mode = mode };
	struct fdlink link;

	parse_fdlink((struct span){ text, strlen(text) }, &link);
	return kind_of(&link, mode ? &st : NULL)->needs(&link, want);
}

START_TEST(test_choice)
{
	ck_assert_uint_eq(id_for("/x", S_IFREG), FDMAP_KIND_FILE);
	ck_assert_uint_eq(id_for("/x", S_IFDIR), FDMAP_KIND_FILE);
	ck_assert_uint_eq(id_for("/x", S_IFLNK), FDMAP_KIND_FILE);
	ck_assert_uint_eq(id_for("/dev/null", S_IFCHR), FDMAP_KIND_DEVICE);
	ck_assert_uint_eq(id_for("/dev/vda", S_IFBLK), FDMAP_KIND_DEVICE);
	ck_assert_uint_eq(id_for("/tmp/fifo", S_IFIFO), FDMAP_KIND_PIPE);
	ck_assert_uint_eq(id_for("/tmp/sock", S_IFSOCK), FDMAP_KIND_SOCKET);
	ck_assert_uint_eq(id_for("pipe:[1]", S_IFIFO), FDMAP_KIND_PIPE);
	ck_assert_uint_eq(id_for("socket:[1]", S_IFSOCK), FDMAP_KIND_SOCKET);
	ck_assert_uint_eq(id_for("anon_inode:[eventfd]", 0600), FDMAP_KIND_ANON);
	ck_assert_uint_eq(id_for("anon_inode:[pidfd]", 0600), FDMAP_KIND_ANON);
	ck_assert_uint_eq(id_for("net:[4026531833]", S_IFREG), FDMAP_KIND_NS);
	ck_assert_uint_eq(id_for("pidfd:[8403]", S_IFREG), FDMAP_KIND_PIDFD);
	ck_assert_uint_eq(id_for("what:[1]", S_IFREG), FDMAP_KIND_FILE);
	ck_assert_uint_eq(id_for("", 0), FDMAP_KIND_FILE);
	ck_assert_uint_eq(kind_for("/x", NULL)->id, FDMAP_KIND_FILE);
	ck_assert_uint_eq(kind_for("pipe:[1]", NULL)->id, FDMAP_KIND_PIPE);
}
END_TEST

START_TEST(test_by_id)
{
	for (unsigned id = FDMAP_KIND_FILE; id <= FDMAP_KIND_FAILED; id++)
		ck_assert_uint_eq(kind_by_id(id)->id, id);
	ck_assert_uint_eq(kind_by_id(FDMAP_KIND_UNKNOWN)->id, FDMAP_KIND_FAILED);
	ck_assert_uint_eq(kind_by_id(255)->id, FDMAP_KIND_FAILED);
}
END_TEST

START_TEST(test_needs)
{
	const uint32_t all = ALL_WANT | FDMAP_OFFSETS;

	ck_assert_uint_eq(needs("/x", S_IFREG, ALL_WANT), BASIC);
	ck_assert_uint_eq(needs("/x", S_IFREG, all), BASIC | FDMAP_POS);
	ck_assert_uint_eq(needs("/x", 0, ALL_WANT), BASIC);
	ck_assert_uint_eq(needs("/dev/null", S_IFCHR, ALL_WANT), BASIC | FDMAP_POS);
	ck_assert_uint_eq(needs("/dev/null", S_IFCHR, FDMAP_STAT), FDMAP_STAT);
	ck_assert_uint_eq(needs("pipe:[1]", 0, all), BASIC);
	ck_assert_uint_eq(needs("socket:[1]", 0, all), FDMAP_FLAGS | FDMAP_ACCESS);
	ck_assert_uint_eq(needs("anon_inode:[eventfd]", 0, ALL_WANT), BASIC | FDMAP_DETAIL);
	ck_assert_uint_eq(needs("anon_inode:[eventpoll]", 0, all),
			  BASIC | FDMAP_DETAIL | FDMAP_POS);
	ck_assert_uint_eq(needs("anon_inode:[pidfd]", 0, ALL_WANT), BASIC | FDMAP_DETAIL);
	ck_assert_uint_eq(needs("anon_inode:[timerfd]", 0, ALL_WANT), BASIC);
	ck_assert_uint_eq(needs("pidfd:[7]", 0, ALL_WANT), BASIC | FDMAP_DETAIL);
	ck_assert_uint_eq(needs("net:[7]", 0, ALL_WANT), BASIC);
	ck_assert_uint_eq(needs("/x", S_IFREG, 0), 0);
	ck_assert_uint_eq(kind_by_id(FDMAP_KIND_FAILED)->needs(NULL, all), FDMAP_ACCESS);
}
END_TEST

static struct fdmap_stat stat_a = {
	.mode = S_IFREG | 0644, .ino = UINT64_C(8589934592), .size = 4096, .nlink = 2
};

static struct fdmap_look look_at(unsigned kind, struct fdmap_file file)
{
	struct fdmap_look look;

	stat_a.dev = makedev(254, 0);
	stat_a.rdev = makedev(1, 3);
	file.kind = (uint8_t)kind;
	memset(&look, 0xa5, sizeof(look));
	kind_by_id(kind)->look(&file, &look);
	return look;
}

static struct fdmap_look look_mode(unsigned kind, uint32_t mode, int fd, uint32_t have)
{
	stat_a.mode = mode;
	return look_at(
		kind,
		(struct fdmap_file){
			.fd = fd, .have = have, .stat = &stat_a, .ino = stat_a.ino, .pos = 69 });
}

#define H(x) FDMAP_HAS_##x
#define FILE_HAS (H(DEV) | H(INODE) | H(SIZE) | H(NLINK))

START_TEST(test_look_file)
{
	struct fdmap_look l = look_mode(FDMAP_KIND_FILE, S_IFREG, 3, FDMAP_STAT);

	ck_assert_str_eq(l.type, "REG");
	ck_assert_str_eq(l.device, "");
	ck_assert_str_eq(l.node, "");
	ck_assert_uint_eq(l.has, FILE_HAS);
	ck_assert_uint_eq(l.dev, makedev(254, 0));
	ck_assert_uint_eq(l.size, 4096);
	ck_assert_uint_eq(l.nlink, 2);
	ck_assert_uint_eq(l.ino, UINT64_C(8589934592));
	l = look_mode(FDMAP_KIND_FILE, S_IFDIR, 3, FDMAP_STAT | FDMAP_POS);
	ck_assert_str_eq(l.type, "DIR");
	ck_assert_uint_eq(l.has, FILE_HAS | H(OFFSET));
	ck_assert_uint_eq(l.offset, 69);
	ck_assert_str_eq(look_mode(FDMAP_KIND_FILE, S_IFLNK, 3, FDMAP_STAT).type, "LINK");
	ck_assert_str_eq(look_mode(FDMAP_KIND_FILE, 0030000, 3, FDMAP_STAT).type, "0003");
	ck_assert_str_eq(look_mode(FDMAP_KIND_FILE, 0600, 3, FDMAP_STAT).type, "unknown");
}
END_TEST

START_TEST(test_look_slots)
{
	const struct fdmap_file_more note = { .note = "(path inode=7)" };
	const uint32_t have = FDMAP_STAT | FDMAP_POS;
	struct fdmap_look l;

	for (int slot = FDMAP_FD_MEM; slot <= FDMAP_FD_CWD; slot++)
		ck_assert_uint_eq(look_mode(FDMAP_KIND_FILE, S_IFREG, slot, have).has, FILE_HAS);
	ck_assert_uint_eq(look_mode(FDMAP_KIND_FILE, S_IFREG, FDMAP_FD_DEL, have).has,
			  H(DEV) | H(INODE));
	/* The numbers of PID/maps alone. */
	ck_assert_uint_eq(look_mode(FDMAP_KIND_FILE, S_IFREG, FDMAP_FD_MEM, 0).has,
			  H(DEV) | H(INODE));
	l = look_at(FDMAP_KIND_FILE, (struct fdmap_file){ .fd = FDMAP_FD_MEM,
							  .have = FDMAP_STAT,
							  .more = &note,
							  .stat = &stat_a });
	ck_assert_uint_eq(l.has, H(DEV) | H(INODE));
	l = look_at(FDMAP_KIND_FILE, (struct fdmap_file){ .fd = 4, .ino = 7 });
	ck_assert_uint_eq(l.has, H(INODE));
	ck_assert_uint_eq(l.ino, 7);
	ck_assert_str_eq(l.type, "");
}
END_TEST

START_TEST(test_look_device)
{
	struct fdmap_look l = look_mode(FDMAP_KIND_DEVICE, S_IFCHR, 0, FDMAP_STAT | FDMAP_POS);

	ck_assert_str_eq(l.type, "CHR");
	ck_assert_uint_eq(l.has, H(DEV) | H(RDEV) | H(INODE) | H(NLINK) | H(OFFSET));
	ck_assert_uint_eq(l.dev, makedev(254, 0));
	ck_assert_uint_eq(l.rdev, makedev(1, 3));
	ck_assert_uint_eq(l.offset, 69);
	l = look_mode(FDMAP_KIND_DEVICE, S_IFBLK, FDMAP_FD_MEM, FDMAP_STAT);
	ck_assert_str_eq(l.type, "BLK");
	ck_assert_uint_eq(l.has, H(DEV) | H(RDEV) | H(INODE) | H(NLINK));
}
END_TEST

START_TEST(test_look_pipe)
{
	struct fdmap_look l = look_mode(FDMAP_KIND_PIPE, S_IFIFO, 26, FDMAP_STAT | FDMAP_POS);

	ck_assert_str_eq(l.type, "FIFO");
	ck_assert_uint_eq(l.has, H(DEV) | H(INODE) | H(NLINK) | H(OFFSET));
	ck_assert_uint_eq(l.offset, 0);
	l = look_at(FDMAP_KIND_PIPE, (struct fdmap_file){ .fd = 1, .ino = 7 });
	ck_assert_str_eq(l.type, "FIFO");
	ck_assert_uint_eq(l.has, H(INODE) | H(OFFSET));
}
END_TEST

START_TEST(test_look_socket)
{
	struct fdmap_look l = look_mode(FDMAP_KIND_SOCKET, S_IFSOCK, 9, FDMAP_STAT | FDMAP_POS);
	const struct fdmap_sock sock = { .ino = 5303, .table = FDMAP_TCP, .family = AF_INET };
	const struct fdmap_sock ping6 = { .ino = 7, .table = FDMAP_ICMP, .family = AF_INET6 };

	ck_assert_str_eq(l.type, "sock");
	ck_assert_uint_eq(l.has, H(DEV) | H(INODE) | H(OFFSET));
	ck_assert_uint_eq(l.offset, 0);
	l = look_at(
		FDMAP_KIND_SOCKET,
		(struct fdmap_file){ .fd = 3, .stat = &stat_a, .have = FDMAP_STAT, .sock = &sock });
	ck_assert_str_eq(l.type, "IPv4");
	ck_assert_str_eq(l.device, "5303");
	ck_assert_str_eq(l.node, "TCP");
	ck_assert_uint_eq(l.has, H(OFFSET));
	l = look_at(FDMAP_KIND_SOCKET,
		    (struct fdmap_file){
			    .fd = 3, .stat = &stat_a, .have = FDMAP_STAT, .sock = &ping6 });
	ck_assert_str_eq(l.type, "sock");
	ck_assert_uint_eq(l.has, H(DEV) | H(INODE) | H(OFFSET));
}
END_TEST

START_TEST(test_look_others)
{
	struct fdmap_look l = look_mode(FDMAP_KIND_ANON, 0600, 22, FDMAP_STAT);

	ck_assert_str_eq(l.type, "a_inode");
	ck_assert_uint_eq(l.has, FILE_HAS);
	ck_assert_uint_eq(look_mode(FDMAP_KIND_ANON, 0600, 22, FDMAP_STAT | FDMAP_POS).has,
			  FILE_HAS | H(OFFSET));
	ck_assert_str_eq(look_mode(FDMAP_KIND_ANON, S_IFREG, 22, FDMAP_STAT).type, "REG");
	ck_assert_str_eq(look_mode(FDMAP_KIND_NS, S_IFREG, 30, FDMAP_STAT).type, "REG");
	ck_assert_str_eq(look_mode(FDMAP_KIND_PIDFD, 0600, 30, FDMAP_STAT).type, "REG");
	l = look_mode(FDMAP_KIND_MQUEUE, S_IFREG, 48, FDMAP_STAT);
	ck_assert_str_eq(l.type, "PSXMQ");
	ck_assert_uint_eq(l.has, FILE_HAS);
	l = look_mode(FDMAP_KIND_FAILED, S_IFREG, FDMAP_FD_CWD, 0);
	ck_assert_str_eq(l.type, "unknown");
	ck_assert_uint_eq(l.has, 0);
	l = look_mode(FDMAP_KIND_FAILED, S_IFREG, FDMAP_FD_NOFD, 0);
	ck_assert_str_eq(l.type, "");
}
END_TEST

static void expect_name(unsigned kind, struct fdmap_file file, const char *name)
{
	struct buf b;

	buf_init(&b);
	kind_by_id(kind)->describe(&file, NULL, 0, &b);
	ck_assert_str_eq(buf_str(&b), name);
	buf_fini(&b);
}

#define NAMED(k, p, n) expect_name(FDMAP_KIND_##k, (struct fdmap_file){ .path = (p) }, (n))

START_TEST(test_names)
{
	const struct fdmap_file_more typed = { .as = "x:y" };
	const struct fdmap_file_more vsock = { .sockproto = "AF_VSOCK" };
	const struct fdmap_file_more nameless = { .sockproto = "" };

	NAMED(FILE, "/tmp/a:b c (deleted)", "/tmp/a:b c (deleted)");
	NAMED(FILE, "what:[1]", "what");
	NAMED(FILE, "", "");
	NAMED(FILE, NULL, "");
	NAMED(DEVICE, "/dev/null", "/dev/null");
	NAMED(PIPE, "pipe:[5325]", "pipe");
	NAMED(PIPE, "/tmp/ff", "/tmp/ff");
	NAMED(NS, "net:[4026531833]", "net");
	NAMED(MQUEUE, "/hpq", "/hpq");
	NAMED(FAILED, "/proc/1/cwd", "/proc/1/cwd");
	NAMED(SOCKET, "socket:[1]", "can't identify protocol");
	NAMED(ANON, "anon_inode:inotify", "inotify");
	NAMED(ANON, "anon_inode:[io_uring]", "[io_uring]");
	NAMED(ANON, "anon_inode:[eventfd]", "[eventfd]");
	NAMED(ANON, NULL, "");
	NAMED(PIDFD, "pidfd:[8403]", "pidfd");
	expect_name(FDMAP_KIND_FILE, (struct fdmap_file){ .path = "/tmp/x", .more = &typed }, "x:y");
	expect_name(FDMAP_KIND_SOCKET, (struct fdmap_file){ .more = &vsock },
		    "protocol: AF_VSOCK");
	expect_name(FDMAP_KIND_SOCKET, (struct fdmap_file){ .more = &nameless },
		    "can't identify protocol");
}
END_TEST

static void expect_anon(const char *path, struct fdmap_anon anon, const char *name)
{
	const struct fdmap_file_more more = { .anon = &anon };

	expect_name(FDMAP_KIND_ANON, (struct fdmap_file){ .path = path, .more = &more }, name);
}

START_TEST(test_anon_names)
{
	static const int32_t two[] = { 5, 6 };

	expect_anon("anon_inode:[eventfd]", (struct fdmap_anon){ .has_id = true, .id = 12 },
		    "[eventfd:12]");
	expect_anon("anon_inode:[eventfd]", (struct fdmap_anon){ .pid = 12 }, "[eventfd]");
	expect_anon("anon_inode:[timerfd]", (struct fdmap_anon){ .has_id = true, .pid = 3 },
		    "[timerfd]");
	expect_anon("anon_inode:[eventpoll]", (struct fdmap_anon){ .ntfds = 2, .tfds = two },
		    "[eventpoll:5,6]");
	expect_anon("anon_inode:[eventpoll]", (struct fdmap_anon){ .ntfds = 0 }, "[eventpoll]");
	expect_anon("anon_inode:[pidfd]", (struct fdmap_anon){ .pid = 123 }, "[pidfd:123]");
	expect_anon("anon_inode:[pidfd]", (struct fdmap_anon){ .pid = -1 }, "[pidfd]");
	for (int64_t pid = -1; pid < 2; pid++) {
		const struct fdmap_anon anon = { .pid = pid };
		const struct fdmap_file_more more = { .anon = &anon };
		const struct fdmap_file file = { .path = "pidfd:[8]", .more = &more };

		expect_name(FDMAP_KIND_PIDFD, file,
			    pid < 0 ? "[pidfd:-1]"
			    : pid   ? "[pidfd:1]"
				    : "pidfd");
	}
}
END_TEST

START_TEST(test_many_watched)
{
	int32_t fds[40];
	struct buf b;

	for (int i = 0; i < 40; i++)
		fds[i] = i;
	/* lsof has room for 32 and takes a full table for an overflowing one. */
	for (uint32_t n = 31; n <= 40; n++) {
		buf_init(&b);
		buf_puts(&b, "[eventpoll:0");
		for (uint32_t i = 1; i < n && i < 32; i++)
			buf_printf(&b, ",%u", i);
		buf_puts(&b, n < 32 ? "]" : "...]");
		expect_anon("anon_inode:[eventpoll]",
			    (struct fdmap_anon){ .ntfds = n, .tfds = fds }, buf_str(&b));
		buf_fini(&b);
	}
}
END_TEST

UNIT_MAIN("kind", test_choice, test_by_id, test_needs, test_look_file, test_look_slots,
	  test_look_device, test_look_pipe, test_look_socket, test_look_others, test_names,
	  test_anon_names, test_many_watched)
