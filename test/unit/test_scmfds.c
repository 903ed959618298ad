/* SPDX-License-Identifier: MIT */
/* fdinfo of UNIX sockets: descriptors in messages. */
#include "proc/scmfds.h"

#include <string.h>

#include "test/lib/unit.h"

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static uint32_t fds(const char *text)
{
	return parse_scm_fds(span_of(text));
}

START_TEST(messages)
{
	ck_assert_uint_eq(fds("pos:\t0\nflags:\t02\nmnt_id:\t9\nino:\t7\nscm_fds: 3\n"), 3);
	ck_assert_uint_eq(fds("scm_fds: 0\n"), 0);
	ck_assert_uint_eq(fds("pos:\t0\nflags:\t02\n"), 0);
	ck_assert_uint_eq(fds("scm_fds: 4294967295\n"), UINT32_MAX);
}
END_TEST

START_TEST(messages_odd)
{
	ck_assert_uint_eq(fds(""), 0);
	ck_assert_uint_eq(fds("scm_fds: 3"), 0);
	ck_assert_uint_eq(fds("scm_fds: 3x\n"), 0);
	ck_assert_uint_eq(fds("scm_fds: -3\n"), 0);
	ck_assert_uint_eq(fds("scm_fds: 4294967296\n"), 0);
	ck_assert_uint_eq(fds("xscm_fds: 3\n"), 0);
}
END_TEST

UNIT_MAIN("scmfds", messages, messages_odd)
