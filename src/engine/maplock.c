/* SPDX-License-Identifier: MIT */
#include "engine/maplock.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "engine/scan.h"
#include "os/lateread.h"

/* A lock that is only busy is free again much sooner. Together with names that is below two seconds. */
#define WAIT_MS 500
/* When all of that was waited in vain, for each that follows; and for a text, which takes longer. */
#define LEAST_MS 10
#define TEXT_MS 200

static bool any_remote(const struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->v[i].remote)
			return true;
	return false;
}

/* What is not known may be. */
static int look_for_remote(struct maplock *l, const struct scan *scan)
{
	struct mounts own;
	int r;

	if (scan->mounts) {
		l->remote = any_remote(scan->mounts);
		return 0;
	}
	mounts_init(&own);
	r = mounts_read(scan->root, &own);
	l->remote = r < 0 || any_remote(&own);
	mounts_fini(&own);
	return root_exhausted(r) ? r : 0;
}

int maplock_init(struct maplock *l, struct scan *scan)
{
	const struct plan *plan = scan->plan;
	ssize_t n;

	if (root_is_recorded(scan->root) ||
	    !((plan->lists | plan->lists_all) & FDMAP_MAPS || plan->want & FDMAP_CMDLINE))
		return 0;
	atomic_init(&l->left_ms, WAIT_MS);
	n = root_link(scan->root, NULL, "self/ns/mnt", l->self_ns, sizeof(l->self_ns));
	if (n < 0)
		l->self_ns[0] = '\0';
	scan->maplock = l;
	return look_for_remote(l, scan);
}

/* Mounts of another namespace are not looked at. */
static bool is_elsewhere(const struct worker *w, const struct procdir *leader)
{
	const struct maplock *l = w->scan->maplock;
	char ns[sizeof(l->self_ns)];

	return root_link(w->scan->root, &leader->dir, "ns/mnt", ns, sizeof(ns)) < 0 ||
	       strcmp(ns, l->self_ns) != 0;
}

/* By the worker's own thread. 0, -ETIMEDOUT, -errno. */
static int read_late(struct worker *w, const struct procdir *leader, const char *name, size_t most,
		     unsigned ms, struct buf *text)
{
	int fd = root_read_open(w->scan->root, &leader->dir, name);

	return fd < 0 ? fd : lateread(&w->late_thread, fd, most, ms, text);
}

/* 0: it is free, or there is nobody to try it. */
static int try_lock(struct worker *w, const struct procdir *leader)
{
	struct maplock *l = w->scan->maplock;
	int left = atomic_load(&l->left_ms), r;
	uint64_t begun = clock_ms();

	/* A byte of the arguments: who has none has no memory, either. */
	r = read_late(w, leader, "cmdline", 1, left > LEAST_MS ? (unsigned)left : LEAST_MS, NULL);
	if (r == -ETIMEDOUT)
		(void)atomic_fetch_sub(&l->left_ms, (int)(clock_ms() - begun));
	return r;
}

bool maplock_held(struct worker *w, const struct procdir *leader, bool waits)
{
	const struct maplock *l = w->scan->maplock;

	if (!l)
		return false;
	if (w->lock_of != leader->pid) {
		w->lock_of = leader->pid;
		w->lock_held = (waits || l->remote || is_elsewhere(w, leader)) &&
			       try_lock(w, leader) == -ETIMEDOUT;
	}
	return w->lock_held;
}

int maplock_read(struct worker *w, const struct procdir *leader, struct buf *text)
{
	struct maplock *l = w->scan->maplock;
	int r = -ETIMEDOUT;

	if (!atomic_load(&l->texts))
		r = read_late(w, leader, "maps", SIZE_MAX, TEXT_MS, text);
	if (r == -ETIMEDOUT)
		atomic_store(&l->texts, true);
	return r;
}
