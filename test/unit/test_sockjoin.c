/* SPDX-License-Identifier: MIT */
/* One socket, two sources: the text and sock_diag, TCP and the MPTCP it is a part of. */
#include "net/socktab.h"

#include <netinet/in.h>

#include "test/lib/sockfake.h"
#include "test/lib/unit.h"

#define HEADER "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define ROW(ptr, ino, path) ptr ": 00000002 00000000 00010000 0001 01 " ino " " path "\n"

static const struct script unixes[] = {
	{ AF_UNIX, 0, 0, { { 7, 70, 0, 10, 0 }, { 9, 90, 0, 1, 0 }, { 0, 91, 0, 1, 0 } }, false,
	  { { 0 } } },
	{ 0 },
};

static void begin_unix(struct fixture *x)
{
	begin(x, unixes);
	x->fake.files[0][0] = "self/net/unix";
	x->fake.files[0][1] = HEADER ROW("00000000aabbccdd", " 7", "/a") ROW("00000000aabbccde", " 8", "/b");
	x->from.diag = 0;
	x->from.unheld = true;
	x->from.whole = true;
	x->from.more = FDMAP_SOCKX;
	x->from.also = FAMILY_BIT(FDMAP_UNIX);
}

START_TEST(test_text_then_diag)
{
	const struct fdmap_sock *s;
	struct fixture x;

	begin_unix(&x);
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_UNIX)), 0);
	ck_assert_str_eq(x.fake.log, "self/net/unix diag/1/0 ");
	s = socktab_find(&x.t, 7);
	ck_assert_uint_eq(s->pointer, 0xaabbccdd);
	ck_assert_str_eq(s->path, "/a");
	ck_assert_uint_eq(s->cookie, 70);
	ck_assert_uint_eq(s->told, FDMAP_TOLD_COOKIE);
	ck_assert_ptr_nonnull(s->x);
	/* What only one of them has. */
	s = socktab_find(&x.t, 8);
	ck_assert_uint_eq(s->pointer, 0xaabbccde);
	ck_assert_ptr_null(s->x);
	ck_assert_ptr_null(socktab_find(&x.t, 9));
	ck_assert_uint_eq(x.t.socks.n, 2);
	ck_assert_uint_eq(x.t.unheld.n, 0);
	socktab_fini(&x.t);
}
END_TEST

/* Not where nothing more is wanted, and not where it would tell of another namespace. */
START_TEST(test_text_alone)
{
	static const struct root_dir dir = { .at = "812" };
	struct fixture x;

	begin_unix(&x);
	x.from.more = 0;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_UNIX)), 0);
	ck_assert_str_eq(x.fake.log, "self/net/unix ");
	ck_assert_ptr_null(socktab_find(&x.t, 7)->x);
	socktab_fini(&x.t);
	begin_unix(&x);
	x.from.dir = &dir;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_UNIX)), 0);
	ck_assert_str_eq(x.fake.log, "net/unix ");
	socktab_fini(&x.t);
}
END_TEST

/* The same inode in another namespace is not this socket. */
START_TEST(test_other_namespace)
{
	struct fixture x;

	begin_unix(&x);
	x.from.more = 0;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_UNIX)), 0);
	x.from.more = FDMAP_SOCKX;
	x.from.netns = 3;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_UNIX)), 0);
	ck_assert_ptr_null(socktab_find(&x.t, 7)->x);
	ck_assert_uint_eq(socktab_find(&x.t, 7)->netns, 0);
	socktab_fini(&x.t);
}
END_TEST

/* ---- MPTCP ------------------------------------------------------------------ */

static const char info[] = "info of mptcp";

/* One socket of TCP that says that it is a part of MPTCP, and two of MPTCP. */
static int mptcp_diag(struct root *r, struct diag *d, const void *req, size_t n, diag_each *each,
		      void *arg, uint64_t *bytes)
{
	struct inet_diag_msg head = { .idiag_family = AF_INET, .idiag_inode = 7, .idiag_state = 1 };
	struct diagmsg m = { .n = 0 }, nest = { .n = 0 };
	struct inet_diag_req_v2 asked;
	struct fake *f = r->priv;
	char what[32];
	int err;

	(void)d;
	(void)bytes;
	memcpy(&asked, req, sizeof(asked));
	(void)snprintf(what, sizeof(what), "%u/%u%s", asked.sdiag_family, asked.sdiag_protocol,
		       n > sizeof(asked) ? "/more" : "");
	note(f, what);
	if (asked.sdiag_family != AF_INET)
		return 0;
	diagmsg_put(&m, &head, sizeof(head));
	if (n == sizeof(asked)) {
		diagmsg_attr(&nest, INET_ULP_INFO_NAME, "mptcp", 6);
		diagmsg_attr(&m, INET_DIAG_ULP_INFO, nest.bytes, nest.n);
		return each(arg, m.bytes, m.n);
	}
	diagmsg_attr(&m, INET_DIAG_INFO, info, sizeof(info));
	err = each(arg, m.bytes, m.n);
	head.idiag_inode = 8;
	m.n = 0;
	diagmsg_put(&m, &head, sizeof(head));
	return err < 0 ? err : each(arg, m.bytes, m.n);
}

static const struct root_ops mptcp_ops = { .read = fake_read, .diag = mptcp_diag };

START_TEST(test_mptcp)
{
	const struct fdmap_sock *s;
	struct fixture x;

	begin(&x, NULL);
	x.root.ops = &mptcp_ops;
	x.from.more = FDMAP_TCPINFO;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_TCP)), 0);
	ck_assert_str_eq(x.fake.log, "2/6 10/6 2/0/more 10/0/more ");
	s = socktab_find(&x.t, 7);
	ck_assert_uint_eq(s->table, FDMAP_TCP);
	ck_assert_str_eq(s->x->ulp, "mptcp");
	ck_assert_uint_eq(s->x->mptcp_len, sizeof(info));
	ck_assert_mem_eq(s->x->mptcp, info, sizeof(info));
	/* Nobody asked for these. */
	ck_assert_uint_eq(x.t.socks.n, 1);
	socktab_fini(&x.t);
	/* It costs no question where nothing of it is wanted. */
	begin(&x, NULL);
	x.root.ops = &mptcp_ops;
	x.from.more = FDMAP_SKMEM;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_TCP)), 0);
	ck_assert_str_eq(x.fake.log, "2/6 10/6 ");
	socktab_fini(&x.t);
}
END_TEST

/* ---- the text in the place of sock_diag ---------------------------------------- */

START_TEST(test_refused)
{
	static const struct script refused[] = { { AF_INET, 6, -ENOENT, { { 0 } }, false, { { 0 } } },
						 { 0 } };
	struct fixture x;

	begin(&x, refused);
	x.fake.files[0][0] = "self/net/tcp";
	x.fake.files[0][1] = "  sl\n   0: 0100007F:46A0 00000000:0000 01 00000000:00000000 "
			     "02:00000064 00000000  1000        0 7 2 0000000081493892 20\n";
	x.from.more = FDMAP_SOCKX;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_TCP)), 0);
	ck_assert_uint_eq(socktab_find(&x.t, 7)->x->timer_ms, 1000);
	ck_assert_uint_eq(socktab_find(&x.t, 7)->uid, 1000);
	socktab_fini(&x.t);
}
END_TEST

UNIT_MAIN("sockjoin", test_text_then_diag, test_text_alone, test_other_namespace, test_mptcp,
	  test_refused)
