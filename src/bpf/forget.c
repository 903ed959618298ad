/* SPDX-License-Identifier: MIT */
/*
 * Memory of records that were used, given back while others are still read. A page goes
 * as soon as all of its bytes are forgotten: neighbours share one, and three pages are
 * a process of a hundred descriptors.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/pass.h"

/* Of bytes before the stream's own first page, as it is counted here. */
static size_t into_page(const struct bpf_pass *p, size_t page)
{
	return (uintptr_t)p->stream.p & (page - 1);
}

int bpf_forget_init(struct bpf_pass *p)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	free(p->forgotten);
	p->forgotten = calloc(p->stream.cap / page + 2, sizeof(*p->forgotten));
	return p->forgotten ? 0 : -ENOMEM;
}

/* So many more bytes of page i: were they the last? */
static bool is_last(const struct bpf_pass *p, size_t i, size_t bytes, size_t page)
{
	/* Who had the others has read them before. */
	uint32_t had =
		atomic_fetch_add_explicit(&p->forgotten[i], (uint32_t)bytes, memory_order_acq_rel);

	return had + bytes == page;
}

static void give_back(const struct bpf_pass *p, size_t first, size_t end, size_t page)
{
	char *base = p->stream.p - into_page(p, page);

	if (first < end)
		(void)madvise(base + first * page, (end - first) * page, MADV_DONTNEED);
}

void bpf_pass_forget(const struct bpf_pass *p, size_t at, size_t end)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t from = at + into_page(p, page), to = end + into_page(p, page);
	size_t first = from / page, i = first;

	if (!p->forgotten)
		return;
	for (; i * page < to; i++) {
		size_t lo = i * page > from ? i * page : from;
		size_t hi = (i + 1) * page < to ? (i + 1) * page : to;

		if (is_last(p, i, hi - lo, page))
			continue;
		give_back(p, first, i, page);
		first = i + 1;
	}
	give_back(p, first, i, page);
}
