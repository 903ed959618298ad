/* SPDX-License-Identifier: MIT */
/* rpc(5), line by line; the other lists are read by test_resolve.c. */
#include "os/etc.h"

#include <string.h>

#include "test/lib/unit.h"

START_TEST(test_programs)
{
	static const char text[] = "# numbers of programs\n"
				   "\n"
				   "portmapper\t100000\tportmap sunrpc\n"
				   "noname\n"
				   "1 one\n"
				   "  nfs 100003 # nfsprog\n"
				   "toolarge 4294967296\n"
				   "last 4294967295";
	static const struct {
		const char *name;
		uint32_t number;
	} wanted[] = { { "portmapper", 100000 }, { "nfs", 100003 }, { "last", UINT32_MAX } };
	struct cursor c = cursor_of(text, sizeof(text) - 1);
	struct span name;
	uint32_t number;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		ck_assert(etc_next_program(&c, &name, &number));
		ck_assert(span_eq(name, wanted[i].name));
		ck_assert_uint_eq(number, wanted[i].number);
	}
	ck_assert(!etc_next_program(&c, &name, &number));
}
END_TEST

UNIT_MAIN("etc", test_programs)
