/* SPDX-License-Identifier: MIT */
/* Facts of a process beyond its command and its owner, each read when it is needed. */
#include "engine/maplock.h"
#include "engine/scan.h"

#include <errno.h>

#include "proc/cmdline.h"
#include "proc/context.h"
#include "proc/limits.h"
#include "proc/status.h"

/* Where no descriptor is in the way: the link is as long as a path may be. */
static int need_exe(struct worker *w, const struct procdir *pd, struct about *a)
{
	char text[LINK_MAX_LEN];
	ssize_t n = root_link(w->scan->root, &pd->dir, "exe", text, sizeof(text));

	w->refused = w->refused || row_denied(n);
	/* A kernel thread has none. */
	if (n == -ENOENT)
		return 0;
	if (n < 0)
		return (int)n;
	a->exe = arena_strndup(&w->arena, text, (size_t)n);
	return a->exe ? 0 : -ENOMEM;
}

/* A context, or a group, that may not be known is none. */
static int need_context(struct worker *w, const struct procdir *pd, struct about *a)
{
	int r = context_read(w->scan->root, pd, &w->arena, &w->about, &a->context);

	return root_exhausted(r) ? r : 0;
}

static int need_cgroup(struct worker *w, const struct procdir *pd, struct about *a)
{
	int r = cgroup_read(w->scan->root, pd, &w->arena, &w->about, &a->cgroup);

	return root_exhausted(r) ? r : 0;
}

static int need_cmdline(struct worker *w, const struct procdir *pd, struct about *a)
{
	if (maplock_held(w, pd, a->have & FDMAP_COMM && a->facts.state == 'D')) {
		w->held_back = true;
		return -ETIMEDOUT;
	}
	return cmdline_read(w->scan->root, pd, &w->arena, &w->about, &a->cmdline, &a->cmdline_len);
}

/* Namespaces may be known to fewer than the rest, which anybody may read. */
static int need_status(struct worker *w, const struct procdir *pd, struct about *a)
{
	struct root *root = w->scan->root;
	struct status st;
	int r = status_read(root, pd, &w->about, &st);

	if (r == 0)
		a->nspids = arena_memdup(&w->arena, st.nspids, st.nnspids * sizeof(*st.nspids));
	if (r < 0)
		return r;
	if (!a->nspids)
		return -ENOMEM;
	a->nnspids = st.nnspids;
	a->caps = st.caps;
	r = ns_read(root, pd, "ns/pid", &a->pidns);
	w->refused = w->refused || row_denied(r);
	if (!root_exhausted(r))
		r = ns_read(root, pd, "ns/net", &a->netns);
	return root_exhausted(r) ? r : 0;
}

static int need_limits(struct worker *w, const struct procdir *pd, struct about *a)
{
	struct root *root = w->scan->root;
	int r = nofile_read(root, pd, &w->about, &a->nofile);

	if (r < 0)
		return r;
	r = nfds_read(root, pd, w->scan->sys.fd_sizes, &a->nfds);
	if (r < 0)
		a->nfds = UINT32_MAX;
	return root_exhausted(r) ? r : 0;
}

static int need_start(struct worker *w, const struct procdir *pd, struct about *a)
{
	(void)pd;
	return system_start(&w->scan->sys, a->facts.start, &a->start, &a->age) ? 0 : -ENOENT;
}

static const struct {
	uint32_t fact;
	int (*need)(struct worker *w, const struct procdir *pd, struct about *a);
} more[] = {
	{ FDMAP_START, need_start },	 { FDMAP_CONTEXT, need_context },
	{ FDMAP_CGROUP, need_cgroup },	 { FDMAP_CMDLINE, need_cmdline },
	{ FDMAP_EXE, need_exe },	 { FDMAP_LIMITS, need_limits },
	{ FDMAP_STATUS, need_status },
};

int worker_more(struct worker *w, const struct procdir *pd, uint32_t facts, struct about *a)
{
	for (size_t i = 0; i < ARRAY_LEN(more); i++) {
		int r;

		if (!(facts & ~a->tried & more[i].fact))
			continue;
		a->tried |= more[i].fact;
		r = more[i].need(w, pd, a);
		if (root_exhausted(r))
			return r;
		if (r == 0)
			a->have |= more[i].fact;
	}
	return 1;
}
