/* SPDX-License-Identifier: MIT */
/* What a walk has noted of sockets: which processes are known, and what of them is looked at. */
#include "engine/endseen.h"

#include "test/lib/unit.h"

static struct worker worker;
static struct endset set;
static struct endseen seen;

static void setup(void)
{
	const struct end_id wanted = { .what = END_SOCKET, .a = 7 };

	worker = (struct worker){ .id = 0 };
	endset_init(&set);
	endseen_init(&seen);
	ck_assert_int_eq(endset_add(&set, &wanted), 0);
}

static void teardown(void)
{
	buf_fini(&worker.seen);
	endset_fini(&set);
	endseen_fini(&seen);
}

static void saw(pid_t pid, pid_t tid, int fd, uint64_t ino)
{
	const struct procdir pd = { .pid = pid, .tid = tid };
	const struct target t = { .pd = &pd };

	ck_assert_int_eq(fd < 0 ? endseen_whole(&worker, &t) : endseen_note(&worker, &t, fd, ino),
			 0);
}

static void use(void)
{
	ck_assert_int_eq(endseen_use(&seen, &worker.seen, &set), 0);
}

START_TEST(test_known)
{
	const struct endrows *rows;

	setup();
	saw(12, 0, 4, 7);
	saw(12, 0, 3, 8);
	saw(12, 0, 9, 7);
	saw(12, 0, -1, 0);
	saw(13, 0, 3, 8);
	saw(13, 0, -1, 0);
	use();
	/* One that holds what is looked for, in order, and one that does not. */
	ck_assert(endseen_knows(&seen, 12, &rows));
	ck_assert_ptr_nonnull(rows);
	ck_assert_int_eq(rows->pid, 12);
	ck_assert_uint_eq(rows->nfds, 2);
	ck_assert_int_eq(rows->fds[0], 4);
	ck_assert_int_eq(rows->fds[1], 9);
	ck_assert(endseen_knows(&seen, 13, &rows));
	ck_assert_ptr_null(rows);
	/* One that nobody has looked at. */
	ck_assert(!endseen_knows(&seen, 14, &rows));
	teardown();
}
END_TEST

/* A list that broke off tells nothing of the rest. Threads are no processes. */
START_TEST(test_not_known)
{
	const struct endrows *rows;

	setup();
	saw(12, 0, 4, 7);
	saw(13, 15, 4, 7);
	saw(13, 15, -1, 0);
	use();
	ck_assert(!endseen_knows(&seen, 12, &rows));
	ck_assert(!endseen_knows(&seen, 13, &rows));
	ck_assert(!endseen_knows(&seen, 15, &rows));
	teardown();
}
END_TEST

/* Notes are of sockets: where anything else is looked for, they do not do. */
START_TEST(test_not_only_sockets)
{
	const struct end_id pipe = { .what = END_PIPE, .a = 7 };
	const struct endrows *rows;

	setup();
	ck_assert_int_eq(endset_add(&set, &pipe), 0);
	ck_assert_int_eq(endseen_add(&seen, 11), 0);
	saw(12, 0, 4, 7);
	saw(12, 0, -1, 0);
	use();
	ck_assert(!endseen_knows(&seen, 12, &rows));
	ck_assert(endseen_knows(&seen, 11, &rows));
	ck_assert_ptr_null(rows);
	teardown();
}
END_TEST

UNIT_MAIN("endseen", test_known, test_not_known, test_not_only_sockets)
