/* SPDX-License-Identifier: MIT */
/* The base helpers: arena, buf, cursor, hash, ids, idset, names, pool. */
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "base/ids.h"
#include "base/idset.h"
#include "base/names.h"
#include "base/pool.h"
#include "test/lib/unit.h"

START_TEST(test_arena)
{
	struct arena a;
	char *p[1000];

	arena_init(&a);
	for (size_t i = 0; i < 1000; i++) {
		size_t size = i * 37 % 501;

		p[i] = arena_alloc(&a, size + 1);
		ck_assert_ptr_nonnull(p[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k <= size; k++)
			ck_assert_int_eq(p[i][k], 0);
		memset(p[i], (int)(i % 100) + 1, size + 1);
	}
	/* Nothing overlaps. */
	for (size_t i = 0; i < 1000; i++)
		for (size_t k = 0; k <= i * 37 % 501; k++)
			ck_assert_int_eq(p[i][k], (int)(i % 100) + 1);
	arena_fini(&a);
}
END_TEST

START_TEST(test_arena_text)
{
	struct arena a;
	char *big;

	arena_init(&a);
	ck_assert_str_eq(arena_strdup(&a, "text"), "text");
	ck_assert_str_eq(arena_strndup(&a, "text", 2), "te");
	ck_assert_str_eq(arena_strndup(&a, NULL, 0), "");
	ck_assert_mem_eq(arena_memdup(&a, "a\0b", 3), "a\0b", 3);
	big = arena_alloc(&a, 1000000);
	ck_assert_ptr_nonnull(big);
	memset(big, 1, 1000000);
	ck_assert(!arena_failed(&a));
	arena_fini(&a);
}
END_TEST

START_TEST(test_arena_rewind)
{
	struct arena a;
	struct arena_mark empty, mark;
	char *p, *q;

	arena_init(&a);
	empty = arena_mark(&a);
	ck_assert_str_eq(arena_strdup(&a, "keep"), "keep");
	mark = arena_mark(&a);
	p = arena_alloc(&a, 100);
	memset(p, 0xff, 100);
	for (int i = 0; i < 100; i++)
		(void)arena_alloc(&a, 5000);
	arena_rewind(&a, mark);
	q = arena_alloc(&a, 100);
	ck_assert_ptr_eq(p, q);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(q[i], 0);
	arena_rewind(&a, empty);
	ck_assert_ptr_null(a.blocks);
	arena_fini(&a);
}
END_TEST

START_TEST(test_arena_failure_sticks)
{
	struct arena a;

	arena_init(&a);
	ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
	ck_assert(arena_failed(&a));
	ck_assert_ptr_null(arena_alloc(&a, 1));
	ck_assert_ptr_null(arena_strdup(&a, "x"));
	ck_assert_ptr_null(arena_strndup(&a, "x", SIZE_MAX));
	arena_fini(&a);
	ck_assert(!arena_failed(&a));
}
END_TEST

static void expect_buf(struct buf *b, const char *text)
{
	ck_assert_str_eq(buf_str(b), text);
	ck_assert_uint_eq(b->n, strlen(text));
	buf_reset(b);
	ck_assert_str_eq(buf_str(b), "");
}

START_TEST(test_buf)
{
	struct buf b;

	buf_init(&b);
	ck_assert_str_eq(buf_str(&b), "");
	buf_put(&b, NULL, 0);
	buf_puts(&b, "ab");
	buf_putc(&b, 'c');
	buf_pad(&b, '.', 3);
	buf_pad(&b, '.', 0);
	buf_printf(&b, "%d-%s", 7, "x");
	expect_buf(&b, "abc...7-x");
	buf_put_u64(&b, 0);
	buf_putc(&b, ' ');
	buf_put_u64(&b, UINT64_MAX);
	expect_buf(&b, "0 18446744073709551615");
	buf_put_i64(&b, INT64_MIN);
	buf_putc(&b, ' ');
	buf_put_i64(&b, -1);
	buf_putc(&b, ' ');
	buf_put_i64(&b, INT64_MAX);
	expect_buf(&b, "-9223372036854775808 -1 9223372036854775807");
	buf_put_hex(&b, 0, 0);
	buf_putc(&b, ' ');
	buf_put_hex(&b, 0xbeef, 8);
	buf_putc(&b, ' ');
	buf_put_hex(&b, UINT64_MAX, 20);
	expect_buf(&b, "0 0000beef ffffffffffffffff");
	buf_fini(&b);
}
END_TEST

START_TEST(test_buf_grows)
{
	struct buf b;

	buf_init(&b);
	for (int i = 0; i < 100000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	ck_assert_uint_eq(b.n, 100000);
	for (int i = 0; i < 100000; i++)
		ck_assert_int_eq(b.p[i], 'a' + i % 26);
	ck_assert_int_eq(b.p[b.n], 0);
	buf_fini(&b);
}
END_TEST

START_TEST(test_buf_failure_sticks)
{
	struct buf b;

	buf_init(&b);
	buf_puts(&b, "x");
	ck_assert_int_eq(buf_reserve(&b, SIZE_MAX), -ENOMEM);
	ck_assert(b.failed);
	buf_puts(&b, "y");
	ck_assert_str_eq(buf_str(&b), "x");
	buf_reset(&b);
	ck_assert(!b.failed);
	buf_puts(&b, "z");
	ck_assert_str_eq(buf_str(&b), "z");
	buf_fini(&b);
}
END_TEST

static struct cursor cur(const char *text)
{
	return cursor_of(text, strlen(text));
}

START_TEST(test_cursor_lines)
{
	struct cursor c = cur("a\n\nb");
	struct span s;
	bool whole;

	ck_assert(cursor_line(&c, &s, &whole) && whole && span_eq(s, "a"));
	ck_assert(cursor_line(&c, &s, &whole) && whole && span_eq(s, ""));
	ck_assert(cursor_line(&c, &s, &whole) && !whole && span_eq(s, "b"));
	ck_assert(!cursor_line(&c, &s, NULL));
	c = cur("");
	ck_assert(!cursor_line(&c, &s, &whole));
}
END_TEST

START_TEST(test_cursor_words)
{
	struct cursor c = cur(" \tone  two: rest ");
	struct span s;

	ck_assert(cursor_field(&c, &s) && span_eq(s, "one"));
	ck_assert(!cursor_until(&c, '#', &s));
	ck_assert(cursor_until(&c, ':', &s) && span_eq(s, "  two"));
	ck_assert(!cursor_char(&c, 'r'));
	ck_assert(cursor_char(&c, ' '));
	ck_assert(!cursor_lit(&c, "rest  "));
	ck_assert(cursor_lit(&c, "re"));
	ck_assert(span_eq(cursor_rest(&c), "st "));
	ck_assert(cursor_field(&c, &s) && span_eq(s, "st"));
	ck_assert(!cursor_field(&c, &s));
	ck_assert(!cursor_done(&c));
	cursor_blanks(&c);
	ck_assert(cursor_done(&c));
	ck_assert(!cursor_char(&c, 0));
	ck_assert(!cursor_until(&c, 0, &s));
}
END_TEST

START_TEST(test_cursor_numbers)
{
	struct cursor c = cur("18446744073709551615x");
	uint64_t v = 5;
	uint32_t w = 5;

	ck_assert(!cursor_u32(&c, &w));
	ck_assert_uint_eq(w, 5);
	ck_assert(cursor_u64(&c, &v));
	ck_assert_uint_eq(v, UINT64_MAX);
	ck_assert(cursor_char(&c, 'x'));
	ck_assert(!cursor_u64(&c, &v));
	c = cur("18446744073709551616");
	ck_assert(!cursor_u64(&c, &v));
	ck_assert_uint_eq(v, UINT64_MAX);
	ck_assert(cursor_char(&c, '1'));
	c = cur("4294967295 4294967296");
	ck_assert(cursor_u32(&c, &w) && w == UINT32_MAX);
	cursor_blanks(&c);
	ck_assert(!cursor_u32(&c, &w));
	c = cur("aBcDeF0123456789g");
	ck_assert(cursor_hex(&c, &v));
	ck_assert_uint_eq(v, UINT64_C(0xabcdef0123456789));
	c = cur("10000000000000000");
	ck_assert(!cursor_hex(&c, &v));
	c = cur("02100002");
	ck_assert(cursor_oct(&c, &v) && v == 02100002);
	c = cur("8");
	ck_assert(!cursor_oct(&c, &v));
	c = cur("-1");
	ck_assert(!cursor_u64(&c, &v));
}
END_TEST

START_TEST(test_cursor_named)
{
	struct cursor at;
	uint32_t v = 0;

	ck_assert(cursor_named((struct span){ "Name:\ta\nTgid:\t81\nTgid:\t5\n", 23 }, "Tgid:", &at));
	ck_assert(cursor_u32(&at, &v) && v == 81);
	ck_assert(!cursor_named((struct span){ "Name:\tTgid:\t81\n", 15 }, "Tgid:", &at));
	/* 812, perhaps. */
	ck_assert(!cursor_named((struct span){ "Name:\ta\nTgid:\t81", 15 }, "Tgid:", &at));
	ck_assert(!cursor_named((struct span){ "", 0 }, "Tgid:", &at));
}
END_TEST

START_TEST(test_spans)
{
	struct span s = { "abc", 3 };
	struct buf b;

	ck_assert(span_eq(s, "abc") && !span_eq(s, "ab") && !span_eq(s, "abcd"));
	ck_assert(span_starts(s, "ab") && span_starts(s, "") && !span_starts(s, "abcd"));
	ck_assert(span_ends(s, "bc") && span_ends(s, "") && !span_ends(s, "abcd"));
	buf_init(&b);
	s = (struct span){ "a\\040b\\012\\134\\400\\08\\", 23 };
	s.n = strlen(s.p);
	span_unescape(s, &b);
	expect_buf(&b, "a b\n\\\\400\\08\\");
	span_unescape((struct span){ "\\040", 3 }, &b);
	expect_buf(&b, "\\04");
	buf_fini(&b);
}
END_TEST

START_TEST(test_hash)
{
	struct hash h;
	uint32_t v = 7;

	hash_init(&h);
	ck_assert(!hash_find(&h, 0, &v));
	/* Keys that differ in their high or low bits only, 0 among them. */
	for (uint32_t i = 0; i < 5000; i++) {
		ck_assert_int_eq(hash_put(&h, i, i), 0);
		ck_assert_int_eq(hash_put(&h, (uint64_t)(i + 1) << 40, i + 100000), 0);
	}
	ck_assert_uint_eq(h.n, 10000);
	for (uint32_t i = 0; i < 5000; i++) {
		ck_assert(hash_find(&h, i, &v) && v == i);
		ck_assert(hash_find(&h, (uint64_t)(i + 1) << 40, &v) && v == i + 100000);
		ck_assert(!hash_find(&h, i + 5000, NULL));
	}
	ck_assert_int_eq(hash_put(&h, 3, 33), 0);
	ck_assert_uint_eq(h.n, 10000);
	ck_assert(hash_find(&h, 3, &v) && v == 33);
	hash_fini(&h);
	ck_assert_uint_ne(hash_mix(1, 2), hash_mix(2, 1));
}
END_TEST

START_TEST(test_ids)
{
	struct ids ids = { 0 };

	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_int_eq(ids_add(&ids, i * 7 % 1000), 0);
	ids_sort(&ids);
	ck_assert_uint_eq(ids.n, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(ids.v[i], i);
	ids_sort(&ids);
	ck_assert_uint_eq(ids.v[999], 999);
	ids_fini(&ids);
	ids_sort(&ids);
	ck_assert_ptr_null(ids.v);
}
END_TEST

START_TEST(test_idset)
{
	struct idset s;

	idset_init(&s);
	ck_assert(!idset_has(&s, 0));
	ck_assert_int_eq(idset_add(&s, 5, 5), 0);
	ck_assert_int_eq(idset_add(&s, 10, UINT32_MAX), 0);
	ck_assert_int_eq(idset_add(&s, 0, 0), 0);
	ck_assert(idset_has(&s, 0) && idset_has(&s, 5) && idset_has(&s, 10));
	ck_assert(idset_has(&s, UINT32_MAX));
	ck_assert(!idset_has(&s, 1) && !idset_has(&s, 4) && !idset_has(&s, 6));
	for (uint32_t i = 0; i < 100; i++)
		ck_assert_int_eq(idset_add(&s, i * 2, i * 2), 0);
	ck_assert(idset_has(&s, 6) && !idset_has(&s, 7));
	idset_fini(&s);
}
END_TEST

START_TEST(test_names)
{
	static const struct name_row t[] = { { 1, "ESTABLISHED" }, { 10, "LISTEN" } };
	uint32_t v = 0;

	ck_assert_str_eq(names_find(t, 2, 10), "LISTEN");
	ck_assert_ptr_null(names_find(t, 2, 2));
	ck_assert(names_value(t, 2, "listen", &v) && v == 10);
	ck_assert(!names_value(t, 2, "listens", &v));
	ck_assert(!names_value(t, 0, "listen", &v));
}
END_TEST

struct seen {
	_Atomic unsigned times[1003];
	_Atomic bool bad;
	unsigned threads;
	size_t chunk;
};

static void see(void *arg, unsigned worker, size_t lo, size_t hi)
{
	struct seen *s = arg;

	if (worker >= s->threads || lo >= hi || hi > 1003 || hi - lo > s->chunk)
		s->bad = true;
	for (size_t i = lo; i < hi && i < 1003; i++)
		s->times[i]++;
}

START_TEST(test_pool)
{
	static const unsigned threads[] = { 1, 2, 8, 64 };

	for (size_t t = 0; t < ARRAY_LEN(threads); t++) {
		for (size_t chunk = 1; chunk < 2000; chunk = chunk * 7 + 1) {
			struct seen s = { .threads = threads[t], .chunk = chunk };

			pool_run(threads[t], 1003, chunk, see, &s);
			ck_assert(!s.bad);
			for (size_t i = 0; i < 1003; i++)
				ck_assert_uint_eq(s.times[i], 1);
		}
	}
}
END_TEST

START_TEST(test_pool_nothing)
{
	struct seen s = { .threads = 4, .chunk = 1 };

	pool_run(4, 0, 1, see, &s);
	ck_assert(!s.bad);
	pool_run(0, 1, 0, see, &(struct seen){ .threads = 1, .chunk = 1 });
}
END_TEST

#define LIST 300
#define FAT 5

struct sharing {
	struct pool pool;
	_Atomic unsigned times[LIST], lists;
	_Atomic bool bad, helped;
	unsigned threads;
};

struct shared_list {
	struct sharing *s;
	unsigned owner;
	bool waits; /* whoever reads its first index stays there until somebody has helped */
};

static void see_list(void *arg, unsigned worker, size_t lo, size_t hi)
{
	const struct shared_list *l = arg;
	struct timespec nap = { .tv_nsec = 1000000 };
	struct sharing *s = l->s;

	if (worker >= s->threads || lo >= hi || hi > LIST || hi - lo > 7)
		s->bad = true;
	if (worker != l->owner)
		s->helped = true;
	for (size_t i = lo; i < hi; i++)
		s->times[i]++;
	for (int i = 0; i < 3000 && l->waits && !lo && !s->helped; i++)
		nanosleep(&nap, NULL);
}

static void share_list(void *arg, unsigned worker, size_t lo, size_t hi)
{
	struct sharing *s = arg;

	for (size_t i = lo; i < hi; i++) {
		struct shared_list l = { s, worker, i == 0 && s->threads > 1 };

		if (i % FAT)
			continue;
		s->lists++;
		pool_share(&s->pool, worker, LIST, 7, see_list, &l);
	}
}

/* Who has nothing else to do helps; threads are made for a list if there are not enough. */
START_TEST(test_pool_share)
{
	static const struct {
		unsigned threads;
		size_t n;
	} t[] = { { 1, 20 }, { 2, 20 }, { 8, 20 }, { 2, 1 }, { 8, 1 }, { 64, 1 } };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct sharing *s = calloc(1, sizeof(*s));

		ck_assert_ptr_nonnull(s);
		s->threads = t[i].threads;
		pool_init(&s->pool, t[i].threads);
		pool_work(&s->pool, t[i].n, 1, share_list, s);
		pool_fini(&s->pool);
		ck_assert(!s->bad);
		ck_assert(s->threads == 1 || s->helped);
		ck_assert_uint_eq(s->lists, (t[i].n + FAT - 1) / FAT);
		for (size_t j = 0; j < LIST; j++)
			ck_assert_uint_eq(s->times[j], s->lists);
		free(s);
	}
}
END_TEST

/* As snprintf: the whole length, and as much as there is room for. */
START_TEST(test_buf_give)
{
	struct buf b;
	char to[4] = "xyz";

	buf_init(&b);
	ck_assert_uint_eq(buf_give(&b, NULL, 0), 0);
	buf_puts(&b, "longer");
	ck_assert_uint_eq(buf_give(&b, to, sizeof(to)), 6);
	ck_assert_str_eq(to, "lon");
	ck_assert_uint_eq(b.n, 0);
	b.failed = true;
	ck_assert_uint_eq(buf_give(&b, to, sizeof(to)), SIZE_MAX);
	ck_assert_str_eq(to, "lon");
}
END_TEST

START_TEST(test_buf_lent)
{
	char room[8];
	struct buf b;

	buf_lend(&b, room, sizeof(room));
	ck_assert_str_eq(room, "");
	buf_puts(&b, "seven!!");
	ck_assert_ptr_eq(b.p, room);
	ck_assert_uint_eq(buf_give(&b, room, sizeof(room)), 7);
	ck_assert_str_eq(room, "seven!!");
	/* What does not fit moves away, and comes back cut. */
	buf_lend(&b, room, sizeof(room));
	buf_puts(&b, "123");
	buf_puts(&b, "45678");
	buf_putc(&b, '9');
	ck_assert_ptr_ne(b.p, room);
	ck_assert_str_eq(buf_str(&b), "123456789");
	ck_assert_uint_eq(buf_give(&b, room, sizeof(room)), 9);
	ck_assert_str_eq(room, "1234567");
	/* No room at all. */
	buf_lend(&b, NULL, 0);
	buf_putc(&b, 'x');
	ck_assert_uint_eq(buf_give(&b, NULL, 0), 1);
}
END_TEST

START_TEST(test_numbers)
{
	static const struct {
		uint64_t v;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 9, "9" }, { 10, "10" }, { 99, "99" }, { 100, "100" }, { 101, "101" },
		{ 1000, "1000" }, { 65535, "65535" }, { UINT32_MAX, "4294967295" },
		{ UINT64_MAX, "18446744073709551615" },
	};
	char text[32], small[4];
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&b);
		buf_put_u64(&b, cases[i].v);
		ck_assert_str_eq(buf_str(&b), cases[i].text);
		text_u64(text, sizeof(text), cases[i].v);
		ck_assert_str_eq(text, cases[i].text);
	}
	for (uint64_t v = 0; v < 12000; v++) {
		(void)snprintf(text, sizeof(text), "%" PRIu64, v);
		buf_reset(&b);
		buf_put_u64(&b, v);
		ck_assert_str_eq(buf_str(&b), text);
	}
	buf_fini(&b);
	text_u64(small, sizeof(small), 12345);
	ck_assert_str_eq(small, "123");
	text_copy(small, sizeof(small), "abcdef");
	ck_assert_str_eq(small, "abc");
	text_copy(small, sizeof(small), "");
	ck_assert_str_eq(small, "");
}
END_TEST

/* What is large has a block of its own, and goes with what was taken after a mark. */
START_TEST(test_arena_large)
{
	struct arena_mark marks[3];
	struct arena a;
	char *p[4], *text;

	arena_init(&a);
	p[0] = arena_alloc(&a, 16);
	text = arena_strdup(&a, "text");
	marks[0] = arena_mark(&a);
	p[1] = arena_alloc(&a, 100000);
	/* The small go on in the same block. */
	p[2] = arena_alloc(&a, 16);
	ck_assert_ptr_eq(p[2], p[0] + 16);
	marks[1] = arena_mark(&a);
	for (int i = 0; i < 1000; i++)
		ck_assert_ptr_nonnull(arena_strndup(&a, "0123456789", 10));
	marks[2] = arena_mark(&a);
	p[3] = arena_alloc(&a, 200000);
	memset(p[3], 1, 200000);
	arena_rewind(&a, marks[2]);
	memset(p[1], 2, 100000);
	arena_rewind(&a, marks[1]);
	memset(p[1], 3, 100000);
	ck_assert_ptr_eq(arena_alloc(&a, 16), p[2] + 16);
	arena_rewind(&a, marks[0]);
	ck_assert_ptr_eq(arena_alloc(&a, 16), p[2]);
	ck_assert_str_eq(text, "text");
	/* Texts are packed. */
	ck_assert_ptr_eq(arena_strdup(&a, "ab"), text - 3);
	arena_fini(&a);
}
END_TEST

UNIT_MAIN("base", test_buf_give, test_buf_lent, test_numbers, test_arena_large, test_arena, test_arena_text, test_arena_rewind, test_arena_failure_sticks,
	  test_buf, test_buf_grows, test_buf_failure_sticks, test_cursor_lines, test_cursor_words,
	  test_cursor_numbers, test_cursor_named, test_spans, test_hash, test_ids, test_idset, test_names, test_pool,
	  test_pool_nothing, test_pool_share)
