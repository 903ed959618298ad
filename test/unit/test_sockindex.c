/* SPDX-License-Identifier: MIT */
/* Sockets by inode: of all sizes, alike in half of it, in any order. */
#include "net/sockindex.h"

#include <stdlib.h>

#include "test/lib/unit.h"

#define MANY 20000u

static struct sockindex x;
static struct socklist list;
static struct fdmap_sock *pieces[MANY / SOCKLIST_PIECE + 1];

static void begin(void)
{
	sockindex_init(&x);
	list = (struct socklist){ .piece = pieces };
	ck_assert(!sockindex_find(&x, &list, 1, NULL));
}

static void add(uint64_t ino)
{
	const uint32_t i = (uint32_t)list.n++;

	if (i / SOCKLIST_PIECE == list.npieces)
		pieces[list.npieces++] = calloc(SOCKLIST_PIECE, sizeof(**pieces));
	ck_assert(!sockindex_find(&x, &list, ino, NULL));
	ck_assert_int_eq(sockindex_put(&x, ino, i), 0);
	socklist_at(&list, i)->ino = ino;
}

static void expect(uint64_t ino, uint32_t want)
{
	uint32_t i = UINT32_MAX;

	ck_assert(sockindex_find(&x, &list, ino, &i));
	ck_assert_uint_eq(i, want);
	ck_assert(sockindex_find(&x, &list, ino, NULL));
}

static void end(void)
{
	for (size_t i = 0; i < list.npieces; i++)
		free(pieces[i]);
	sockindex_fini(&x);
	ck_assert_uint_eq(x.cap, 0);
}

/* In turn, with gaps, with the same low half, and all over. */
START_TEST(test_numbers)
{
	static const uint64_t steps[] = {
		1, 3, 8, 64, 4096, UINT64_C(1) << 32, UINT64_C(0x9e3779b97f4a7c15),
	};

	for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
		/* Half of them alike: each is compared with all before it. */
		const uint32_t n = steps[s] == UINT64_C(1) << 32 ? 500 : MANY;

		begin();
		for (uint32_t i = 0; i < n; i++)
			add((i + 1) * steps[s]);
		for (uint32_t i = 0; i < n; i++)
			expect((i + 1) * steps[s], i);
		for (uint32_t i = 0; i < n; i++)
			ck_assert(!sockindex_find(&x, &list, (i + 1 + n) * steps[s], NULL));
		/* Three quarters at most, so that who is not there is not looked for long. */
		ck_assert_uint_eq(x.n, n);
		ck_assert_uint_le(x.n * 4, x.cap * 3);
		ck_assert_uint_le(x.cap, 4 * n);
		end();
	}
}
END_TEST

START_TEST(test_halves)
{
	begin();
	add(5);
	ck_assert(!sockindex_find(&x, &list, 5 + (UINT64_C(1) << 32), NULL));
	add(5 + (UINT64_C(7) << 32));
	add(UINT64_MAX);
	add(UINT32_MAX);
	expect(5, 0);
	expect(5 + (UINT64_C(7) << 32), 1);
	expect(UINT64_MAX, 2);
	expect(UINT32_MAX, 3);
	end();
}
END_TEST

UNIT_MAIN("sockindex", test_numbers, test_halves)
