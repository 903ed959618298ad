/* SPDX-License-Identifier: MIT */
/* Rows of /proc/net/unix: paths of any bytes. */
#include "test/fuzz/sockrows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sockrows_run(families[FDMAP_UNIX]->texts, data, size,
		     "0000000030e2d501: 00000002 00000000 00010000 0001 01  5306 /tmp/zz sock",
		     5306);
	return 0;
}
