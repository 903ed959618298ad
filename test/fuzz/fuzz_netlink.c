/* SPDX-License-Identifier: MIT */
/* Rows of /proc/net/netlink. */
#include "test/fuzz/sockrows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sockrows_run(families[FDMAP_NETLINK]->texts, data, size,
		     "00000000569ca3b2 0   2200       00000000 0        0        0     2        0"
		     "        5312    ",
		     5312);
	return 0;
}
