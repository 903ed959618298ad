/* SPDX-License-Identifier: MIT */
/* UNIX sockets of a few processes, from passes over their descriptors alone. */
#include <errno.h>

#include "bpf/pass.h"
#include "engine/few.h"
#include "engine/passload.h"
#include "net/sockstat.h"

/* A program is loaded, and has told of a process, in the time of so many lines of a table. */
#define MANY_LINES 2000
/* Half of the table is gone through for each, and a socket in less time than it is told in. */
#define LINES_PASSED_BY 12

/* Of UNIX, and not told yet. */
struct lacking {
	size_t sockets, processes;
	bool in_threads;
};

static size_t count_of(const struct fdmap_snapshot *s, const struct fdmap_process *p)
{
	size_t n = 0;

	for (uint32_t i = 0; i < p->nfiles; i++)
		n += few_lacks(s, &p->files[i], FAMILY_BIT(FDMAP_UNIX));
	return n;
}

static struct lacking find_lacking(const struct fdmap_snapshot *s)
{
	struct lacking all = { .sockets = 0 };

	for (size_t i = 0; i < s->nprocs; i++) {
		const struct fdmap_process *p = &s->procs[i];
		size_t n = count_of(s, p);

		all.sockets += n;
		all.processes += n > 0;
		all.in_threads |= n && p->tid;
	}
	return all;
}

/* How many UNIX sockets our network namespace has. 0: not known. */
static uint64_t unix_used(struct root *root)
{
	uint64_t used = 0;
	struct buf text;

	buf_init(&text);
	if (root_read(root, NULL, "self/net/protocols", &text) == 0)
		used = parse_protocols((struct span){ buf_str(&text), text.n },
				       families[FDMAP_UNIX]->protonames);
	buf_fini(&text);
	return used;
}

/* Would it take longer to ask for each, or to read the table? */
static bool is_worth(struct root *root, const struct plan *plan, const struct lacking *all)
{
	uint64_t lines = unix_used(root);

	if (plan->diag_families & FAMILY_BIT(FDMAP_UNIX) && all->sockets <= FEW_UNIX)
		lines = lines * all->sockets / LINES_PASSED_BY;
	return lines > MANY_LINES * all->processes;
}

/* What one process has. 0, 1: no pass can be had; or -ENOMEM. */
static int take_process(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
			const struct fdmap_process *p)
{
	const struct socksource how = { .diag = plan->diag_families };
	const struct bpf_ask ask = {
		.what = BPF_UNIXES, .pid = (uint32_t)p->pid, .netns = s->ns.v[0].ino
	};
	struct bpf_pass pass;
	const char *why;
	int r = 1;

	bpf_pass_init(&pass);
	if (bpf_pass_read(&pass, root, &ask, &why) == 0) {
		costs_pass(&s->costs, pass.records, pass.bytes, pass.reads);
		r = passload_fill(s, &pass, &how, FAMILY_BIT(FDMAP_UNIX), &s->rows);
	}
	bpf_pass_fini(&pass);
	return r;
}

int few_pass(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
	     const struct plan *plan)
{
	struct lacking all = s->bpf ? find_lacking(s) : (struct lacking){ .sockets = 0 };
	const char *why;
	int r;

	if (!all.sockets || all.in_threads || !(plan->row_families & FAMILY_BIT(FDMAP_UNIX)))
		return 0;
	if (q->engine != FDMAP_ENGINE_BPF && !is_worth(root, plan, &all))
		return 0;
	r = bpf_may(root, &why) == 0 ? nslist_own(&s->ns, root) : 1;
	if (r == 0 && !s->ns.v[0].ino)
		r = 1;
	for (size_t i = 0; r == 0 && i < s->nprocs; i++)
		if (count_of(s, &s->procs[i]))
			r = take_process(s, root, plan, &s->procs[i]);
	return r < 0 ? r : 0;
}
