/* SPDX-License-Identifier: MIT */
/* Reading beside the walk. */
#include "engine/beside.h"

#include "engine/nsload.h"
#include "engine/pass.h"

static void *beside_main(void *arg)
{
	struct beside *b = arg;
	const struct scan *scan = b->scan;

	/* After the pass: then all sockets that it tells of are there. */
	if (b->tables && bpf_pass_wait(scan->pass, UINT32_MAX) == 0)
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
	if (scan->pass && scan->pass->what == BPF_NAMES)
		b->tables = plan->row_families;
	b->running = (b->tables || plan->locks) &&
		     pthread_create(&b->thread, NULL, beside_main, b) == 0;
	if (!b->running)
		b->tables = 0;
}

int beside_end(struct beside *b)
{
	if (b->running)
		pthread_join(b->thread, NULL);
	b->running = false;
	return b->error;
}

void beside_fini(struct beside *b)
{
	locks_fini(&b->locks);
}
