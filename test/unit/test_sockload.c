/* SPDX-License-Identifier: MIT */
/* Two sources of one table: who is asked, what happens when nobody answers, what counts twice. */
#include "net/socktab.h"

#include <netinet/tcp.h>
#include <string.h>

#include "net/unixdiag.h"
#include "test/lib/sockfake.h"
#include "test/lib/unit.h"

#define INET_HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
#define UNIX_HEAD "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define TCP_ROW(port, state, ino)                                                       \
	"   0: 0100007F:" port " 00000000:0000 " state                                  \
	" 00000000:00000000 00:00000000 00000000     0        0 " ino " 1 0 100 0 0 10 0\n"

#define TCP FAMILY_BIT(FDMAP_TCP)
#define UNIX FAMILY_BIT(FDMAP_UNIX)

static const struct script two_versions[] = {
	{ AF_INET, IPPROTO_TCP, 0, { { 11, 1, 80, 10, 0 }, { 12, 2, 81, 1, 0 } }, false, { { 0 } } },
	{ AF_INET6, IPPROTO_TCP, 0, { { 13, 3, 82, 10, 0 } }, false, { { 0 } } },
	{ 0 },
};

START_TEST(test_only_what_is_wanted)
{
	struct fixture x;

	begin(&x, two_versions);
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log, "diag/2/6 diag/10/6 ");
	ck_assert_uint_eq(x.t.socks.n, 3);
	ck_assert_uint_eq(socktab_find(&x.t, 13)->lport, 82);
	ck_assert_uint_eq(atomic_load(&x.root.counts.diags), 2);
	ck_assert_uint_eq(atomic_load(&x.root.counts.tables), 0);
	ck_assert_uint_eq(atomic_load(&x.root.counts.bytes), 300);
	socktab_fini(&x.t);
}
END_TEST

/* Of each version for itself, in silence; its text alone is read instead. */
START_TEST(test_refused)
{
	static const int errors[] = { -ENOENT, -EINVAL, -EPROTONOSUPPORT, -EOPNOTSUPP,
				      -EPERM,  -EPROTO, -EAGAIN,	  -EAFNOSUPPORT };

	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		const struct script scripts[] = {
			two_versions[0],
			/* It even begins to tell. */
			{ AF_INET6, IPPROTO_TCP, errors[i], { { 0, 9, 9, 6, 0 } }, false, { { 0 } } },
			{ 0 },
		};
		struct fixture x;

		begin(&x, scripts);
		x.from.unheld = true;
		x.fake.files[0][0] = "self/net/tcp6";
		x.fake.files[0][1] = INET_HEAD;
		ck_assert_int_eq(load(&x, TCP), 0);
		ck_assert_str_eq(x.fake.log, "diag/2/6 diag/10/6 self/net/tcp6 ");
		ck_assert_uint_eq(x.t.nproblems, 0);
		ck_assert_uint_eq(x.t.socks.n, 2);
		ck_assert_uint_eq(x.t.unheld.n, 0);
		socktab_fini(&x.t);
	}
}
END_TEST

START_TEST(test_exhausted)
{
	static const int errors[] = { -ENOMEM, -EMFILE, -ENFILE };

	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		const struct script scripts[] = {
			{ AF_INET, IPPROTO_TCP, errors[i], { { 0 } }, false, { { 0 } } },
			{ 0 },
		};
		struct fixture x;

		begin(&x, scripts);
		ck_assert_int_eq(load(&x, TCP), errors[i]);
		socktab_fini(&x.t);
	}
}
END_TEST

/* A recorded tree, another procfs, a process of another namespace, the user's word: the text. */
START_TEST(test_nobody_is_asked)
{
	const struct root_dir dir = { .fd = -1, .at = "7" };
	struct fixture x;

	begin(&x, two_versions);
	x.root.live = false;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log, "self/net/tcp self/net/tcp6 ");
	socktab_fini(&x.t);
	begin(&x, two_versions);
	x.from.dir = &dir;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log, "net/tcp net/tcp6 ");
	socktab_fini(&x.t);
	begin(&x, two_versions);
	x.from.diag = UNIX;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log, "self/net/tcp self/net/tcp6 ");
	socktab_fini(&x.t);
}
END_TEST

/* Where this thread has gone, "self" is still the program. */
START_TEST(test_entered)
{
	const struct root_dir dir = { .fd = -1, .at = "7" };
	struct fixture x;

	begin(&x, NULL);
	x.from.entered = true;
	x.from.netns = 3;
	x.fake.files[0][0] = "thread-self/net/tcp";
	x.fake.files[0][1] = INET_HEAD TCP_ROW("0050", "0A", "11");
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log,
			 "diag/2/6 thread-self/net/tcp diag/10/6 thread-self/net/tcp6 ");
	ck_assert_uint_eq(socktab_find(&x.t, 11)->netns, 3);
	socktab_fini(&x.t);
	begin(&x, two_versions);
	x.from.entered = true;
	x.from.dir = &dir;
	x.from.netns = 4;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log, "diag/2/6 diag/10/6 ");
	ck_assert_uint_eq(socktab_find(&x.t, 11)->netns, 4);
	socktab_fini(&x.t);
}
END_TEST

/* The table moved: what is told anew counts, what was there before the question stays. */
START_TEST(test_interrupted)
{
	static const struct script scripts[] = {
		{ AF_INET, IPPROTO_TCP, 0,
		  { { 11, 1, 80, 10, 0 }, { 12, 2, 81, 1, 0 }, { 5, 6, 99, 1, 0 }, { 0, 7, 70, 3, 0 } },
		  true,
		  { { 12, 2, 81, 8, 0 }, { 14, 4, 84, 1, 0 }, { 0, 7, 70, 6, 0 } } },
		{ 0 },
	};
	const struct socktext *text = families[FDMAP_TCP]->texts;
	static const char rows[] = INET_HEAD TCP_ROW("0007", "0A", "5");
	struct fixture x;

	begin(&x, scripts);
	x.from.unheld = true;
	ck_assert_int_eq(socktab_parse(&x.t, text, (struct span){ rows, sizeof(rows) - 1 }), 0);
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_str_eq(x.fake.log, "diag/2/6 diag/2/6 diag/10/6 self/net/tcp6 ");
	ck_assert_uint_eq(x.t.socks.n, 4);
	ck_assert_uint_eq(socktab_find(&x.t, 11)->state, 10);
	ck_assert_uint_eq(socktab_find(&x.t, 12)->state, 8);
	ck_assert_uint_eq(socktab_find(&x.t, 14)->lport, 84);
	ck_assert_uint_eq(socktab_find(&x.t, 5)->lport, 7);
	ck_assert_uint_eq(x.t.unheld.n, 1);
	ck_assert_uint_eq(socklist_at(&x.t.unheld, 0)->state, 6);
	socktab_fini(&x.t);
}
END_TEST

/* A machine that is always busy is believed in the end. */
START_TEST(test_always_interrupted)
{
	static const struct script scripts[] = {
		{ AF_INET, IPPROTO_TCP, -EINTR, { { 11, 1, 80, 10, 0 } }, true, { { 12, 1, 81, 10, 0 } } },
		{ 0 },
	};
	struct fixture x;

	begin(&x, scripts);
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_uint_eq(x.t.socks.n, 2);
	ck_assert_uint_eq(atomic_load(&x.root.counts.diags), 5);
	ck_assert_uint_eq(atomic_load(&x.root.counts.tables), 1); /* tcp6 */
	socktab_fini(&x.t);
}
END_TEST

/* Without an inode: by cookie, which text has not; in namespaces that count for themselves. */
START_TEST(test_unheld)
{
	static const struct script scripts[] = {
		{ AF_INET, IPPROTO_TCP, 0,
		  { { 0, 1, 80, 6, 0 }, { 0, 1, 80, 6, 0 }, { 0, 2, 80, 6, 0 }, { 3, 3, 80, 1, 0 } },
		  false,
		  { { 0, 1, 81, 6, 0 } } },
		{ AF_INET6, IPPROTO_TCP, 0, { { 0 } }, false, { { 0 } } },
		{ 0 },
	};
	struct fixture x;

	begin(&x, scripts);
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_uint_eq(x.t.unheld.n, 0);
	ck_assert_uint_eq(x.t.socks.n, 1);
	socktab_fini(&x.t);

	begin(&x, scripts);
	x.from.unheld = true;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_uint_eq(x.t.unheld.n, 2);
	x.from.netns = 1;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_uint_eq(x.t.unheld.n, 3);
	ck_assert_uint_eq(socklist_at(&x.t.unheld, 2)->netns, 1);
	ck_assert_uint_eq(socklist_at(&x.t.unheld, 2)->lport, 81);
	socktab_fini(&x.t);

	begin(&x, NULL);
	x.from.unheld = true;
	x.from.diag = 0;
	x.fake.files[0][0] = "self/net/tcp";
	x.fake.files[0][1] = INET_HEAD TCP_ROW("0050", "06", "0") TCP_ROW("0050", "03", "0")
		TCP_ROW("0050", "0A", "11");
	x.fake.files[1][0] = "self/net/unix";
	x.fake.files[1][1] = UNIX_HEAD "01: 00000003 00000000 00000000 0001 02 0 @one\n";
	ck_assert_int_eq(load(&x, TCP | UNIX), 0);
	ck_assert_uint_eq(x.t.socks.n, 1);
	ck_assert_uint_eq(x.t.unheld.n, 3);
	ck_assert_uint_eq(socklist_at(&x.t.unheld, 1)->state, 3);
	ck_assert_str_eq(socklist_at(&x.t.unheld, 2)->path, "@one");
	socktab_fini(&x.t);
}
END_TEST

START_TEST(test_filter)
{
	struct sockfilter filter = { .nports = 0 };
	struct fixture x;

	memset(filter.states, 0xff, sizeof(filter.states));
	filter.states[FDMAP_TCP] = 1u << 10;
	begin(&x, two_versions);
	x.from.filter = &filter;
	ck_assert_int_eq(load(&x, TCP), 0);
	ck_assert_uint_eq(x.fake.states, 1u << 10);
	socktab_fini(&x.t);
}
END_TEST

/* Raw sockets of IPv6 are left out of either source (lsof -X). */
START_TEST(test_no_raw6)
{
	struct fixture x;

	begin(&x, NULL);
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_RAW) | FAMILY_NO_RAW6), 0);
	ck_assert_str_eq(x.fake.log, "diag/2/255 self/net/raw ");
	socktab_fini(&x.t);
}
END_TEST

/* A family that no text tells of. */
START_TEST(test_rare)
{
	struct fixture x;

	begin(&x, NULL);
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_SCTP)), 0);
	ck_assert_str_eq(x.fake.log, "diag/2/132 diag/10/132 ");
	ck_assert_uint_eq(x.t.nproblems, 0);
	socktab_fini(&x.t);
	begin(&x, NULL);
	x.from.diag = 0;
	ck_assert_int_eq(load(&x, FAMILY_BIT(FDMAP_SCTP)), 0);
	ck_assert_str_eq(x.fake.log, "");
	socktab_fini(&x.t);
}
END_TEST

static const struct script mates[] = {
	{ AF_UNIX, 0, 0,
	  { { 7, 1, 0, 1, 8 }, { 8, 2, 0, 1, 7 }, { 9, 3, 0, 1, 10 }, { 10, 4, 0, 7, 0 } },
	  false,
	  { { 7, 1, 0, 1, 8 }, { 8, 2, 0, 1, 7 }, { 9, 3, 0, 1, 10 }, { 10, 4, 0, 7, 0 } } },
	{ 0 },
};

static void check_peers(struct fixture *x)
{
	ck_assert_int_eq(unixdiag_load(&x->t, &x->from), 0);
	ck_assert_uint_eq(socktab_find(&x->t, 7)->peer, 8);
	ck_assert_uint_eq(socktab_find(&x->t, 8)->peer, 7);
	ck_assert_uint_eq(socktab_find(&x->t, 9)->peer, 10);
	/* It is connected to nobody; somebody is to it. */
	ck_assert_uint_eq(socktab_find(&x->t, 10)->peer, 9);
	ck_assert_uint_eq(socktab_find(&x->t, 10)->mate, 0);
	ck_assert_uint_eq(socktab_find(&x->t, 9)->mate, 10);
}

/* Peers that came with the table are not asked for again, only listeners, twice; else all are. */
START_TEST(test_peers)
{
	struct fixture x;

	begin(&x, mates);
	x.from.peers = true;
	ck_assert_int_eq(load(&x, UNIX), 0);
	ck_assert(socktab_is_mated(&x.t, 0));
	ck_assert(!socktab_is_mated(&x.t, 1));
	check_peers(&x);
	ck_assert_str_eq(x.fake.log, "diag/1/0 diag/1/0 diag/1/0 ");
	ck_assert_uint_eq(x.fake.all_states[1], 1u << TCP_LISTEN);
	ck_assert_uint_eq(x.fake.all_states[2], 1u << TCP_LISTEN);
	socktab_fini(&x.t);

	begin(&x, mates);
	ck_assert_int_eq(load(&x, UNIX), 0);
	ck_assert(!socktab_is_mated(&x.t, 0));
	check_peers(&x);
	ck_assert_str_eq(x.fake.log, "diag/1/0 diag/1/0 diag/1/0 ");
	ck_assert_uint_eq(x.fake.all_states[1], UINT32_MAX);
	ck_assert_uint_eq(x.fake.all_states[2], 1u << TCP_LISTEN);
	socktab_fini(&x.t);
}
END_TEST

/* What shares a bucket of the kernel's with others may be left out: few listeners do, no connection. */
START_TEST(test_torn)
{
	static const struct {
		uint8_t proto, state;
		uint32_t many;
		bool torn;
	} all[] = {
		{ IPPROTO_TCP, 10, 400, true },  { IPPROTO_TCP, 10, 20, false },
		{ IPPROTO_TCP, 1, 400, false },  { IPPROTO_UDP, 7, 400, true },
		{ IPPROTO_UDP, 7, 200, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct script scripts[] = {
			{ AF_INET, all[i].proto, 0, { { 11, 1, 80, all[i].state, 0 } }, false,
			  { { 0 } } },
			{ AF_INET6, all[i].proto, 0, { { 0 } }, false, { { 0 } } },
			{ 0 },
		};
		uint32_t bit = all[i].proto == IPPROTO_TCP ? TCP : FAMILY_BIT(FDMAP_UDP);
		struct fixture x;

		begin(&x, scripts);
		x.fake.many = all[i].many;
		ck_assert_int_eq(load(&x, bit), 0);
		ck_assert_uint_eq(x.t.socks.n, 1 + all[i].many);
		ck_assert_uint_eq(x.t.torn, all[i].torn ? bit : 0);
		socktab_fini(&x.t);
	}
}
END_TEST

/* A newline in a name: sock_diag is asked what is true, but only then, and never where the text alone is wanted. */
START_TEST(test_made_up)
{
	static const struct script scripts[] = {
		{ AF_UNIX, 0, 0, { { 11, 1, 0, 10, 0 }, { 12, 2, 0, 7, 0 } }, false, { { 0 } } },
		{ 0 },
	};
	static const struct {
		const char *text;
		uint32_t diag;
		bool asked;
	} all[] = {
		/* whole; another's row; half a name; both, but nobody may be asked */
		{ "01: 00000002 00000000 00000000 0001 01 11 /a\n", TCP, false },
		{ "02: 00000003 00000000 00000000 0002 03 12 /x\n"
		  "01: 00000002 00000000 00010000 0001 01 11 /forged\n"
		  "03: 00000002 00000000 00010000 0001 01 11 /true\n", TCP, true },
		{ "02: 00000003 00000000 00000000 0001 01 12 /x\n"
		  "01: 00000002 00000000 00000000 0002 03 11 /half\nof a name\n", TCP, true },
		{ "01: 00000002 00000000 00000000 0001 03 11 /half\nof a name\n", 0, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct fdmap_sock *sock;
		char text[512];
		struct fixture x;

		begin(&x, scripts);
		x.from.diag = all[i].diag;
		(void)snprintf(text, sizeof(text), "%s%s", UNIX_HEAD, all[i].text);
		x.fake.files[0][0] = "self/net/unix";
		x.fake.files[0][1] = text;
		ck_assert_int_eq(load(&x, UNIX), 0);
		ck_assert_str_eq(x.fake.log, all[i].asked ? "self/net/unix diag/1/0 " : "self/net/unix ");
		sock = socktab_find(&x.t, 11);
		ck_assert_ptr_nonnull(sock);
		ck_assert(all[i].asked == !sock->path);
		ck_assert_uint_eq(sock->type, SOCK_STREAM);
		ck_assert_uint_eq(sock->flags, all[i].asked ? 0x10000 : 0);
		ck_assert_uint_eq(sock->pointer, 1);
		socktab_fini(&x.t);
	}
}
END_TEST

UNIT_MAIN("sockload", test_only_what_is_wanted, test_refused, test_exhausted, test_nobody_is_asked,
	  test_entered, test_interrupted, test_always_interrupted, test_unheld, test_filter,
	  test_no_raw6, test_rare, test_peers, test_torn, test_made_up)
