/* SPDX-License-Identifier: MIT */
/* Reading beside the walk. */
#include "engine/beside.h"

#include "engine/nsload.h"
#include "engine/pass.h"

static void *beside_main(void *arg)
{
	struct beside *b = arg;
	const struct scan *scan = b->scan;

	/* After the pass: then all sockets that it tells of are there, if there are any. */
	if (b->tables && bpf_pass_wait(scan->pass, UINT32_MAX) == 0 && scan->pass->socks)
		b->error = nsload_own(b->s, scan->root, scan->q, scan->plan, b->tables);
	if (b->error == 0 && scan->plan->locks) {
		int r = locks_read(scan->root, &b->locks);

		b->has_locks = true;
		b->error = root_exhausted(r) ? r : 0;
	}
	return NULL;
}

void beside_start(struct beside *b, const struct scan *scan, struct fdmap_snapshot *s,
		  unsigned threads)
{
	const struct plan *plan = scan->plan;

	*b = (struct beside){ .scan = scan, .s = s };
	locks_init(&b->locks);
	if (threads < 2 || !scan->root->live || scan->strays || scan->doubt)
		return;
	/* What files are selected by leaves few rows, or none that is a socket. */
	if (scan->pass && scan->pass->what == BPF_NAMES && !plan->file_gate &&
	    !(scan->q->used & SEL_FD))
		b->tables = plan->row_families;
	b->running = (b->tables || plan->locks) &&
		     pthread_create(&b->thread, NULL, beside_main, b) == 0;
	if (!b->running)
		b->tables = 0;
}

static void wait_for(struct beside *b)
{
	if (b->running)
		pthread_join(b->thread, NULL);
	b->running = false;
}

/* Locks are joined last: until then the kernel may let them wait. */
int beside_tables(struct beside *b)
{
	return b->tables ? beside_end(b) : 0;
}

int beside_end(struct beside *b)
{
	wait_for(b);
	return b->error;
}

void beside_fini(struct beside *b)
{
	wait_for(b);
	locks_fini(&b->locks);
}
