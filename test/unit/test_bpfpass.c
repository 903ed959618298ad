/* SPDX-License-Identifier: MIT */
/* Streams of records, honest and not; what inodes tell; who may not ask. */
#include "bpf/pass.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "test/lib/tree.h"
#include "test/lib/unit.h"

static struct bpf_pass pass;

static void begin(enum bpf_what what)
{
	bpf_pass_init(&pass);
	pass.what = what;
}

static void put_head(uint32_t pid, int32_t fd, uint32_t tid)
{
	const struct bpf_head h = {
		.size = sizeof(h),
		.pid = pid,
		.fd = fd,
		.tid = tid,
		.ino = 1,
		.start = 10 * pid,
	};

	buf_put(&pass.stream, &h, sizeof(h));
}

static struct bpf_file file_of(uint32_t pid, int32_t fd)
{
	return (struct bpf_file){
		.h = { .size = sizeof(struct bpf_file), .pid = pid, .fd = fd, .ino = 1 },
		.name = BPF_NO_NAME,
	};
}

/* `room` bytes of text behind it, `name` as the record has it. */
static void put_named(uint32_t pid, int32_t fd, const char *text, size_t room, int32_t name)
{
	struct bpf_file f = file_of(pid, fd);

	f.h.size += (uint32_t)room;
	f.name = name;
	buf_put(&pass.stream, &f, sizeof(f));
	buf_put(&pass.stream, text, room);
}

static void put_socket(uint32_t pid, int32_t fd, uint32_t tid, uint32_t path, size_t room)
{
	static const char bytes[256];
	struct bpf_file f = file_of(pid, fd);
	const struct bpf_socket s = { .path = path };

	f.h.size += (uint32_t)(sizeof(s) + room);
	f.h.tid = tid;
	buf_put(&pass.stream, &f, sizeof(f));
	buf_put(&pass.stream, &s, sizeof(s));
	buf_put(&pass.stream, bytes, room);
}

/* Ends it. */
static void expect(int r)
{
	ck_assert_int_eq(bpf_pass_index(&pass, 77), r);
	ck_assert(r == 0 || (pass.nholders == 0 && !bpf_pass_find(&pass, 5)));
	bpf_pass_fini(&pass);
}

START_TEST(test_names)
{
	const struct bpf_holder *h;
	const struct bpf_file *f;
	size_t at;

	begin(BPF_NAMES);
	put_named(5, 0, "/a\0\0\0\0\0", 8, 2);
	put_named(5, 1, "/234567\0\0\0\0\0\0\0\0", 8, 7);
	put_named(5, 4, "/2345678\0\0\0\0\0\0\0", 16, 8);
	put_named(77, 0, "\0\0\0\0\0\0\0", 8, 0);
	put_named(78, 3, "", 0, -36);
	put_named(300, 3, "", 0, BPF_NO_NAME);
	ck_assert_int_eq(bpf_pass_index(&pass, 77), 0);
	ck_assert_uint_eq(pass.records, 6);
	ck_assert_uint_eq(pass.nholders, 3);
	ck_assert(!bpf_pass_find(&pass, 77));
	ck_assert(!bpf_pass_find(&pass, 4));
	ck_assert(!bpf_pass_find(&pass, 6));
	ck_assert(!bpf_pass_find(&pass, 301));
	ck_assert_uint_eq(bpf_pass_find(&pass, 300)->n, 1);
	h = bpf_pass_find(&pass, 5);
	ck_assert_uint_eq(h->n, 3);
	at = h->at;
	f = (const void *)bpf_next(&pass, &at);
	ck_assert_str_eq(bpf_name(f), "/a");
	f = (const void *)bpf_next(&pass, &at);
	ck_assert_str_eq(bpf_name(f), "/234567");
	f = (const void *)bpf_next(&pass, &at);
	ck_assert_int_eq(f->h.fd, 4);
	ck_assert_str_eq(bpf_name(f), "/2345678");
	h = bpf_pass_find(&pass, 78);
	at = h->at;
	ck_assert_int_eq(((const struct bpf_file *)bpf_next(&pass, &at))->name, -36);
	ck_assert_uint_eq(at, bpf_pass_find(&pass, 300)->at);
	bpf_pass_fini(&pass);
}
END_TEST

/* What is read by and by is known as far as the next process has begun, byte by byte. */
START_TEST(test_growing)
{
	struct bpf_pass whole;
	size_t size, known = 0;

	begin(BPF_NAMES);
	put_named(5, 0, "/a\0\0\0\0\0", 8, 2);
	put_named(5, 1, "/b\0\0\0\0\0", 8, 2);
	put_named(9, 7, "/c\0\0\0\0\0", 8, 2);
	whole = pass;
	size = pass.stream.n;
	for (size_t n = 0; n <= size; n++) {
		int r;

		pass.stream.n = n;
		r = bpf_pass_index_more(&pass, 77, false);
		ck_assert_int_ge(r, (int)known);
		known = (size_t)r;
		ck_assert_uint_eq(known, n < size / 3 ? 0 : n < size ? 4 : 8);
	}
	ck_assert_int_ge(bpf_pass_index_more(&pass, 77, true), 0);
	ck_assert_uint_eq(pass.records, 3);
	ck_assert_uint_eq(bpf_pass_find(&pass, 5)->n, 2);
	ck_assert_uint_eq(bpf_pass_find(&pass, 9)->at, size / 3 * 2);
	/* What is cut at the end is torn. */
	whole.stream.n--;
	ck_assert_int_ge(bpf_pass_index_more(&whole, 77, false), 0);
	ck_assert_int_eq(bpf_pass_index_more(&whole, 77, true), -EPROTO);
	free(whole.holders);
	bpf_pass_fini(&pass);
}
END_TEST

/* Beside others: each process is there once it was waited for. Ends with nothing left over. */
START_TEST(test_aside)
{
	struct bpf_ask ask = { .what = BPF_HELD };
	const struct bpf_holder *h;
	const char *why = NULL;
	struct root *root;
	int child, status;

	ck_assert_int_eq(root_open(&root, NULL), 0);
	bpf_pass_init(&pass);
	if (bpf_may(root, &why) < 0) {
		ck_assert_int_lt(bpf_pass_begin(&pass, root, &ask, &why), 0);
		ck_assert_int_eq(bpf_pass_wait(&pass, 1), 0);
		ck_assert_int_eq(bpf_pass_end(&pass), 0);
		root_close(root);
		return;
	}
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	for (int i = 0; i < 20; i++) {
		ask.what = i % 2 ? BPF_NAMES : BPF_HELD;
		if (bpf_pass_begin(&pass, root, &ask, &why) < 0)
			break;
		ck_assert_int_eq(bpf_pass_wait(&pass, (uint32_t)child), 0);
		h = bpf_pass_find(&pass, (uint32_t)child);
		ck_assert_ptr_nonnull(h);
		ck_assert_uint_eq(h->pid, (uint32_t)child);
		/* Not waited for: it ends all the same. */
		if (i % 3)
			ck_assert_int_eq(bpf_pass_end(&pass), 0);
		bpf_pass_fini(&pass);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	bpf_pass_fini(&pass);
	root_close(root);
}
END_TEST

START_TEST(test_hostile_names)
{
	/* Longer than its record; no NUL at its end; a NUL within; room that nothing needs. */
	static const struct {
		size_t room;
		int32_t name;
		const char *text;
	} bad[] = {
		{ 8, 8, "/2345678" },
		{ 8, 7, "/2345678" },
		{ 8, 3, "/a\0\0\0\0\0" },
		{ 16, 2, "/a\0\0\0\0\0\0\0\0\0\0\0\0\0" },
		{ 0, 0, "" },
		{ 8, INT32_MAX, "/2345678" },
		{ 8, -2, "/2345678" },
		{ 4, 2, "/a\0" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin(BPF_NAMES);
		put_named(5, 0, bad[i].text, bad[i].room, bad[i].name);
		expect(-EPROTO);
	}
	/* A mark, and a thread, where there are none. */
	begin(BPF_NAMES);
	put_head(5, -1, 0);
	expect(-EPROTO);
	begin(BPF_NAMES);
	put_head(5, 0, 0);
	expect(-EPROTO);
}
END_TEST

START_TEST(test_order)
{
	static const struct {
		uint32_t pid[2];
		int32_t fd[2];
		int r;
	} two[] = {
		{ { 5, 5 }, { 3, 4 }, 0 },
		{ { 5, 6 }, { 4, 3 }, 0 },
		{ { 5, 5 }, { 3, 3 }, -EPROTO },
		{ { 5, 5 }, { 4, 3 }, -EPROTO },
		{ { 6, 5 }, { 3, 4 }, -EPROTO },
		{ { 5, 5 }, { -1, 0 }, 0 },
		{ { 5, 6 }, { -1, -1 }, 0 },
		{ { 5, 5 }, { -1, -1 }, -EPROTO },
		{ { 5, 5 }, { 3, -1 }, -EPROTO },
		{ { 5, 0 }, { 3, 3 }, -EPROTO },
		{ { 5, 0x80000000u }, { 3, 3 }, -EPROTO },
		{ { 5, 6 }, { 3, -2 }, -EPROTO },
	};

	for (size_t i = 0; i < sizeof(two) / sizeof(*two); i++) {
		begin(BPF_HELD);
		put_head(two[i].pid[0], two[i].fd[0], 0);
		put_head(two[i].pid[1], two[i].fd[1], 0);
		expect(two[i].r);
	}
	begin(BPF_FILES);
	put_head(5, 3, 5);
	expect(-EPROTO);
}
END_TEST

START_TEST(test_marks)
{
	const struct bpf_holder *h;
	size_t at;

	begin(BPF_HELD);
	put_head(5, -1, 0);
	put_head(6, -1, 0);
	put_head(6, 0, 0);
	put_head(6, 9, 0);
	put_head(8, -1, 0);
	ck_assert_int_eq(bpf_pass_index(&pass, 77), 0);
	ck_assert_uint_eq(pass.nholders, 3);
	ck_assert_uint_eq(bpf_pass_find(&pass, 5)->n, 0);
	ck_assert_uint_eq(bpf_pass_find(&pass, 8)->n, 0);
	ck_assert(!bpf_pass_find(&pass, 7));
	h = bpf_pass_find(&pass, 6);
	ck_assert_uint_eq(h->n, 2);
	ck_assert_uint_eq(h->start, 60);
	at = h->at;
	ck_assert_int_eq(bpf_next(&pass, &at)->fd, 0);
	ck_assert_int_eq(bpf_next(&pass, &at)->fd, 9);
	bpf_pass_fini(&pass);
}
END_TEST

START_TEST(test_many)
{
	begin(BPF_HELD);
	for (uint32_t pid = 1; pid <= 1000; pid++)
		put_head(2 * pid, -1, 0);
	ck_assert_int_eq(bpf_pass_index(&pass, 77), 0);
	ck_assert_uint_eq(pass.nholders, 1000);
	for (uint32_t pid = 1; pid <= 1000; pid++) {
		ck_assert_uint_eq(bpf_pass_find(&pass, 2 * pid)->pid, 2 * pid);
		ck_assert(!bpf_pass_find(&pass, 2 * pid + 1));
	}
	bpf_pass_fini(&pass);
}
END_TEST

/* What a thread has stands where its own number does, and belongs to no process' list. */
START_TEST(test_sockets)
{
	begin(BPF_SOCKETS);
	put_head(5, -1, 0);
	put_socket(5, 0, 0, 0, 0);
	put_socket(5, 3, 0, 3, 8);
	put_head(7, -1, 0);
	put_socket(5, 0, 9, BPF_SOCK_NAME, BPF_SOCK_NAME);
	put_head(10, -1, 0);
	ck_assert_int_eq(bpf_pass_index(&pass, 77), 0);
	ck_assert_uint_eq(pass.records, 6);
	ck_assert_uint_eq(pass.nholders, 3);
	ck_assert_uint_eq(bpf_pass_find(&pass, 5)->n, 2);
	ck_assert(!bpf_pass_find(&pass, 9));
	bpf_pass_fini(&pass);

	begin(BPF_SOCKETS);
	put_socket(5, 0, 0, 3, 0);
	expect(-EPROTO);
	begin(BPF_SOCKETS);
	put_socket(5, 0, 0, 3, 16);
	expect(-EPROTO);
	begin(BPF_SOCKETS);
	put_socket(5, 0, 0, BPF_SOCK_NAME + 8, BPF_SOCK_NAME + 8);
	expect(-EPROTO);
	begin(BPF_SOCKETS);
	put_socket(5, 0, 9, 0, 0);
	put_socket(8, 0, 0, 0, 0);
	expect(-EPROTO);
	begin(BPF_SOCKETS);
	put_head(5, 0, 0);
	expect(-EPROTO);
}
END_TEST

/* Of one process alone, so that there is nothing but sockets. */
START_TEST(test_unixes)
{
	begin(BPF_UNIXES);
	put_socket(5, 3, 0, 3, 8);
	put_socket(5, 4, 0, 0, 0);
	ck_assert_int_eq(bpf_pass_index(&pass, 77), 0);
	ck_assert_uint_eq(pass.nholders, 1);
	ck_assert_uint_eq(bpf_pass_find(&pass, 5)->n, 2);
	bpf_pass_fini(&pass);

	begin(BPF_UNIXES);
	put_head(5, -1, 0);
	expect(-EPROTO);
	begin(BPF_UNIXES);
	put_head(5, 3, 0);
	expect(-EPROTO);
	begin(BPF_UNIXES);
	put_socket(5, 3, 6, 0, 0);
	expect(-EPROTO);
	begin(BPF_UNIXES);
	put_socket(5, 3, 0, 3, 0);
	expect(-EPROTO);
}
END_TEST

/* Cut anywhere, or with a size that is not its own. */
START_TEST(test_torn)
{
	for (size_t cut = 1; cut < sizeof(struct bpf_file) + 8; cut++) {
		begin(BPF_NAMES);
		put_named(5, 0, "/a\0\0\0\0\0", 8, 2);
		put_named(5, 1, "/a\0\0\0\0\0", 8, 2);
		pass.stream.n -= cut;
		expect(-EPROTO);
	}
	for (uint32_t size = 0; size < 300; size++) {
		begin(BPF_HELD);
		put_head(5, 0, 0);
		put_head(5, 1, 0);
		memcpy(pass.stream.p, &size, sizeof(size));
		expect(size == sizeof(struct bpf_head) ? 0 : -EPROTO);
	}
	begin(BPF_HELD);
	expect(0);
}
END_TEST

START_TEST(test_stat)
{
	struct bpf_file f = {
		.h.ino = 1234567890123,
		.mode = S_IFCHR | 0620,
		.nlink = 3,
		.dev = 5u << 20 | 7,
		.rdev = 136u << 20 | 0xfffff,
		.isize = UINT64_C(1) << 40,
		.magic = 0x1cd1,
		.mount = 28,
	};
	struct fdmap_stat st;

	ck_assert(bpf_stat(&f, &st));
	ck_assert_uint_eq(st.ino, 1234567890123);
	ck_assert_uint_eq(st.dev, makedev(5, 7));
	ck_assert_uint_eq(st.rdev, makedev(136, 0xfffff));
	ck_assert_uint_eq(st.size, UINT64_C(1) << 40);
	ck_assert_uint_eq(st.mode, S_IFCHR | 0620);
	ck_assert_uint_eq(st.nlink, 3);
	ck_assert_uint_eq(st.mount, 28);
	f.mode = S_IFLNK | 0777;
	ck_assert(!bpf_stat(&f, &st));
	f.mode = S_IFREG | 0600;
	f.magic = ANON_INODE_FS_MAGIC;
	ck_assert(bpf_stat(&f, &st));
	ck_assert_uint_eq(st.mode, 0600);
	f.magic = PROC_SUPER_MAGIC;
	ck_assert(bpf_stat(&f, &st));
	f.mode = S_IFDIR | 0555;
	ck_assert(!bpf_stat(&f, &st));
	f.magic = EXT4_SUPER_MAGIC;
	ck_assert(bpf_stat(&f, &st));
	f.magic = 0x58465342; /* XFS */
	ck_assert(!bpf_stat(&f, &st));
	f.mode = S_IFREG | 0600;
	ck_assert(bpf_stat(&f, &st));
	f.magic = BTRFS_SUPER_MAGIC;
	ck_assert(!bpf_stat(&f, &st));
	f.magic = OVERLAYFS_SUPER_MAGIC;
	ck_assert(!bpf_stat(&f, &st));
	f.magic = SYSFS_MAGIC;
	ck_assert(!bpf_stat(&f, &st));
	f.magic = 0x50494446; /* pidfs */
	ck_assert(!bpf_stat(&f, &st));
}
END_TEST

/* A recorded tree is another system. */
START_TEST(test_may)
{
	char *dir = tree_unpack("dir 812\n");
	struct bpf_ask ask = { .what = BPF_NAMES };
	const char *why = NULL;
	struct root *root;

	ck_assert_int_eq(root_open(&root, dir), 0);
	ck_assert_int_lt(bpf_may(root, &why), 0);
	ck_assert_str_eq(why, "not the /proc of this system");
	bpf_pass_init(&pass);
	ck_assert_int_lt(bpf_pass_read(&pass, root, &ask, &why), 0);
	ck_assert_uint_eq(pass.stream.n + pass.nholders, 0);
	bpf_pass_fini(&pass);
	root_close(root);
	tree_remove(dir);
}
END_TEST

UNIT_MAIN("bpfpass", test_names, test_growing, test_aside, test_hostile_names, test_order, test_marks, test_many,
	  test_sockets, test_unixes, test_torn, test_stat, test_may)
