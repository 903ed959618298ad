/* SPDX-License-Identifier: MIT */
/* UNIX sockets of one process, from a pass over its descriptors alone. */
#include <errno.h>
#include <sys/socket.h>

#include "bpf/pass.h"
#include "engine/few.h"
#include "engine/passload.h"

/* A program is loaded in the time in which the kernel tells so many UNIX sockets. */
#define MANY_SOCKETS 20000

/* The only process whose sockets of the table are still to be told; 0: there are more. */
static pid_t one_holder(const struct fdmap_snapshot *s, uint32_t table)
{
	pid_t pid = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			if (!few_lacks(s, &s->procs[i].files[j], table))
				continue;
			if (s->procs[i].tid || (pid && pid != s->procs[i].pid))
				return 0;
			pid = s->procs[i].pid;
		}
	}
	return pid;
}

int few_pass(struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
	const struct socksource how = { .diag = plan->diag_families };
	struct bpf_ask ask = { .what = BPF_SOCKETS, .families = UINT64_C(1) << AF_UNIX };
	pid_t pid = s->bpf ? one_holder(s, FAMILY_BIT(FDMAP_UNIX)) : 0;
	struct bpf_pass pass;
	const char *why;
	int r;

	if (!pid || bpf_may(root, &why) < 0 || sockets_used(root) < MANY_SOCKETS)
		return 0;
	r = nslist_own(&s->ns, root);
	if (r < 0 || !s->ns.v[0].ino)
		return r;
	ask.pid = (uint32_t)pid;
	bpf_pass_init(&pass);
	if (bpf_pass_read(&pass, root, &ask, &why) == 0) {
		costs_pass(&s->costs, pass.records, pass.bytes, pass.reads);
		r = passload_fill(s, &pass, &how, FAMILY_BIT(FDMAP_UNIX), &s->rows);
	}
	bpf_pass_fini(&pass);
	return r;
}
