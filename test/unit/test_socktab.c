/* SPDX-License-Identifier: MIT */
/* Socket tables: what becomes a row, what does not, and what is asked of the root. */
#include "net/socktab.h"

#include <errno.h>
#include <string.h>

#include "test/lib/unit.h"

#define UNIX_HEAD "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define NETLINK_HEAD "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n"
#define INET_HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"

/* A /proc of a few files. */
struct fake_file {
	const char *at, *name, *text;
	int error;
};

static int fake_read(struct root *r, const struct root_dir *d, const char *name, struct buf *out)
{
	for (const struct fake_file *f = r->priv; f->name; f++) {
		if (strcmp(f->at, d->at) != 0 || strcmp(f->name, name) != 0)
			continue;
		if (!f->error)
			buf_puts(out, f->text);
		return f->error;
	}
	return -ENOENT;
}

static const struct root_ops fake_ops = { .read = fake_read };

static struct fdmap_sock first_of(const struct socktab *t)
{
	ck_assert_uint_eq(t->socks.n, 1);
	return *socklist_at(&t->socks, 0);
}

static int parse(struct socktab *t, enum fdmap_sock_table table, const char *text)
{
	return socktab_parse(t, families[table]->texts, (struct span){ text, strlen(text) });
}

START_TEST(test_header_and_cut_line)
{
	struct socktab t;

	socktab_init(&t);
	/* The first line is never a row, even when it looks like one. */
	ck_assert_int_eq(parse(&t, FDMAP_NETLINK,
			       "0 1 0 0 0 0 0 2 0 11\n"
			       "0 2 0 0 0 0 0 2 0 22\n"
			       "0 3 0 0 0 0 0 2 0 33"),
			 0);
	ck_assert_uint_eq(first_of(&t).ino, 22);
	ck_assert_ptr_null(socktab_find(&t, 11));
	ck_assert_ptr_null(socktab_find(&t, 33));
	ck_assert_ptr_eq(socktab_find(&t, 22), socklist_at(&t.socks, 0));
	socktab_fini(&t);
}
END_TEST

START_TEST(test_empty)
{
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(parse(&t, FDMAP_TCP, ""), 0);
	ck_assert_int_eq(parse(&t, FDMAP_TCP, "\n"), 0);
	ck_assert_int_eq(parse(&t, FDMAP_TCP, INET_HEAD), 0);
	ck_assert_uint_eq(t.socks.n, 0);
	ck_assert_ptr_null(socktab_find(&t, 0));
	ck_assert_ptr_null(socktab_find(&t, 1));
	socktab_fini(&t);
}
END_TEST

START_TEST(test_bad_line_loses_no_other)
{
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(parse(&t, FDMAP_UNIX,
			       UNIX_HEAD "01: 00000002 00000000 00010000 0001 01 11 /tmp/two\n"
					 "lines of a path: 00000002\n"
					 "\n"
					 "02: 00000002 00000000 00010000 0001 01 22 /tmp/b\n"),
			 0);
	ck_assert_uint_eq(t.socks.n, 2);
	ck_assert_str_eq(socktab_find(&t, 11)->path, "/tmp/two");
	ck_assert_str_eq(socktab_find(&t, 22)->path, "/tmp/b");
	socktab_fini(&t);
}
END_TEST

START_TEST(test_inode_zero_and_twice)
{
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(parse(&t, FDMAP_NETLINK,
			       NETLINK_HEAD "0 1 0 0 0 0 0 2 0 0\n"
					    "0 2 0 0 0 0 0 2 0 8589934593\n"
					    "0 3 0 0 0 0 0 2 0 8589934593\n"
					    "0 4 0 0 0 0 0 2 0 1\n"),
			 0);
	ck_assert_uint_eq(t.socks.n, 2);
	/* The first one stays; inodes are told apart beyond 32 bits. */
	ck_assert_uint_eq(socktab_find(&t, UINT64_C(8589934593))->proto, 2);
	ck_assert_uint_eq(socktab_find(&t, 1)->proto, 4);
	ck_assert_ptr_null(socktab_find(&t, 0));
	socktab_fini(&t);
}
END_TEST

START_TEST(test_many)
{
	struct socktab t;
	struct buf text;

	buf_init(&text);
	buf_puts(&text, UNIX_HEAD);
	for (unsigned i = 1; i <= 5000; i++)
		buf_printf(&text, "%x: 00000002 00000000 00010000 0001 01 %u @%u\n", i, i * 7, i);
	socktab_init(&t);
	ck_assert_int_eq(parse(&t, FDMAP_UNIX, buf_str(&text)), 0);
	buf_fini(&text);
	ck_assert_uint_eq(t.socks.n, 5000);
	for (unsigned i = 1; i <= 5000; i++) {
		const struct fdmap_sock *s = socktab_find(&t, i * 7);

		ck_assert_ptr_nonnull(s);
		ck_assert_uint_eq(s->pointer, i);
	}
	ck_assert_ptr_null(socktab_find(&t, 8));
	socktab_fini(&t);
}
END_TEST

static const struct fake_file some[] = {
	{ "", "self/net/unix", UNIX_HEAD "01: 00000002 00000000 00000000 0001 01 11 @own\n", 0 },
	{ "", "self/net/netlink", NULL, -EACCES },
	{ "7", "net/unix", UNIX_HEAD "01: 00000002 00000000 00000000 0001 01 12 @other\n", 0 },
	{ 0 },
};

START_TEST(test_load_own)
{
	struct root root = { .ops = &fake_ops, .self = "self", .priv = (void *)(uintptr_t)some };
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(socktab_load(&t, &(struct socksource){ .root = &root }, FAMILY_ALL), 0);
	ck_assert_uint_eq(t.socks.n, 1);
	ck_assert_str_eq(socktab_find(&t, 11)->path, "@own");
	/* What the kernel has not is no problem, what it refuses is one. */
	ck_assert_uint_eq(t.nproblems, 1);
	ck_assert_str_eq(t.problems[0].source, "net/netlink");
	ck_assert_int_eq(t.problems[0].error, EACCES);
	ck_assert_uint_eq(atomic_load(&root.counts.tables), 13);
	socktab_fini(&t);
}
END_TEST

START_TEST(test_load_of_a_process)
{
	struct root root = { .ops = &fake_ops, .self = "self", .priv = (void *)(uintptr_t)some };
	const struct root_dir dir = { .fd = -1, .at = "7" };
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(socktab_load(&t, &(struct socksource){ .root = &root, .dir = &dir }, FAMILY_BIT(FDMAP_UNIX)), 0);
	ck_assert_uint_eq(t.socks.n, 1);
	ck_assert_str_eq(socktab_find(&t, 12)->path, "@other");
	ck_assert_uint_eq(t.nproblems, 0);
	ck_assert_uint_eq(atomic_load(&root.counts.tables), 1);
	socktab_fini(&t);
}
END_TEST

START_TEST(test_load_nothing)
{
	struct root root = { .ops = &fake_ops, .self = "self", .priv = (void *)(uintptr_t)some };
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(socktab_load(&t, &(struct socksource){ .root = &root }, 0), 0);
	ck_assert_uint_eq(atomic_load(&root.counts.tables), 0);
	ck_assert_uint_eq(t.socks.n, 0);
	socktab_fini(&t);
}
END_TEST

/* A path may hold a line that looks like a row of another socket. */
START_TEST(test_real_rows_come_first)
{
	static const struct fake_file files[] = {
		{ "", "self/net/unix",
		  UNIX_HEAD "01: 00000002 00000000 00000000 0001 01 11 /tmp/x\n"
			    "02: 00000002 00000000 00000000 0001 01 22 /made/up\n",
		  0 },
		{ "", "self/net/netlink", NETLINK_HEAD "0 9 0 0 0 0 0 2 0 22\n", 0 },
		{ 0 },
	};
	struct root root = { .ops = &fake_ops, .self = "self", .priv = (void *)(uintptr_t)files };
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(socktab_load(&t, &(struct socksource){ .root = &root }, FAMILY_ALL), 0);
	ck_assert_uint_eq(t.socks.n, 2);
	ck_assert_uint_eq(socktab_find(&t, 22)->table, FDMAP_NETLINK);
	socktab_fini(&t);
}
END_TEST

START_TEST(test_no_memory)
{
	static const struct fake_file files[] = {
		{ "", "self/net/unix", NULL, -ENOMEM },
		{ 0 },
	};
	struct root root = { .ops = &fake_ops, .self = "self", .priv = (void *)(uintptr_t)files };
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(socktab_load(&t, &(struct socksource){ .root = &root }, FAMILY_ALL), -ENOMEM);
	ck_assert_uint_eq(t.nproblems, 0);
	socktab_fini(&t);
}
END_TEST

UNIT_MAIN("socktab", test_header_and_cut_line, test_empty, test_bad_line_loses_no_other,
	  test_inode_zero_and_twice, test_many, test_load_own, test_load_of_a_process,
	  test_load_nothing, test_real_rows_come_first, test_no_memory)
