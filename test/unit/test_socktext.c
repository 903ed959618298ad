/* SPDX-License-Identifier: MIT */
/* Texts of sockets that come in pieces, of whatever size. */
#include "net/socktab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "test/lib/unit.h"

#define UNIX FAMILY_BIT(FDMAP_UNIX)
#define HEAD "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define ROWS 60u
#define LONG_NAME 5000u

/* How a text comes. */
struct comes {
	struct buf text;
	size_t piece, fails_at; /* bytes; SIZE_MAX: it does not */
	size_t most_kept;	/* of what was handed out, at once */
};

static int come(struct root *r, const struct root_dir *d, const char *name, struct buf *out,
		root_piece *piece, void *arg)
{
	struct comes *c = r->priv;
	int err = strcmp(name, "self/net/unix") == 0 ? 0 : -ENOENT;

	(void)d;
	for (size_t at = 0; err == 0 && at < c->text.n;) {
		size_t n = c->text.n - at < c->piece ? c->text.n - at : c->piece;

		if (at >= c->fails_at)
			return -EIO;
		buf_put(out, c->text.p + at, n);
		at += n;
		err = piece(arg, out);
		if (out->n > c->most_kept)
			c->most_kept = out->n;
	}
	return err;
}

static const struct root_ops ops = { .read_by = come };

static void put_row(struct buf *b, uint64_t ino, const char *path)
{
	buf_printf(b, "0000000000000000: 00000002 00000000 00010000 0001 01 %5ju%s%s\n",
		   (uintmax_t)ino, path ? " " : "", path ? path : "");
}

/* With a line that is longer than most pieces, an empty one, and no newline at the end. */
static void make_text(struct comes *c)
{
	buf_init(&c->text);
	buf_puts(&c->text, HEAD);
	for (uint64_t i = 1; i <= ROWS; i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "/run/a socket/%ju", (uintmax_t)i);
		put_row(&c->text, i, i % 3 ? path : NULL);
	}
	put_row(&c->text, 1000, "/");
	c->text.n--;
	buf_pad(&c->text, 'x', LONG_NAME);
	buf_puts(&c->text, "\n\n");
	put_row(&c->text, 1001, "/last");
	put_row(&c->text, 1002, "/cut");
	c->text.n--;
}

static int load(struct comes *c, struct socktab *t)
{
	struct root root = { .ops = &ops, .self = "self", .priv = c };
	const struct socksource from = { .root = &root };
	int r;

	socktab_init(t);
	r = socktab_load(t, &from, UNIX);
	ck_assert_uint_eq(atomic_load(&root.counts.reads), 1);
	if (c->fails_at > c->text.n)
		ck_assert_uint_eq(atomic_load(&root.counts.bytes), c->text.n);
	return r;
}

static void expect_all(const struct socktab *t)
{
	const struct fdmap_sock *sock;
	char path[32];

	ck_assert_uint_eq(t->socks.n, ROWS + 2);
	for (uint64_t i = 1; i <= ROWS; i++) {
		sock = socklist_at(&t->socks, i - 1);
		ck_assert_uint_eq(sock->ino, i);
		(void)snprintf(path, sizeof(path), "/run/a socket/%ju", (uintmax_t)i);
		if (i % 3)
			ck_assert_str_eq(sock->path, path);
		else
			ck_assert_ptr_null(sock->path);
	}
	sock = socktab_find(t, 1000);
	ck_assert_ptr_nonnull(sock);
	ck_assert_uint_eq(strlen(sock->path), LONG_NAME + 1);
	ck_assert_uint_eq(strspn(sock->path + 1, "x"), LONG_NAME);
	ck_assert_str_eq(socktab_find(t, 1001)->path, "/last");
	ck_assert_ptr_null(socktab_find(t, 1002));
}

START_TEST(test_pieces)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 53, 54, 64, 1000, 4096, 65536 };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct comes c = { .piece = sizes[i], .fails_at = SIZE_MAX };
		struct socktab t;

		make_text(&c);
		ck_assert_int_eq(load(&c, &t), 0);
		expect_all(&t);
		ck_assert_uint_eq(t.nproblems, 0);
		ck_assert_uint_eq(t.by_text, UNIX);
		/* Nothing stays but the beginning of one line. */
		ck_assert_uint_le(c.most_kept, LONG_NAME + 80);
		socktab_fini(&t);
		buf_fini(&c.text);
	}
}
END_TEST

/* More than the kernel tells at once may lack rows, in whatever pieces it came. */
START_TEST(test_torn)
{
	static const size_t sizes[] = { 1, 100, 4096, 65536 };

	for (size_t i = 0; i < 2 * ARRAY_LEN(sizes); i++) {
		struct comes c = { .piece = sizes[i / 2], .fails_at = SIZE_MAX };
		const size_t all = i % 2 ? 4097 : 4096;
		struct socktab t;

		make_text(&c);
		c.text.n = all;
		ck_assert_int_eq(load(&c, &t), 0);
		ck_assert_uint_eq(t.torn, all > 4096 ? UNIX : 0);
		socktab_fini(&t);
		buf_fini(&c.text);
	}
}
END_TEST

/* A header alone, or half of one, and nothing at all. */
START_TEST(test_short)
{
	static const size_t sizes[] = { 0, 1, sizeof(HEAD) - 2, sizeof(HEAD) - 1 };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct comes c = { .piece = 4, .fails_at = SIZE_MAX };
		struct socktab t;

		make_text(&c);
		c.text.n = sizes[i];
		ck_assert_int_eq(load(&c, &t), 0);
		ck_assert_uint_eq(t.socks.n, 0);
		ck_assert_uint_eq(t.by_text, sizes[i] ? UNIX : 0);
		socktab_fini(&t);
		buf_fini(&c.text);
	}
}
END_TEST

/* It is a problem, and says so; what came before it is true. */
START_TEST(test_broken)
{
	struct comes c = { .piece = 50, .fails_at = 1000 };
	struct socktab t;

	make_text(&c);
	ck_assert_int_eq(load(&c, &t), 0);
	ck_assert_uint_eq(t.nproblems, 1);
	ck_assert_int_eq(t.problems[0].error, EIO);
	ck_assert_str_eq(t.problems[0].source, "net/unix");
	ck_assert_uint_gt(t.socks.n, 5);
	ck_assert_uint_lt(t.socks.n, ROWS);
	ck_assert_uint_eq(socklist_at(&t.socks, 0)->ino, 1);
	socktab_fini(&t);
	c.fails_at = 0;
	ck_assert_int_eq(load(&c, &t), 0);
	ck_assert_uint_eq(t.nproblems, 1);
	ck_assert_uint_eq(t.by_text, 0);
	socktab_fini(&t);
	buf_fini(&c.text);
}
END_TEST

UNIT_MAIN("socktext", test_pieces, test_torn, test_short, test_broken)
