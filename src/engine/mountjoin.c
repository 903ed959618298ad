/* SPDX-License-Identifier: MIT */
/*
 * The mount of a file is told by its number, which is that of no other mount of the
 * system. A number that is not in our mountinfo belongs to a mount of another mount
 * namespace, to one that was detached, or to one of the kernel's own, as pipes have: then
 * the device tells the file system, if that is mounted where we are, too; but not the
 * directory, which would be one of somebody else's. Before Linux 5.8, and of mappings that
 * may not be looked at, there is no number: then a mount of that device above the path
 * is believed to be it.
 */
#include "engine/mountjoin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/hash.h"

struct mountjoin {
	struct fdmap_snapshot *s;
	struct root *root;
	const struct mounts *known; /* in use: `own`, or what was read before */
	struct mounts own;
	struct hash ids, devs;      /* to a place in known; the last of a device */
	/* As it is shown, with its directory and without: for each of known, NULL: not yet. */
	const struct fdmap_mount **shown[2];
};

static int index_all(struct mountjoin *j)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->known->n; i++) {
		r = hash_put(&j->ids, j->known->v[i].id, (uint32_t)i);
		if (r == 0)
			r = hash_put(&j->devs, j->known->v[i].dev, (uint32_t)i);
	}
	return r;
}

/* When the first row asks. */
static int prepare(struct mountjoin *j, const struct mounts *known)
{
	int r = 0;

	if (j->known)
		return 0;
	j->known = known ? known : &j->own;
	if (!known)
		r = mounts_read(j->root, &j->own);
	for (unsigned i = 0; r == 0 && i < ARRAY_LEN(j->shown); i++) {
		j->shown[i] = arena_alloc(snapshot_arena(j->s),
					  (j->known->n + 1) * sizeof(*j->shown[i]));
		r = j->shown[i] ? 0 : -ENOMEM;
	}
	return r < 0 ? r : index_all(j);
}

static const struct mount *find_dev(const struct mountjoin *j, uint64_t dev)
{
	uint32_t i;

	return hash_find(&j->devs, dev, &i) ? &j->known->v[i] : NULL;
}

/* ---- servers, message queues ---- */

/* Message queues and files on NFS have a file system without a device. */
static bool may_be_odd(const struct fdmap_file *f)
{
	return f->stat && (S_ISREG(f->stat->mode) || S_ISDIR(f->stat->mode)) &&
	       major(f->stat->dev) == 0 && f->path && f->path[0] == '/' &&
	       f->kind != FDMAP_KIND_EXEMPT;
}

static int tell_odd(struct mountjoin *j, struct fdmap_file *f)
{
	const struct mount *m = find_dev(j, f->stat->dev);
	struct fdmap_file_more *more;

	if (m && S_ISREG(f->stat->mode) && strcmp(m->fstype, "mqueue") == 0)
		f->kind = FDMAP_KIND_MQUEUE;
	if (!m || !mount_is_nfs(m))
		return 0;
	more = snapshot_more(snapshot_arena(j->s), f);
	if (more)
		more->server = arena_strdup(snapshot_arena(j->s), m->source);
	return more && more->server ? 0 : -ENOMEM;
}

/* ---- the mount itself ---- */

/* What has a path has one below a mount, be it the kernel's own. */
static bool lies_somewhere(const struct fdmap_file *f)
{
	return f->stat && f->path && f->path[0] == '/' && f->kind != FDMAP_KIND_FAILED;
}

static const struct mount *find_mount(const struct mountjoin *j, const struct fdmap_file *f,
				      bool *with_dir)
{
	const struct mount *m;
	uint32_t i;

	*with_dir = true;
	if (f->stat->mount) {
		if (hash_find(&j->ids, f->stat->mount, &i))
			return &j->known->v[i];
	} else {
		m = mounts_find_above(j->known, f->path, f->stat->dev);
		/* Any of those without a device would be a guess. */
		if (m && m->dev == f->stat->dev)
			return m;
	}
	*with_dir = false;
	return find_dev(j, f->stat->dev);
}

/* Many rows share one, and it outlives what was read. */
static const struct fdmap_mount *show(struct mountjoin *j, const struct mount *m, bool with_dir)
{
	const struct fdmap_mount **place = &j->shown[with_dir][m - j->known->v];
	struct arena *arena = snapshot_arena(j->s);
	struct fdmap_mount *shown;

	if (*place)
		return *place;
	shown = arena_alloc(arena, sizeof(*shown));
	if (!shown)
		return NULL;
	shown->dir = with_dir ? arena_strdup(arena, m->dir) : NULL;
	shown->fstype = arena_strdup(arena, m->fstype);
	shown->source = arena_strdup(arena, m->source);
	*place = shown;
	return arena_failed(arena) ? NULL : shown;
}

static int tell_mount(struct mountjoin *j, struct fdmap_file *f)
{
	bool with_dir;
	const struct mount *m = find_mount(j, f, &with_dir);
	struct fdmap_file_more *more;

	if (!m)
		return 0;
	more = snapshot_more(snapshot_arena(j->s), f);
	if (more)
		more->mount = show(j, m, with_dir);
	return more && more->mount ? 0 : -ENOMEM;
}

int mountjoin_rows(struct fdmap_snapshot *s, struct root *root, bool whole,
		   const struct mounts *known)
{
	struct mountjoin j = { .s = s, .root = root };
	int r = 0;

	mounts_init(&j.own);
	hash_init(&j.ids);
	hash_init(&j.devs);
	for (size_t i = 0; r == 0 && i < s->nprocs; i++) {
		for (uint32_t k = 0; r == 0 && k < s->procs[i].nfiles; k++) {
			struct fdmap_file *f = snapshot_row(&s->procs[i], k);
			bool odd = may_be_odd(f), lies = whole && lies_somewhere(f);

			if (odd || lies)
				r = prepare(&j, known);
			if (r == 0 && odd)
				r = tell_odd(&j, f);
			if (r == 0 && lies)
				r = tell_mount(&j, f);
		}
	}
	hash_fini(&j.ids);
	hash_fini(&j.devs);
	mounts_fini(&j.own);
	return root_exhausted(r) ? r : 0;
}
