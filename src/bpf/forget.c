/* SPDX-License-Identifier: MIT */
/*
 * Memory of records that were used, given back while others are still read. A grain of it
 * goes as soon as all of its bytes are forgotten: neighbours share one, and each that goes
 * interrupts the other CPUs.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bpf/pass.h"

/* Of bytes before the stream in its own first grain, as it is counted here. */
static size_t into_grain(const struct bpf_pass *p)
{
	return (uintptr_t)p->stream.p & (p->grain - 1);
}

int bpf_forget_init(struct bpf_pass *p)
{
	free(p->forgotten);
	p->forgotten = calloc(p->stream.cap / p->grain + 2, sizeof(*p->forgotten));
	return p->forgotten ? 0 : -ENOMEM;
}

/* So many more bytes of grain i: were they the last? */
static bool is_last(const struct bpf_pass *p, size_t i, size_t bytes)
{
	/* Who had the others has read them before. */
	uint32_t had =
		atomic_fetch_add_explicit(&p->forgotten[i], (uint32_t)bytes, memory_order_acq_rel);

	return had + bytes == p->grain;
}

static void give_back(const struct bpf_pass *p, size_t first, size_t end)
{
	char *base = p->stream.p - into_grain(p);

	if (first < end)
		(void)madvise(base + first * p->grain, (end - first) * p->grain, MADV_DONTNEED);
}

void bpf_pass_forget(const struct bpf_pass *p, size_t at, size_t end)
{
	const size_t grain = p->grain, into = into_grain(p);
	const size_t from = at + into, to = end + into;
	size_t first = from / grain, i = first;

	if (!p->forgotten)
		return;
	for (; i * grain < to; i++) {
		size_t lo = i * grain > from ? i * grain : from;
		size_t hi = (i + 1) * grain < to ? (i + 1) * grain : to;

		if (is_last(p, i, hi - lo))
			continue;
		give_back(p, first, i);
		first = i + 1;
	}
	give_back(p, first, i);
}
