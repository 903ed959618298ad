/* SPDX-License-Identifier: MIT */
/* A stream of records, of the kind that its first byte says: what the index has can be read. */
#include "bpf/pass.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct bpf_pass *p, const struct bpf_holder *h)
{
	const bool files = p->what == BPF_NAMES || p->what == BPF_STATS;
	size_t at = h->at;
	int32_t last = -1;

	if (bpf_pass_find(p, h->pid) != h)
		abort();
	for (uint32_t i = 0; i < h->n; i++) {
		const struct bpf_file *f = (const void *)bpf_next(p, &at);
		struct fdmap_stat st;

		if (at > p->stream.n || f->h.pid != h->pid || f->h.tid || f->h.fd <= last)
			abort();
		last = f->h.fd;
		if (files && f->name >= 0 && strlen(bpf_name(f)) != (size_t)f->name)
			abort();
		if (files)
			(void)bpf_stat(f, &st);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpf_pass p;

	if (!size)
		return 0;
	bpf_pass_init(&p);
	p.what = (enum bpf_what)(data[0] % (BPF_UNIXES + 1));
	/* As large as the input, so that reading behind it is seen. */
	p.stream.p = malloc(size);
	if (p.stream.p) {
		p.stream.n = size - 1;
		memcpy(p.stream.p, data + 1, size - 1);
		if (bpf_pass_index(&p, 77) == 0) {
			for (size_t i = 0; i < p.nholders; i++)
				walk(&p, &p.holders[i]);
			if (bpf_pass_find(&p, 77))
				abort();
		} else if (p.nholders) {
			abort();
		}
	}
	bpf_pass_fini(&p);
	return 0;
}
