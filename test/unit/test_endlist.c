/* SPDX-License-Identifier: MIT */
/* Rows that come late go to their process, but never to another one of the same number. */
#include "engine/endlist.h"

#include <stdlib.h>

#include "test/lib/unit.h"

static const struct fdmap_file first[] = { { .fd = 3 }, { .fd = 9 } };
static const struct fdmap_file late[] = { { .fd = 5 } };

static struct fdmap_process process(pid_t pid, uint64_t ticks, const struct fdmap_file *files,
				    uint32_t n)
{
	return (struct fdmap_process){
		.pid = pid, .ticks = ticks, .have = FDMAP_COMM, .files = files, .nfiles = n
	};
}

/* The descriptors after 5 of PID 12, which was started then, has been added. */
static size_t merged(struct fdmap_process more, int32_t *fds)
{
	struct fdmap_snapshot *s;
	struct endlist list;
	uint64_t key = endlist_key(12, 5);
	size_t n = 0;

	ck_assert_int_eq(snapshot_new(&s, 1, 0), 0);
	s->procs = calloc(1, sizeof(*s->procs));
	ck_assert_ptr_nonnull(s->procs);
	s->procs[s->nprocs++] = process(12, 100, first, 2);
	ck_assert_int_eq(endlist_new(&list, &key, 1), 0);
	ck_assert_uint_eq(list.n, 1);
	list.v[0].proc = more;
	ck_assert_int_eq(endlist_merge(&list, s), 0);
	ck_assert_uint_eq(s->nprocs, 1);
	ck_assert_uint_eq(s->procs[0].ticks, 100);
	for (uint32_t i = 0; i < s->procs[0].nfiles; i++)
		fds[n++] = s->procs[0].files[i].fd;
	endlist_fini(&list);
	fdmap_snapshot_free(s);
	return n;
}

START_TEST(test_same)
{
	int32_t fds[3];

	ck_assert_uint_eq(merged(process(12, 100, late, 1), fds), 3);
	ck_assert_int_eq(fds[0], 3);
	ck_assert_int_eq(fds[1], 5);
	ck_assert_int_eq(fds[2], 9);
}
END_TEST

START_TEST(test_reused)
{
	int32_t fds[3];

	ck_assert_uint_eq(merged(process(12, 101, late, 1), fds), 2);
	ck_assert_int_eq(fds[1], 9);
}
END_TEST

/* Where nobody asked for commands, starts are not known. */
START_TEST(test_not_known)
{
	struct fdmap_process more = process(12, 0, late, 1);
	int32_t fds[3];

	more.have = 0;
	ck_assert_uint_eq(merged(more, fds), 3);
}
END_TEST

UNIT_MAIN("endlist", test_same, test_reused, test_not_known)
