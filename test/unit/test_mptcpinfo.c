/* SPDX-License-Identifier: MIT */
/*
 * Fields of MPTCP: each where struct mptcp_info of include/uapi/linux/mptcp.h has it since
 * Linux 6.10, which the headers at hand may not know; and absent from an older one.
 */
#include "field/field.h"

#include <string.h>
#include <sys/socket.h>

#include "test/lib/unit.h"

static const struct {
	const char *key;
	uint8_t at, size;
	uint8_t since; /* the shortest struct that has it */
} members[] = {
	{ "mptcp_subflows", 0, 1, 40 },
	{ "mptcp_add_addr_signal", 1, 1, 40 },
	{ "mptcp_add_addr_accepted", 2, 1, 40 },
	{ "mptcp_subflows_max", 3, 1, 40 },
	{ "mptcp_add_addr_signal_max", 4, 1, 40 },
	{ "mptcp_add_addr_accepted_max", 5, 1, 40 },
	{ "mptcp_flags", 8, 4, 40 },
	{ "mptcp_token", 12, 4, 40 },
	{ "mptcp_write_seq", 16, 8, 40 },
	{ "mptcp_snd_una", 24, 8, 40 },
	{ "mptcp_rcv_nxt", 32, 8, 40 },
	{ "mptcp_local_addr_used", 40, 1, 48 },
	{ "mptcp_local_addr_max", 41, 1, 48 },
	{ "mptcp_csum_enabled", 42, 1, 48 },
	{ "mptcp_retransmits", 44, 4, 80 },
	{ "mptcp_bytes_retrans", 48, 8, 80 },
	{ "mptcp_bytes_sent", 56, 8, 80 },
	{ "mptcp_bytes_received", 64, 8, 80 },
	{ "mptcp_bytes_acked", 72, 8, 80 },
	{ "mptcp_subflows_total", 80, 1, 88 },
	{ "mptcp_last_data_sent", 84, 4, 96 },
	{ "mptcp_last_data_recv", 88, 4, 96 },
	{ "mptcp_last_ack_recv", 92, 4, 96 },
};

static uint64_t member(const unsigned char *info, unsigned at, unsigned size)
{
	uint32_t word;
	uint64_t v;

	if (size == 1)
		return info[at];
	if (size == 4) {
		memcpy(&word, info + at, sizeof(word));
		return word;
	}
	memcpy(&v, info + at, sizeof(v));
	return v;
}

START_TEST(test_members)
{
	static const uint32_t lengths[] = { 40, 48, 80, 88, 96, 104 };
	unsigned char info[104];
	struct fdmap_sockx more = { .mptcp = info };
	const struct fdmap_sock sock = { .table = FDMAP_MPTCP, .family = AF_INET, .x = &more };
	const struct fdmap_file file = { .kind = FDMAP_KIND_SOCKET, .sock = &sock };
	const struct fdmap_row row = { .file = &file };
	struct fdmap_value value;

	for (size_t i = 0; i < sizeof(info); i++)
		info[i] = (unsigned char)(i + 1);
	fdmap_value_init(&value, NULL);
	for (size_t l = 0; l < ARRAY_LEN(lengths); l++) {
		more.mptcp_len = lengths[l];
		for (size_t i = 0; i < ARRAY_LEN(members); i++) {
			const char *key = members[i].key;
			const struct fdmap_field *f = fdmap_field_find(key, strlen(key));
			int told;

			ck_assert_msg(f, "no field %s", key);
			told = fdmap_field_get(f, &row, &value);
			ck_assert_msg(told == (lengths[l] >= members[i].since),
				      "%s is %s of %u bytes", key, told ? "told" : "absent",
				      lengths[l]);
			if (told)
				ck_assert_uint_eq(value.u, member(info, members[i].at,
								  members[i].size));
		}
	}
	fdmap_value_fini(&value);
}
END_TEST

/* Of a listener the kernel fills in nothing. */
START_TEST(test_listener)
{
	unsigned char info[104] = { 0 };
	const struct fdmap_sockx more = { .mptcp = info, .mptcp_len = sizeof(info) };
	const struct fdmap_sock sock = { .table = FDMAP_TCP, .state = 10, .x = &more };
	const struct fdmap_file file = { .kind = FDMAP_KIND_SOCKET, .sock = &sock };
	const struct fdmap_row row = { .file = &file };
	struct fdmap_value value;

	fdmap_value_init(&value, NULL);
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		ck_assert_int_eq(fdmap_field_get(fdmap_field_find(members[i].key,
								  strlen(members[i].key)),
						 &row, &value),
				 0);
	fdmap_value_fini(&value);
}
END_TEST

/* Every one is above. */
START_TEST(test_all)
{
	const struct fdmap_field *f;
	size_t n = 0;

	for (size_t i = 0; (f = fdmap_field_at(i)); i++)
		n += strncmp(f->key, "mptcp_", 6) == 0;
	ck_assert_uint_eq(n, ARRAY_LEN(members));
}
END_TEST

UNIT_MAIN("mptcpinfo", test_members, test_listener, test_all)
