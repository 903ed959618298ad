/* SPDX-License-Identifier: MIT */
/* Sets of files by device and inode: thousands of them, equal inodes on two devices. */
#include "engine/inoset.h"

#include "test/lib/unit.h"

START_TEST(test_set)
{
	struct inoset s;

	inoset_init(&s);
	ck_assert_ptr_null(inoset_find(&s, 1, 2));
	for (int again = 0; again < 2; again++)
		for (uint64_t dev = 1; dev <= 2; dev++)
			for (uint64_t ino = 0; ino < 3000; ino++)
				ck_assert_int_eq(inoset_add(&s, dev, ino), 0);
	ck_assert_uint_eq(s.n, 6000);
	inoset_find(&s, 2, 7)->name = "x";
	ck_assert_ptr_null(inoset_find(&s, 1, 7)->name);
	ck_assert_str_eq(inoset_find(&s, 2, 7)->name, "x");
	ck_assert_ptr_null(inoset_find(&s, 3, 7));
	ck_assert_ptr_null(inoset_find(&s, 1, 3000));
	inoset_fini(&s);
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

/* Whatever the hash makes of them. */
START_TEST(test_same_key)
{
	struct inoset s;

	inoset_init(&s);
	ck_assert_int_eq(inoset_add(&s, 1, 2), 0);
	ck_assert_int_eq(inoset_add(&s, 8, 9), 0);
	/* As if both had the key of the second. */
	s.v[1].next = 0;
	s.v[0].dev = 100;
	s.v[0].ino = 200;
	ck_assert_int_eq(hash_put(&s.index, hash_mix(100, 200), 1), 0);
	ck_assert_ptr_eq(inoset_find(&s, 100, 200), &s.v[0]);
	ck_assert_ptr_eq(inoset_find(&s, 8, 9), &s.v[1]);
	inoset_fini(&s);
}
END_TEST

UNIT_MAIN("inoset", test_set, test_same_key)
