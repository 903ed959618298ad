/* SPDX-License-Identifier: MIT */
/* Rows of raw and icmp, both versions. */
#include "test/fuzz/sockrows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REST "07 00000000:00000000 00:00000000 00000000     0        0 5303 2 0000000081493892 0"
#define ZEROES "00000000000000000000000000000000"

static void run(const struct socktext *text, const uint8_t *data, size_t size)
{
	const char *good = text->family == AF_INET6 ? "   1: " ZEROES ":46A0 " ZEROES ":0000 " REST
						    : "   1: 0100007F:46A0 00000000:0000 " REST;

	sockrows_run(text, data, size, good, 5303);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum fdmap_sock_table tables[] = { FDMAP_RAW, FDMAP_ICMP };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct socktext *text = families[tables[i]]->texts; text->file; text++)
			run(text, data, size);
	return 0;
}
