/* SPDX-License-Identifier: MIT */
/* -i's word: what is accepted is consistent, what is refused has a sentence. */
#include "engine/inetspec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Answers depend on the name alone, so that runs repeat. */
static int fuzz_port(void *ctx, const char *service, const char *proto, uint16_t *port)
{
	(void)ctx;
	if (!*service || strlen(service) > 255)
		abort();
	if (strcmp(proto, "tcp") != 0 && strcmp(proto, "udp") != 0)
		abort();
	if (service[0] & 1)
		return -ENOENT;
	*port = (uint16_t)(service[0] * 7 + (strlen(service) & 2 ? proto[0] : 0));
	return 0;
}

static int fuzz_address(void *ctx, const char *host, int family, struct resolve_addr *addr)
{
	(void)ctx;
	if (!*host || strlen(host) > 255)
		abort();
	memset(addr, 0, sizeof(*addr));
	addr->family = family;
	if (host[0] == 'x')
		return -ENOENT;
	memcpy(&addr->a, host, strlen(host) < 16 ? strlen(host) : 16);
	return 0;
}

static void check(const struct inetspec *spec)
{
	if (spec->version != 0 && spec->version != 4 && spec->version != 6)
		abort();
	if (spec->naddrs > ARRAY_LEN(spec->addrs) || spec->nports > INETSPEC_MAX)
		abort();
	if (!spec->proto && !spec->naddrs && !spec->nports)
		abort();
	for (unsigned i = 0; i < spec->nports; i++)
		if (spec->ports[i].lo > spec->ports[i].hi)
			abort();
	for (unsigned i = 0; i < spec->naddrs; i++) {
		const struct resolve_addr *a = &spec->addrs[i];

		if (a->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a->a.v6))
			abort();
		if (spec->version && (spec->version == 6) != (a->family == AF_INET6))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct inetspec_lookup look = { NULL, fuzz_port, fuzz_address };
	static const int versions[] = { 0, 4, 6 };
	struct inetspec spec;
	char err[128];
	char *text = (char *)malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		memset(err, 0, sizeof(err));
		if (parse_inetspec(text, versions[i], &look, &spec, err, sizeof(err)) == 0)
			check(&spec);
		else if (!err[0] || err[sizeof(err) - 1])
			abort();
	}
	free(text);
	return 0;
}
