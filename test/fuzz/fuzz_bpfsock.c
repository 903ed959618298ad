/* SPDX-License-Identifier: MIT */
/*
 * Records of sockets, as a pass of BPF writes them: whatever is in them, what is taken can be found
 * and described, and is of a table that was asked for. First byte: what is asked for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/pass.h"
#include "net/bpfsock.h"
#include "test/fuzz/sockrows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Half of all namespaces are wanted. */
static bool wanted(void *ctx, uint32_t ino, uint32_t *number)
{
	(void)ctx;
	*number = ino & 0xff;
	return !(ino & 1);
}

static void check_sock(const struct socktab *t, const struct bpfsock_wish *wish, uint64_t ino)
{
	const struct fdmap_sock *s = socktab_find(t, ino);

	if (!s || s->ino != ino || s->table >= FDMAP_SOCK_TABLES)
		abort();
	if (!(wish->families & FAMILY_BIT(s->table)) || s->netns & 1)
		abort();
	if (s->table == FDMAP_UNIX && s->path && strlen(s->path) > BPF_SOCK_NAME * 64)
		abort();
	sockrows_describe(s);
}

static void add(struct socktab *t, const struct bpf_pass *p, const struct bpf_holder *h,
		const struct bpfsock_wish *wish)
{
	size_t at = h->at;

	for (uint32_t i = 0; i < h->n; i++) {
		const struct bpf_head *head = bpf_next(p, &at);
		size_t before = t->socks.n;
		int rc = socktab_add_bpf(t, head, wish);

		if (rc != 0 && rc != 1)
			abort();
		if (t->socks.n != before + (rc == 0))
			abort();
		if (rc == 0)
			check_sock(t, wish, head->ino);
		/* Once there, it stays as it is. */
		if (socktab_find(t, head->ino) && socktab_add_bpf(t, head, wish) != 1)
			abort();
	}
}

static void load(const struct bpf_pass *p, uint8_t bits)
{
	struct bpfsock_wish wish = { .families = bits & 1 ? FAMILY_ALL : FAMILY_INET,
				     .diag = bits & 2 ? FAMILY_ALL : 0,
				     .peers = bits & 4,
				     .whole = bits & 8,
				     .netns = wanted };
	struct socktab t;

	socktab_init(&t);
	for (size_t i = 0; i < p->nholders; i++)
		add(&t, p, &p->holders[i], &wish);
	if (socktab_end_bpf(&t, &wish, 0) != 0)
		abort();
	socktab_fini(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpf_pass p;

	if (!size)
		return 0;
	bpf_pass_init(&p);
	p.what = BPF_SOCKETS;
	/* As large as the input, so that reading behind it is seen. */
	p.stream.p = (char *)malloc(size);
	if (p.stream.p) {
		p.stream.n = size - 1;
		memcpy(p.stream.p, data + 1, size - 1);
		if (bpf_pass_index(&p, 77) == 0)
			load(&p, data[0]);
	}
	bpf_pass_fini(&p);
	return 0;
}
