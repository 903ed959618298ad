/* SPDX-License-Identifier: MIT */
/* Reading beside the walk. */
#include "engine/beside.h"

#include "engine/nsload.h"
#include "engine/pass.h"

/* The letters of a few rows are told by their descriptors. */
static bool wants_locks(const struct plan *plan)
{
	return plan->locks && !plan->few_locks;
}

static void *beside_main(void *arg)
{
	struct beside *b = arg;
	const struct scan *scan = b->scan;

	bool has_sockets = b->s->in_parts;

	/* After the pass: then all sockets that it tells of are there, if there are any. */
	if (b->tables && !has_sockets)
		has_sockets = bpf_pass_wait(scan->pass, UINT32_MAX) == 0 && scan->pass->socks;
	if (b->tables && has_sockets)
		b->error = nsload_own(b->s, scan->root, scan->q, scan->plan, b->tables);
	if (b->error == 0 && wants_locks(scan->plan)) {
		int r = locks_read(scan->root, &b->locks);

		b->has_locks = true;
		b->error = root_exhausted(r) ? r : 0;
	}
	atomic_store(&b->done, true);
	return NULL;
}

static bool wants_tables(const struct scan *scan, const struct fdmap_snapshot *s)
{
	/* Some of all there is will be sockets. */
	if (s->in_parts)
		return !scan->q->used && !scan->q->filter;
	/* What files are selected by leaves few rows, or none that is a socket. */
	return scan->pass && scan->pass->what == BPF_NAMES && !scan->plan->file_gate &&
	       !(scan->q->used & SEL_FD);
}

void beside_start(struct beside *b, const struct scan *scan, struct fdmap_snapshot *s,
		  unsigned threads)
{
	const struct plan *plan = scan->plan;

	*b = (struct beside){ .scan = scan, .s = s };
	locks_init(&b->locks);
	if (threads < 2 || !scan->root->live || scan->strays || scan->doubt)
		return;
	if (wants_tables(scan, s))
		b->tables = plan->row_families;
	b->running = (b->tables || wants_locks(plan)) &&
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

bool beside_done(struct beside *b)
{
	return !b->running || atomic_load(&b->done);
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
