/* SPDX-License-Identifier: MIT */
/* Answers over netlink: which messages are handed on, and what ends them. */
#include "os/diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/lib/diagmsg.h"
#include "test/lib/unit.h"

#define SEQ 5

static struct diagmsg msgs;
static uint64_t sum; /* of the numbers told */
static int give;     /* what each() returns */

static int each(void *arg, const void *msg, size_t n)
{
	uint32_t v;

	ck_assert_ptr_eq(arg, &sum);
	ck_assert_uint_eq((uintptr_t)msg % 4, 0);
	ck_assert_uint_eq(n, sizeof(v));
	memcpy(&v, msg, sizeof(v));
	sum = sum * 10 + v;
	return give;
}

static void put(uint16_t type, uint16_t flags, uint32_t seq, int32_t v)
{
	size_t at = diagmsg_begin(&msgs, type, flags, seq);

	diagmsg_put(&msgs, &v, sizeof(v));
	diagmsg_end(&msgs, at);
}

static void put_row(int32_t v)
{
	put(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, SEQ, v);
}

static int parse(struct diag_answer *a)
{
	return diag_parse(a, msgs.bytes, msgs.n, each, &sum);
}

static void expect(int r, uint64_t told)
{
	struct diag_answer a = { .seq = SEQ };

	ck_assert_int_eq(parse(&a), r);
	ck_assert_uint_eq(sum, told);
	msgs.n = sum = 0;
	give = 0;
}

START_TEST(test_rows)
{
	put_row(1);
	/* Of another question, and of another kind. */
	put(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, SEQ - 1, 7);
	put(NLMSG_DONE, NLM_F_MULTI, SEQ - 1, 0);
	put(NLMSG_NOOP, 0, SEQ, 8);
	put_row(2);
	expect(0, 12);
}
END_TEST

START_TEST(test_end)
{
	size_t at;

	put_row(1);
	put(NLMSG_DONE, NLM_F_MULTI, SEQ, 0);
	put_row(2);
	expect(1, 1);
	at = diagmsg_begin(&msgs, NLMSG_DONE, NLM_F_MULTI, SEQ);
	diagmsg_end(&msgs, at);
	expect(1, 0);
}
END_TEST

/* A protocol that is missing is told of at the end of an answer without sockets. */
START_TEST(test_end_with_error)
{
	put(NLMSG_DONE, NLM_F_MULTI, SEQ, -ENOENT);
	expect(-ENOENT, 0);
	put(NLMSG_DONE, NLM_F_MULTI, SEQ, 7);
	expect(-EPROTO, 0);
}
END_TEST

/* All that comes is read, since the next question would find it in its way. */
START_TEST(test_interrupted)
{
	struct diag_answer a = { .seq = SEQ };

	put(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI | NLM_F_DUMP_INTR, SEQ, 1);
	put_row(2);
	ck_assert_int_eq(parse(&a), 0);
	ck_assert_uint_eq(sum, 12);
	msgs.n = sum = 0;
	put_row(3);
	put(NLMSG_DONE, NLM_F_MULTI, SEQ, 0);
	ck_assert_int_eq(parse(&a), -EINTR);
	ck_assert_uint_eq(sum, 3);
	msgs.n = sum = 0;
}
END_TEST

START_TEST(test_errors)
{
	size_t at;

	put(NLMSG_ERROR, 0, SEQ, -EPERM);
	put_row(1);
	expect(-EPERM, 0);
	/* An error that says that there was none; one that is none; one that is empty. */
	put(NLMSG_ERROR, 0, SEQ, 0);
	expect(-EPROTO, 0);
	put(NLMSG_ERROR, 0, SEQ, -100000);
	expect(-EPROTO, 0);
	at = diagmsg_begin(&msgs, NLMSG_ERROR, 0, SEQ);
	diagmsg_end(&msgs, at);
	expect(-EPROTO, 0);
}
END_TEST

START_TEST(test_caller_ends_it)
{
	give = -ENOMEM;
	put_row(1);
	put_row(2);
	expect(-ENOMEM, 1);
	give = 1;
	put_row(1);
	put_row(2);
	expect(0, 12);
}
END_TEST

/* Cut at every place: a whole message or none, and nothing behind the end is read. */
START_TEST(test_cut)
{
	struct diag_answer a = { .seq = SEQ };

	put_row(1);
	for (msgs.n--; msgs.n > 0; msgs.n--)
		ck_assert_int_eq(parse(&a), msgs.n < sizeof(struct nlmsghdr) ? 0 : -EPROTO);
	ck_assert_uint_eq(sum, 0);
	/* A length that would never let it end. */
	diagmsg_begin(&msgs, SOCK_DIAG_BY_FAMILY, 0, SEQ);
	expect(-EPROTO, 0);
}
END_TEST

static int is_forged(void *arg, const void *msg, size_t n)
{
	*(bool *)arg |= n == 4 && memcmp(msg, "fake", 4) == 0;
	return 0;
}

/* Whoever rules a namespace may send to a socket in it: only the kernel is believed. */
START_TEST(test_forged)
{
	const struct unix_diag_req req = { .sdiag_family = AF_UNIX, .udiag_states = ~0u };
	int sender = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	bool forged = false;
	uint64_t bytes = 0;
	struct diag d;
	size_t at;

	diag_init(&d);
	if (diag_dump(&d, &req, sizeof(req), is_forged, &forged, &bytes) >= 0) {
		to.nl_pid = mnl_socket_get_portid(d.nl);
		at = diagmsg_begin(&msgs, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, d.seq + 1);
		diagmsg_put(&msgs, "fake", 4);
		diagmsg_end(&msgs, at);
		/* Refused where we rule nothing: then there is nothing to be seen here. */
		if (sendto(sender, msgs.bytes, msgs.n, 0, (struct sockaddr *)&to, sizeof(to)) > 0)
			ck_assert_int_ge(diag_dump(&d, &req, sizeof(req), is_forged, &forged,
						   &bytes), -EINTR);
		ck_assert(!forged);
	}
	msgs.n = 0;
	diag_fini(&d);
	close(sender);
}
END_TEST

UNIT_MAIN("diag", test_forged, test_rows, test_end, test_end_with_error, test_interrupted, test_errors,
	  test_caller_ends_it, test_cut)
