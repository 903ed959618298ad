/* SPDX-License-Identifier: MIT */
/*
 * Answers of sock_diag about any family: the first byte picks it, the rest is one message.
 * Whatever is told fits into what was given, and can be shown.
 */
#include <stdlib.h>

#include "test/fuzz/sockrows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sockdiag *pick(uint8_t which)
{
	size_t n = 0;

	for (int round = 0; round < 2; round++) {
		size_t at = n ? which % n : 0;

		n = 0;
		for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++) {
			for (const struct sockdiag *d = families[i]->diags; d && d->ask; d++) {
				if (round && n == at)
					return d;
				n++;
			}
		}
	}
	return NULL;
}

static void check(const struct sockdiag *d, const struct fdmap_sock *sock, size_t size)
{
	uint32_t sum = 0;

	if (sock->table != d->table || sock->family != d->family || sock->ino > UINT32_MAX)
		abort();
	if (sock->path && strlen(sock->path) > size)
		abort();
	if (sock->npending > size || (sock->npending && !sock->pending))
		abort();
	for (uint32_t i = 0; i < sock->npending; i++)
		sum += sock->pending[i];
	if (sum == 0x12345678)
		abort();
	sockrows_describe(sock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sockdiag *d;
	struct fdmap_sock sock;
	struct arena arena;
	char *copy;
	int err;

	if (!size)
		return 0;
	d = pick(data[0]);
	size--;
	/* As large as the message, so that reading behind it is seen, and aligned as they are. */
	copy = malloc(size ? size : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, size);
	arena_init(&arena);
	err = d->parse(d, (struct span){ copy, size }, &arena, &sock);
	if (err == 0)
		check(d, &sock, size);
	else if (err != -EINVAL)
		abort();
	arena_fini(&arena);
	free(copy);
	return 0;
}
