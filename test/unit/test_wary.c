/* SPDX-License-Identifier: MIT */
/* Filters of system calls: where one is, and what is not called then. Rights that are put aside. */
#include "os/wary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/pass.h"
#include "os/bpfname.h"
#include "os/raised.h"
#include "os/sockfd.h"
#include "test/lib/unit.h"

static bool said(const char *text)
{
	return parse_wary((struct span){ text, strlen(text) });
}

START_TEST(test_parse)
{
	ck_assert(said("Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n"));
	ck_assert(said("Seccomp:\t1\n"));
	ck_assert(!said("Name:\tx\nSeccomp:\t0\nSeccomp_filters:\t0\n"));
	/* A kernel without filters; texts that are cut, or are no answer. */
	ck_assert(!said("Name:\tx\nNoNewPrivs:\t1\n"));
	ck_assert(!said(""));
	ck_assert(!said("Seccomp:"));
	ck_assert(!said("Seccomp:\tx\n"));
	/* A command's newline is written as \n. */
	ck_assert(!said("Name:\ta\\nSeccomp:\t2\nSeccomp:\t0\n"));
}
END_TEST

START_TEST(test_under_one)
{
	char name[BPFNAME_MAX];
	struct root *root;
	const char *why;

	ck_assert_int_eq(root_open(&root, NULL), 0);
	/* As if it had been looked up. */
	root->filtered = 2;
	ck_assert(wary(root));
	ck_assert_int_eq(sockfd_get(root, getpid(), 0, 1), -ENOSYS);
	ck_assert_int_eq(bpfname_map(root, 1, name), -ENOSYS);
	ck_assert_int_eq(bpf_may(root, &why), -EPERM);
	ck_assert_ptr_nonnull(why);
	root->filtered = 1;
	ck_assert(!wary(root));
	root->filtered = 0;
	ck_assert_int_eq(wary(root), wary_now());
	ck_assert_int_eq(root->filtered, wary_now() ? 2 : 1);
	root_close(root);
}
END_TEST

/* Nothing is raised here: nothing is put aside, whatever we may. */
START_TEST(test_not_raised)
{
	struct raised_aside rights;

	if (raised())
		return;
	ck_assert_int_eq(raised_lower(&rights), 0);
	ck_assert(!rights.any);
	raised_back(&rights);
	raised_forget();
	ck_assert_int_eq(access("/", R_OK), 0);
}
END_TEST

UNIT_MAIN("wary", test_parse, test_under_one, test_not_raised)
