/* SPDX-License-Identifier: MIT */
/* Exact questions about one socket: what is asked, and whose answer counts. */
#include "net/sockone.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>

#include "test/lib/sockfake.h"
#include "test/lib/unit.h"

static struct inet_diag_req_v2 asked(const struct sockone *one, unsigned try)
{
	struct inet_diag_req_v2 q;
	struct buf req;

	buf_init(&req);
	ck_assert(sockone_ask(one, try, &req));
	ck_assert_uint_eq(req.n, sizeof(q));
	memcpy(&q, req.p, sizeof(q));
	buf_fini(&req);
	return q;
}

static bool asks_again(const struct sockone *one)
{
	struct buf req;
	bool r;

	buf_init(&req);
	r = sockone_ask(one, 1, &req);
	buf_fini(&req);
	return r;
}

static struct sockone inet_one(enum fdmap_sock_table table, uint8_t proto)
{
	return (struct sockone){
		.table = table,
		.ino = 77,
		.ends = { .family = AF_INET, .proto = proto, .iface = 3, .local = { 1 },
			  .remote = { 2 }, .lport = 10, .rport = 20 },
	};
}

START_TEST(test_tcp)
{
	struct sockone one = inet_one(FDMAP_TCP, IPPROTO_TCP);
	struct inet_diag_req_v2 q = asked(&one, 0);

	ck_assert_uint_eq(q.sdiag_family, AF_INET);
	ck_assert_uint_eq(q.sdiag_protocol, IPPROTO_TCP);
	ck_assert_uint_eq(q.id.idiag_src[0], 1);
	ck_assert_uint_eq(q.id.idiag_dst[0], 2);
	ck_assert_uint_eq(q.id.idiag_sport, 10);
	ck_assert_uint_eq(q.id.idiag_dport, 20);
	ck_assert_uint_eq(q.id.idiag_if, 3);
	ck_assert_uint_eq(q.id.idiag_cookie[0], INET_DIAG_NOCOOKIE);
	ck_assert_uint_eq(q.id.idiag_cookie[1], INET_DIAG_NOCOOKIE);
	ck_assert(!asks_again(&one));
}
END_TEST

/* The other end is UDP's source. */
START_TEST(test_udp)
{
	struct sockone one = inet_one(FDMAP_UDP, IPPROTO_UDP);
	struct inet_diag_req_v2 q = asked(&one, 0);

	ck_assert_uint_eq(q.sdiag_protocol, IPPROTO_UDP);
	ck_assert_uint_eq(q.id.idiag_src[0], 2);
	ck_assert_uint_eq(q.id.idiag_dst[0], 1);
	ck_assert_uint_eq(q.id.idiag_sport, 20);
	ck_assert_uint_eq(q.id.idiag_dport, 10);
	ck_assert(!asks_again(&one));
}
END_TEST

/* A listener on ::ffff:127.0.0.1 may be among those of IPv4. */
START_TEST(test_mapped)
{
	struct sockone one = inet_one(FDMAP_TCP, IPPROTO_TCP);
	struct inet_diag_req_v2 q;

	one.ends.family = AF_INET6;
	one.ends.rport = 0;
	memset(one.ends.remote, 0, sizeof(one.ends.remote));
	/* Not mapped: nothing else to be tried. */
	ck_assert(!asks_again(&one));
	one.ends.local[0] = one.ends.local[1] = 0;
	one.ends.local[2] = htonl(0xffff);
	one.ends.local[3] = htonl(INADDR_LOOPBACK);
	q = asked(&one, 0);
	ck_assert_uint_eq(q.sdiag_family, AF_INET6);
	ck_assert_uint_eq(q.id.idiag_dst[2], 0);
	q = asked(&one, 1);
	ck_assert_uint_eq(q.sdiag_family, AF_INET6);
	ck_assert_uint_eq(q.id.idiag_dst[2], htonl(0xffff));
	ck_assert_uint_eq(q.id.idiag_dst[3], 0);
	/* With another end there is but one way. */
	one.ends.remote[3] = 5;
	ck_assert(!asks_again(&one));
}
END_TEST

START_TEST(test_unix)
{
	const struct sockone one = { .table = FDMAP_UNIX, .ino = 0x12345678 };
	struct unix_diag_req q;
	struct buf req;

	buf_init(&req);
	ck_assert(sockone_ask(&one, 0, &req));
	ck_assert_uint_eq(req.n, sizeof(q));
	memcpy(&q, req.p, sizeof(q));
	ck_assert_uint_eq(q.sdiag_family, AF_UNIX);
	ck_assert_uint_eq(q.udiag_ino, 0x12345678);
	ck_assert_uint_eq(q.udiag_cookie[0], UINT32_MAX);
	ck_assert_uint_eq(q.udiag_cookie[1], UINT32_MAX);
	ck_assert(!sockone_ask(&one, 1, &req));
	buf_fini(&req);
}
END_TEST

struct one_answer {
	struct row row; /* state 0: nobody answers */
	int error;
	unsigned asked;
};

static int answer_one(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
		      void *arg, uint64_t *bytes)
{
	struct one_answer *a = r->priv;
	struct inet_diag_req_v2 head;
	struct diagmsg m;

	(void)d;
	ck_assert_uint_ge(n, sizeof(head));
	memcpy(&head, req, sizeof(head));
	a->asked++;
	*bytes += 100;
	if (!a->row.state)
		return a->error;
	m = message(head.sdiag_family, &a->row);
	return each(arg, m.bytes, m.n);
}

static int load_one(struct one_answer *a, struct socktab *t)
{
	static const struct root_ops ops = { .diag_one = answer_one };
	struct root root = { .ops = &ops, .self = "self", .priv = a, .live = true };
	struct sockone one = inet_one(FDMAP_TCP, IPPROTO_TCP);
	struct diag diag;
	int r;

	diag_init(&diag);
	r = sockone_load(t, &root, &diag, &one);
	diag_fini(&diag);
	return r;
}

/* Only the socket itself counts: who shares its port may answer in its place. */
START_TEST(test_answers)
{
	struct one_answer right = { .row = { 77, 1, 80, 10, 0 } };
	struct one_answer other = { .row = { 78, 1, 80, 10, 0 } };
	struct one_answer nobody = { .error = -ENOENT };
	struct one_answer refused = { .error = -EPERM };
	struct one_answer memory = { .error = -ENOMEM };
	struct socktab t;

	socktab_init(&t);
	ck_assert_int_eq(load_one(&other, &t), 0);
	ck_assert_int_eq(load_one(&nobody, &t), 0);
	ck_assert_int_eq(load_one(&refused, &t), 0);
	ck_assert_int_eq(load_one(&memory, &t), -ENOMEM);
	ck_assert_uint_eq(t.socks.n, 0);
	ck_assert_uint_eq(t.by_diag, 0);
	ck_assert_int_eq(load_one(&right, &t), 1);
	ck_assert_uint_eq(t.socks.n, 1);
	ck_assert_uint_eq(t.by_diag, FAMILY_BIT(FDMAP_TCP));
	ck_assert_uint_eq(socktab_find(&t, 77)->lport, 80);
	ck_assert_uint_eq(right.asked, 1);
	/* It is there. */
	ck_assert_int_eq(load_one(&right, &t), 1);
	ck_assert_uint_eq(right.asked, 1);
	socktab_fini(&t);
}
END_TEST

UNIT_MAIN("sockone", test_tcp, test_udp, test_mapped, test_unix, test_answers)
