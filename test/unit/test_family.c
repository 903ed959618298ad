/* SPDX-License-Identifier: MIT */
/* The registry is whole, and its names are found. */
#include "net/family.h"

#include <string.h>
#include <sys/socket.h>

#include "test/lib/unit.h"

START_TEST(test_rows_are_whole)
{
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++) {
		const struct family *f = families[i];

		ck_assert_ptr_nonnull(f);
		ck_assert_uint_eq(f->table, i);
		ck_assert_ptr_nonnull(f->name);
		ck_assert_ptr_nonnull(f->protonames[0]);
		ck_assert(f->texts || f->diags);
		/* What lsof knows has a face; a text tells of it, and it is not rare. */
		ck_assert_int_eq(!f->look, !f->describe);
		ck_assert_int_eq(!f->look, !f->texts);
		ck_assert_int_eq(!f->look, (FAMILY_RARE & FAMILY_BIT(i)) != 0);
		ck_assert_int_eq(!f->look, !family_has_face(&(struct fdmap_sock){ .table = (uint8_t)i }));
		for (const struct sockdiag *d = f->diags; d && d->ask; d++) {
			ck_assert_ptr_nonnull(d->parse);
			ck_assert_uint_eq(d->table, i);
			ck_assert_int_ne(d->family, 0);
		}
		for (const struct socktext *t = f->texts; t && t->file; t++) {
			ck_assert_ptr_nonnull(t->parse);
			ck_assert_int_ne(t->family, 0);
		}
	}
}
END_TEST

START_TEST(test_files)
{
	static const char *const want[] = { "tcp",	"tcp6",	   "udp",   "udp6", "udplite",
					    "udplite6", "raw",	   "raw6",  "icmp", "icmp6",
					    "unix",	"netlink", "packet" };
	size_t n = 0;

	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		for (const struct socktext *t = families[i]->texts; t && t->file; t++) {
			ck_assert_uint_lt(n, ARRAY_LEN(want));
			ck_assert_str_eq(t->file, want[n++]);
		}
	ck_assert_uint_eq(n, ARRAY_LEN(want));
}
END_TEST

START_TEST(test_protonames)
{
	ck_assert_uint_eq(family_of_protoname("TCP"), FAMILY_BIT(FDMAP_TCP));
	ck_assert_uint_eq(family_of_protoname("TCPv6"), FAMILY_BIT(FDMAP_TCP));
	ck_assert_uint_eq(family_of_protoname("UDPv6"), FAMILY_BIT(FDMAP_UDP));
	ck_assert_uint_eq(family_of_protoname("UDP-Lite"), FAMILY_BIT(FDMAP_UDPLITE));
	ck_assert_uint_eq(family_of_protoname("UDPLITEv6"), FAMILY_BIT(FDMAP_UDPLITE));
	ck_assert_uint_eq(family_of_protoname("RAWv6"), FAMILY_BIT(FDMAP_RAW));
	ck_assert_uint_eq(family_of_protoname("PINGv6"), FAMILY_BIT(FDMAP_ICMP));
	ck_assert_uint_eq(family_of_protoname("UNIX-STREAM"), FAMILY_BIT(FDMAP_UNIX));
	ck_assert_uint_eq(family_of_protoname("UNIX"), FAMILY_BIT(FDMAP_UNIX));
	ck_assert_uint_eq(family_of_protoname("NETLINK"), FAMILY_BIT(FDMAP_NETLINK));
	ck_assert_uint_eq(family_of_protoname("PACKET"), FAMILY_BIT(FDMAP_PACKET));
	ck_assert_uint_eq(family_of_protoname("AF_VSOCK"), FAMILY_BIT(FDMAP_VSOCK));
	ck_assert_uint_eq(family_of_protoname("MPTCP"), FAMILY_BIT(FDMAP_MPTCP));
	ck_assert_uint_eq(family_of_protoname("MPTCPv6"), FAMILY_BIT(FDMAP_MPTCP));
	ck_assert_uint_eq(family_of_protoname("SCTP"), FAMILY_BIT(FDMAP_SCTP));
	ck_assert_uint_eq(family_of_protoname("XDP"), FAMILY_BIT(FDMAP_XDP));
	ck_assert_uint_eq(family_of_protoname("TIPC"), FAMILY_BIT(FDMAP_TIPC));
	ck_assert_uint_eq(family_of_protoname("CAN_RAW"), 0);
	ck_assert_uint_eq(family_of_protoname("tcp"), 0);
	ck_assert_uint_eq(family_of_protoname(""), 0);
}
END_TEST

START_TEST(test_faces)
{
	ck_assert(family_has_face(&(struct fdmap_sock){ .table = FDMAP_ICMP, .family = AF_INET }));
	ck_assert(!family_has_face(&(struct fdmap_sock){ .table = FDMAP_ICMP, .family = AF_INET6 }));
	ck_assert(!family_has_face(&(struct fdmap_sock){ .table = FDMAP_SOCK_TABLES }));
}
END_TEST

START_TEST(test_state_numbers)
{
	unsigned state = 99;

	ck_assert(family_state_number("tcp", "LISTEN", &state));
	ck_assert_uint_eq(state, 10);
	ck_assert(family_state_number("TCP", "established", &state));
	ck_assert_uint_eq(state, 1);
	ck_assert(family_state_number("tcp", "Close", &state));
	ck_assert_uint_eq(state, 7);
	ck_assert(family_state_number("tcp", "CLOSED", &state));
	ck_assert_uint_eq(state, 0);
	ck_assert(family_state_number("tcp", "CLOSING", &state));
	ck_assert_uint_eq(state, 11);
	ck_assert(family_state_number("udp", "ESTABLISHED", &state));
	ck_assert_uint_eq(state, 1);
	ck_assert(family_state_number("UDP", "close", &state));
	ck_assert_uint_eq(state, 7);
}
END_TEST

START_TEST(test_state_names_refused)
{
	unsigned state = 99;

	ck_assert(!family_state_number("udp", "LISTEN", &state));
	ck_assert(!family_state_number("udp", "CLOSED", &state));
	ck_assert(!family_state_number("tcp", "LIST", &state));
	ck_assert(!family_state_number("tcp", "", &state));
	ck_assert(!family_state_number("tcp", "UNKNOWN_TCP_STATE_12", &state));
	ck_assert(!family_state_number("udplite", "CLOSE", &state));
	ck_assert(!family_state_number("", "CLOSE", &state));
	ck_assert_uint_eq(state, 99);
}
END_TEST

UNIT_MAIN("family", test_rows_are_whole, test_files, test_protonames, test_faces, test_state_numbers,
	  test_state_names_refused)
