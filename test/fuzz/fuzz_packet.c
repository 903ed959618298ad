/* SPDX-License-Identifier: MIT */
/* Rows of /proc/net/packet. */
#include "test/fuzz/sockrows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sockrows_run(families[FDMAP_PACKET]->texts, data, size,
		     "00000000fec12ca6 3      3    0003   0     1 0      0      5316  ", 5316);
	return 0;
}
