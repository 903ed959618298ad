/* SPDX-License-Identifier: MIT */
/* Which queries a pass of BPF is good for, and for what. */
#include "engine/pass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/scan.h"
#include "test/lib/unit.h"

#define TABLE                                                                              \
	(FDMAP_COMM | FDMAP_CRED | FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_POS |    \
	 FDMAP_DETAIL | FDMAP_LOCKS | FDMAP_SOCK | FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)

static struct fdmap *m;

static struct fdmap_query *query(uint32_t want)
{
	struct fdmap_query *q;

	if (!m)
		ck_assert_int_eq(fdmap_open(&m, NULL), 0);
	ck_assert_int_eq(fdmap_query_new(&q), 0);
	fdmap_query_want(q, want);
	return q;
}

static struct plan planned(struct fdmap_query *q)
{
	struct plan p;

	plan_make(q, &p);
	fdmap_query_free(q);
	return p;
}

static void check(struct fdmap_query *q, enum plan_pass pass)
{
	struct plan p = planned(q);

	ck_assert_int_eq(p.pass, pass);
	ck_assert((p.pass_why == NULL) == (pass != PLAN_PASS_NONE));
}

START_TEST(everything_is_told)
{
	check(query(TABLE), PLAN_PASS_NAMES);
}
END_TEST

START_TEST(sockets)
{
	struct fdmap_query *q = query(0);
	struct plan p;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
	p = planned(q);
	ck_assert_int_eq(p.pass, PLAN_PASS_SOCKETS);
	/* Who has none of them is not even opened. */
	ck_assert(p.pass_skips);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_sockets(q), 0);
	p = planned(q);
	ck_assert_int_eq(p.pass, PLAN_PASS_SOCKETS);
	ck_assert(!p.pass_skips);
}
END_TEST

/* A process that is selected as a whole has other rows, too. */
START_TEST(sockets_or_a_user)
{
	struct fdmap_query *q = query(TABLE);
	struct fdmap_error err;

	ck_assert_int_ge(fdmap_query_inet(q, NULL, ":22", NULL), 0);
	ck_assert_int_ge(fdmap_query_uid(q, 1, NULL, 0, &err), 0);
	check(q, PLAN_PASS_NAMES);
}
END_TEST

START_TEST(few_processes)
{
	struct fdmap_error err;
	struct fdmap_query *q = query(TABLE);

	ck_assert_int_ge(fdmap_query_pid(q, 1, 0, &err), 0);
	check(q, PLAN_PASS_NONE);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_command(q, "sshd", 0, &err), 0);
	check(q, PLAN_PASS_NONE);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_uid(q, 1000, NULL, 0, &err), 0);
	check(q, PLAN_PASS_NONE);
	/* Root has the most. */
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_uid(q, 0, NULL, 0, &err), 0);
	check(q, PLAN_PASS_NAMES);
	/* Few are left out. */
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_uid(q, 0, NULL, FDMAP_NOT, &err), 0);
	check(q, PLAN_PASS_NAMES);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_command(q, "sshd", 0, &err), 0);
	fdmap_query_engine(q, FDMAP_ENGINE_BPF);
	check(q, PLAN_PASS_NAMES);
}
END_TEST

START_TEST(numbers)
{
	struct fdmap_query *q = query(TABLE);

	ck_assert_int_ge(fdmap_query_fd(q, 0, 2, 0), 0);
	check(q, PLAN_PASS_NONE);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_fd(q, 0, 2, FDMAP_NOT), 0);
	check(q, PLAN_PASS_NAMES);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_slot(q, FDMAP_FD_CWD, 0), 0);
	check(q, PLAN_PASS_NONE);
}
END_TEST

START_TEST(files)
{
	struct fdmap_error err;
	struct fdmap_query *q = query(TABLE);

	ck_assert_int_ge(fdmap_query_path(q, m, "/bin/sh", 0, &err), 0);
	check(q, PLAN_PASS_FILES);
	q = query(TABLE);
	/* Another node may be the same device. */
	ck_assert_int_ge(fdmap_query_path(q, m, "/dev/null", 0, &err), 0);
	check(q, PLAN_PASS_STATS);
	q = query(TABLE);
	ck_assert_int_ge(fdmap_query_path(q, m, "/bin/sh", 0, &err), 0);
	fdmap_query_ends(q, FDMAP_ENDS_NOTE);
	check(q, PLAN_PASS_NAMES);
}
END_TEST

START_TEST(unwanted)
{
	struct fdmap_query *q = query(TABLE);

	fdmap_query_engine(q, FDMAP_ENGINE_PROC);
	check(q, PLAN_PASS_NONE);
}
END_TEST

START_TEST(texts)
{
	struct {
		struct bpf_file f;
		char name[32];
	} r = { .f = { .sock = 1, .name = BPF_NO_NAME } };
	char text[16];

	r.f.h.ino = 0;
	ck_assert_int_eq(pass_link(&r.f, text, sizeof(text)), 10);
	ck_assert_str_eq(text, "socket:[0]");
	r.f.h.ino = 120345;
	ck_assert_int_eq(pass_link(&r.f, text, sizeof(text)), 15);
	ck_assert_str_eq(text, "socket:[120345]");
	r.f.h.ino = UINT64_MAX;
	ck_assert_int_eq(pass_link(&r.f, text, sizeof(text)), -ENAMETOOLONG);
	r.f.sock = 0;
	r.f.name = 9;
	strcpy(r.name, "/bin/echo");
	ck_assert_int_eq(pass_link(&r.f, text, sizeof(text)), 9);
	ck_assert_str_eq(text, "/bin/echo");
	ck_assert_int_eq(pass_link(&r.f, text, 9), -ENAMETOOLONG);
	r.f.name = -ENAMETOOLONG;
	ck_assert_int_eq(pass_link(&r.f, text, sizeof(text)), -ENAMETOOLONG);
	r.f.fmode = BPF_FMODE_READ;
	ck_assert_int_eq(access_of(pass_lmode(&r.f)), 'r');
	r.f.fmode = BPF_FMODE_WRITE;
	ck_assert_int_eq(access_of(pass_lmode(&r.f)), 'w');
	r.f.fmode = BPF_FMODE_READ | BPF_FMODE_WRITE;
	ck_assert_int_eq(access_of(pass_lmode(&r.f)), 'u');
	r.f.fmode = 1u << 14; /* FMODE_PATH */
	ck_assert_int_eq(access_of(pass_lmode(&r.f)), 'u');
}
END_TEST

/* The process that a record is of was started in that tick. */
START_TEST(outdated)
{
	const struct bpf_holder h = { .pid = 7, .start = UINT64_C(12349999999) };
	struct bpf_pass pass = { .begun = UINT64_C(12350000000) };
	struct about a = { .have = FDMAP_COMM, .facts.start = 1234 };

	ck_assert_int_eq(sysconf(_SC_CLK_TCK), 100);
	ck_assert(!pass_outdated(&pass, &h, &a));
	a.facts.start = 1235;
	ck_assert(pass_outdated(&pass, &h, &a));
	a.facts.start = UINT64_MAX;
	ck_assert(!pass_outdated(&pass, &h, &a));
	a = (struct about){ .facts.start = 7 };
	ck_assert(!pass_outdated(&pass, &h, &a));
	ck_assert(!pass_outdated(&pass, NULL, &a));
	/* In the tick in which the pass was begun, or later, the number may have been of two. */
	a = (struct about){ .have = FDMAP_COMM, .facts.start = 1234 };
	ck_assert(!pass_outdated(&pass, &h, &a));
	pass.begun--;
	ck_assert(pass_outdated(&pass, &h, &a));
	pass.begun = UINT64_C(12000000000);
	ck_assert(pass_outdated(&pass, &h, &a));
	pass.begun = 0;
	ck_assert(!pass_outdated(&pass, &h, &a));
}
END_TEST

UNIT_MAIN("passplan", everything_is_told, sockets, sockets_or_a_user, few_processes, numbers, files,
	  unwanted, texts, outdated)
