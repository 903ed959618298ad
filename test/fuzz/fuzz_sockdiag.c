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

/* What is told beyond the row is copied, whole, and no more than was told. */
static void check_more(const struct fdmap_sockx *x, size_t size)
{
	unsigned char sum = 0;

	if (!x || x->tcp_len > size || x->mptcp_len > size || x->cc_len > size)
		abort();
	if ((x->cong && (!*x->cong || strlen(x->cong) > size)) ||
	    (x->ulp && (!*x->ulp || strlen(x->ulp) > size)))
		abort();
	for (uint32_t i = 0; x->tcp && i < x->tcp_len; i++)
		sum ^= ((const unsigned char *)x->tcp)[i];
	for (uint32_t i = 0; x->mptcp && i < x->mptcp_len; i++)
		sum ^= ((const unsigned char *)x->mptcp)[i];
	for (uint32_t i = 0; x->cc && i < x->cc_len; i++)
		sum ^= ((const unsigned char *)x->cc)[i];
	if (sum == 0 && x->told & FDMAP_X_MEM && !(x->told & FDMAP_X_DROPS))
		abort();
}

/* All that can be asked of its row. */
static void ask_fields(const struct fdmap_sock *sock)
{
	const struct fdmap_file file = {
		.kind = FDMAP_KIND_SOCKET, .have = ~0u, .sock = sock, .access = 'u', .lock = ' '
	};
	const struct fdmap_process proc = { .pid = 1 };
	const struct fdmap_row row = { .proc = &proc, .file = &file };
	const struct fdmap_field *f;
	struct fdmap_value v;

	fdmap_value_init(&v, NULL);
	for (size_t i = 0; (f = fdmap_field_at(i)) != NULL; i++)
		if (f->of == FDMAP_OF_SOCKET && fdmap_field_get(f, &row, &v) < 0)
			abort();
	fdmap_value_fini(&v);
}

static void extend(const struct sockdiag *d, struct span msg, struct arena *arena,
		   struct fdmap_sock *sock)
{
	if (!d->extend)
		return;
	if (d->extend(d, msg, FDMAP_SOCKX | FDMAP_TCPINFO | FDMAP_SKMEM, arena, sock) != 0)
		abort();
	check_more(sock->x, msg.n);
	ask_fields(sock);
}

static void check(const struct sockdiag *d, const struct fdmap_sock *sock, size_t size)
{
	uint32_t sum = 0;

	if (sock->table != d->table || sock->family != d->family || sock->ino > UINT32_MAX)
		abort();
	if (sock->table == FDMAP_UNIX && sock->path && strlen(sock->path) > size)
		abort();
	if (sock->table != FDMAP_UNIX && sock->npending)
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
	if (err == 0) {
		check(d, &sock, size);
		extend(d, (struct span){ copy, size }, &arena, &sock);
	} else if (err != -EINVAL) {
		abort();
	}
	arena_fini(&arena);
	free(copy);
	return 0;
}
