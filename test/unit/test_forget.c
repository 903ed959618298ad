/* SPDX-License-Identifier: MIT */
/* Memory of a stream that is given back: of what was forgotten, and of nothing else. */
#include "bpf/pass.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/lib/unit.h"

#define BYTES ((size_t)1024 * 1024)

static struct bpf_pass pass;
static unsigned char *gone; /* of each byte: forgotten? */

static unsigned char byte_of(size_t i)
{
	return (unsigned char)(i * 7 % 251 + 1);
}

static void begin(void)
{
	bpf_pass_init(&pass);
	pass.grain = (size_t)sysconf(_SC_PAGESIZE);
	ck_assert_int_eq(buf_reserve(&pass.stream, BYTES), 0);
	for (size_t i = 0; i < BYTES; i++)
		pass.stream.p[i] = (char)byte_of(i);
	pass.stream.n = BYTES;
	gone = calloc(BYTES, 1);
	ck_assert_int_eq(bpf_forget_init(&pass), 0);
}

static void forget(size_t at, size_t end)
{
	memset(gone + at, 1, end - at);
	bpf_pass_forget(&pass, at, end);
}

/* Pages that are all forgotten read as nothing; how many of them; every other byte is there. */
static size_t check_all(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), skew = (uintptr_t)pass.stream.p % page;
	size_t given = 0, wrong = 0;

	for (size_t from = 0, to; from < BYTES; from = to) {
		bool all, any = false;

		to = (from + skew) / page * page + page - skew;
		/* The ends are shared with who knows whom. */
		all = to - from == page && to <= BYTES;
		for (size_t i = from; i < to && i < BYTES; i++) {
			all = all && gone[i];
			any = any || pass.stream.p[i];
			wrong += !gone[i] && (unsigned char)pass.stream.p[i] != byte_of(i);
		}
		wrong += all && any;
		given += all;
	}
	ck_assert_uint_eq(wrong, 0);
	return given;
}

static void end(void)
{
	free(gone);
	bpf_pass_fini(&pass);
}

START_TEST(test_neighbours)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	begin();
	ck_assert_uint_eq(check_all(), 0);
	/* Less than a page, with both of its neighbours. */
	forget(2 * page + 8, 2 * page + 80);
	forget(2 * page + 80, 5 * page);
	ck_assert_uint_ge(check_all(), 1);
	forget(0, 2 * page + 8);
	ck_assert_uint_ge(check_all(), 4);
	/* Nothing at all. */
	forget(7 * page, 7 * page);
	forget(BYTES, BYTES);
	ck_assert_uint_ge(check_all(), 4);
	forget(6 * page, BYTES);
	forget(5 * page, 6 * page);
	ck_assert_uint_ge(check_all(), BYTES / page - 1);
	end();
}
END_TEST

/* Records of processes of all sizes, in any order: nothing is left at the end. */
START_TEST(test_any_order)
{
	static size_t at[BYTES / 8], order[BYTES / 8];
	size_t n = 0;

	srandom(7);
	begin();
	for (size_t i = 0; i < BYTES; n++) {
		at[n] = i;
		order[n] = n;
		i += 8 + 8 * (size_t)(random() % (n % 5 ? 500 : 3000));
		if (i > BYTES)
			i = BYTES;
	}
	at[n] = BYTES;
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = (size_t)random() % (i + 1), k = order[i];

		order[i] = order[j];
		order[j] = k;
	}
	for (size_t i = 0; i < n; i++) {
		forget(at[order[i]], at[order[i] + 1]);
		if (i % 64 == 0)
			(void)check_all();
	}
	ck_assert_uint_ge(check_all(), BYTES / (size_t)sysconf(_SC_PAGESIZE) - 1);
	end();
}
END_TEST

/* A pass that was not made ready keeps all. */
START_TEST(test_kept)
{
	begin();
	free(pass.forgotten);
	pass.forgotten = NULL;
	bpf_pass_forget(&pass, 0, BYTES);
	ck_assert_uint_eq(check_all(), 0);
	end();
}
END_TEST

UNIT_MAIN("forget", test_neighbours, test_any_order, test_kept)
