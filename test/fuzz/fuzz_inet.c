/* SPDX-License-Identifier: MIT */
/* Rows of tcp, udp and udplite, both versions; and addresses, which must survive a round. */
#include <strings.h>

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

/* What was read of an address is written back as it was, but for the case of its digits. */
static void address(int family, const char *p, size_t n)
{
	struct cursor c = cursor_of(p, n);
	unsigned char addr[16];
	struct buf out;
	uint16_t port;

	if (!addr_parse(&c, family, addr, &port)) {
		if (c.at != p)
			abort();
		return;
	}
	buf_init(&out);
	addr_put_hex(family, addr, port, &out);
	if (out.n != (size_t)(c.at - p) || strncasecmp(out.p, p, out.n) != 0)
		abort();
	buf_reset(&out);
	addr_put(family, addr, port, "tcp", NULL, &out);
	if (out.n < strlen("*:*"))
		abort();
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum fdmap_sock_table tables[] = { FDMAP_TCP, FDMAP_UDP, FDMAP_UDPLITE };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct socktext *text = families[tables[i]]->texts; text->file; text++)
			run(text, data, size);
	address(AF_INET, (const char *)data, size);
	address(AF_INET6, (const char *)data, size);
	return 0;
}
