/* SPDX-License-Identifier: MIT */
/* UNIX sockets of one process, from a pass over its descriptors alone. */
#include <errno.h>
#include <sys/socket.h>

#include "bpf/pass.h"
#include "engine/few.h"
#include "engine/passload.h"
#include "net/bpfsock.h"

/* A program is loaded in the time in which the kernel tells so many UNIX sockets. */
#define MANY_SOCKETS 20000

static bool is_own(void *ctx, uint32_t ino, uint32_t *number)
{
	const struct fdmap_snapshot *s = ctx;

	*number = 0;
	return ino == s->ns.v[0].ino;
}

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

static int fill(struct fdmap_snapshot *s, const struct plan *plan, const struct bpf_pass *pass)
{
	const struct bpfsock_wish wish = {
		.families = FAMILY_BIT(FDMAP_UNIX), .diag = plan->diag_families,
		.netns = is_own, .ctx = s,
	};
	int r = 0;

	for (size_t at = 0; r >= 0 && at < pass->stream.n;)
		r = socktab_add_bpf(&s->rows, bpf_next(pass, &at), &wish);
	return r < 0 ? r : 0;
}

int few_pass(struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
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
		r = fill(s, plan, &pass);
	}
	bpf_pass_fini(&pass);
	return r;
}
