/* SPDX-License-Identifier: MIT */
/* Texts that are kept: every length, records larger than a block, order, and what is freed. */
#include "test/lib/unit.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "out/kept.h"

static void put_text(struct buf *record, char c, size_t n)
{
	size_t start = kept_open(record);

	buf_pad(record, c, n);
	kept_close(record, start);
}

static void check_text(const char **at, char c, size_t n)
{
	size_t got;
	const char *p = kept_text(at, &got);

	ck_assert_uint_eq(got, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(p[i], c);
}

START_TEST(test_lengths)
{
	static const size_t lengths[] = { 0, 1, 127, 128, 253, 254, 255, 256, 257, 70000 };
	struct buf record;
	const char *at;

	buf_init(&record);
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
		put_text(&record, (char)('a' + i), lengths[i]);
	ck_assert(!record.failed);
	at = record.p;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
		check_text(&at, (char)('a' + i), lengths[i]);
	ck_assert_ptr_eq(at, record.p + record.n);
	/* a byte for the length of what is short */
	buf_reset(&record);
	put_text(&record, 'x', 254);
	ck_assert_uint_eq(record.n, 255);
	buf_fini(&record);
}
END_TEST

START_TEST(test_nuls)
{
	static const char text[] = "a\0\0b";
	struct buf record;
	const char *at;
	size_t start, n;

	buf_init(&record);
	start = kept_open(&record);
	buf_put(&record, text, sizeof(text));
	kept_close(&record, start);
	at = record.p;
	ck_assert_mem_eq(kept_text(&at, &n), text, sizeof(text));
	ck_assert_uint_eq(n, sizeof(text));
	buf_fini(&record);
}
END_TEST

/* What failed stays so, and nothing is written where there is nothing. */
START_TEST(test_no_memory)
{
	struct buf record;
	size_t start;

	buf_init(&record);
	record.failed = true;
	start = kept_open(&record);
	buf_puts(&record, "x");
	kept_close(&record, start);
	ck_assert(record.failed);
	ck_assert_uint_eq(record.n, 0);
	buf_fini(&record);
}
END_TEST

/* The length of record i: of all sizes, and every now and then more than any block holds. */
static size_t length_of(size_t i)
{
	return i % 1000 == 999 ? 600000 : 1 + i * 7 % 97;
}

START_TEST(test_records)
{
	enum { RECORDS = 20000 };
	struct kept k = { 0 };
	char *record = malloc(600000);
	const char *at;

	ck_assert_ptr_nonnull(record);
	ck_assert_ptr_null(kept_next(&k));
	for (size_t i = 0; i < RECORDS; i++) {
		memset(record, (int)(i % 251), length_of(i));
		ck_assert_int_eq(kept_add(&k, record, length_of(i)), 0);
	}
	for (size_t i = 0; i < RECORDS; i++) {
		at = kept_next(&k);
		ck_assert_ptr_nonnull(at);
		memset(record, (int)(i % 251), length_of(i));
		ck_assert_mem_eq(at, record, length_of(i));
		kept_taken(&k, at + length_of(i));
	}
	ck_assert_ptr_null(kept_next(&k));
	/* it goes on behind its end */
	ck_assert_int_eq(kept_add(&k, "x", 1), 0);
	ck_assert_int_eq(*kept_next(&k), 'x');
	free(record);
	kept_fini(&k);
	kept_fini(&k);
}
END_TEST

static size_t in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* While the last of many are written the memory of the first is free. */
START_TEST(test_freed)
{
	enum { RECORDS = 100000, LENGTH = 100 };
	static const char record[LENGTH];
	struct kept k = { 0 };
	size_t before = in_use(), full;

	/* valgrind has a malloc() of its own, which does not tell. */
	if (getenv("UNIT_TOOL"))
		return;
	for (size_t i = 0; i < RECORDS; i++)
		ck_assert_int_eq(kept_add(&k, record, LENGTH), 0);
	full = in_use() - before;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	ck_assert_uint_ge(full, (size_t)RECORDS * LENGTH);
	ck_assert_uint_le(full, (size_t)RECORDS * LENGTH / 20 * 21);
#endif
	for (size_t i = 0; i < RECORDS - 1; i++)
		kept_taken(&k, kept_next(&k) + LENGTH);
	ck_assert_uint_le(in_use() - before, full / 20);
	kept_taken(&k, kept_next(&k) + LENGTH);
	ck_assert_uint_le(in_use(), before);
	kept_fini(&k);
}
END_TEST

UNIT_MAIN("kept", test_lengths, test_nuls, test_no_memory, test_records, test_freed)
