/* SPDX-License-Identifier: MIT */
/* The programs, as they were compiled beforehand (make bpf-regen), in the kernel. */
#ifndef BPF_LOAD_H
#define BPF_LOAD_H

#include <stdint.h>

#include "base/util.h"
#include "bpf/record.h"

struct bpf_program {
	struct bpf_vars *vars; /* mapped */
	int fd;
	void *skel;
	void (*destroy)(void *skel);
};

/* The program that answers `what`: 0, or -errno; -ENOSYS: this library was built without them. */
MUST_CHECK int bpf_load(struct bpf_program *prog, enum bpf_what what);
void bpf_unload(struct bpf_program *prog);

/* An iterator over all descriptors, to be read; pid != 0: of that process alone. Or -errno. */
MUST_CHECK int bpf_iterate(const struct bpf_program *prog, uint32_t pid);

#endif
