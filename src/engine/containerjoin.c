/* SPDX-License-Identifier: MIT */
/* Each container is asked for once, by the first of its processes. */
#include "engine/containerjoin.h"

#include <stdio.h>
#include <string.h>

#include "os/containers.h"
#include "proc/mounts.h"
#include "proc/overlay.h"

/* A path that an observed process may have chosen: nothing on the way to it may be remote. */
static const char *local_mount_of(void *arg, const char *path)
{
	const struct mounts *mounts = arg;
	const struct mount *mount = mounts_find_path(mounts, path);

	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->v[i].remote && mounts_below(path, mounts->v[i].dir))
			return NULL;
	return mount ? mount->dir : NULL;
}

/* Where the root directory of a process is kept; appended, or nothing. 0 or root_exhausted. */
static int read_upper(struct root *root, pid_t pid, struct buf *text, struct buf *upper)
{
	char name[32];
	int r;

	buf_reset(text);
	(void)snprintf(name, sizeof(name), "%d/mountinfo", (int)pid);
	r = root_read(root, NULL, name, text);
	if (r == 0 && parse_overlay_upper((struct span){ buf_str(text), text->n }, upper))
		return upper->failed ? -ENOMEM : 0;
	return root_exhausted(r) ? r : 0;
}

static int name_one(struct containers *c, struct fdmap_process *p)
{
	struct container which = { .runtime = p->runtime, .id = p->container, .uid = p->uid };
	struct buf text, upper;
	int r;

	if (containers_known(c, p->container, &p->container_name))
		return 0;
	buf_init(&text);
	buf_init(&upper);
	r = read_upper(c->root, p->pid, &text, &upper);
	if (upper.n)
		which.upper = buf_str(&upper);
	if (r == 0)
		r = containers_ask(c, &which, &p->container_name);
	buf_fini(&text);
	buf_fini(&upper);
	return r;
}

static bool has_name(const struct fdmap_process *p)
{
	return p->container && containers_may_know(p->runtime, p->container);
}

int containers_join(struct fdmap_snapshot *s, struct root *root)
{
	struct containers c = { .root = root, .arena = snapshot_arena(s) };
	struct mounts mounts;
	size_t i = 0;
	int r;

	while (i < s->nprocs && !has_name(&s->procs[i]))
		i++;
	if (i == s->nprocs)
		return 0;
	mounts_init(&mounts);
	containers_init(&c);
	c.mount_of = local_mount_of;
	c.arg = &mounts;
	r = mounts_read(root, &mounts);
	/* Without the list nothing may be opened: names are left out. */
	for (; r == 0 && i < s->nprocs; i++)
		if (has_name(&s->procs[i]))
			r = name_one(&c, &s->procs[i]);
	containers_fini(&c);
	mounts_fini(&mounts);
	return root_exhausted(r) ? r : 0;
}
