/* SPDX-License-Identifier: MIT */
/* File systems: those that are not to be asked, and the list of them all. */
#include "engine/exempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proc/mounts.h"

void exempts_fini(struct fdmap_query *q)
{
	for (size_t i = 0; i < q->nexempt; i++)
		free(q->exempt[i].path);
	free(q->exempt);
}

/* Compared as text: a lookup is what must not be. 0, -EINVAL, or why it can't be known. */
static int device_of(struct root *root, const char *path, uint64_t *dev)
{
	const struct mount *mount;
	struct mounts mounts;
	int r;

	mounts_init(&mounts);
	r = mounts_read(root, &mounts);
	if (r == 0) {
		mount = mounts_find_dir(&mounts, path);
		r = mount ? 0 : -EINVAL;
		*dev = mount ? mount->dev : 0;
	}
	mounts_fini(&mounts);
	return r;
}

int fdmap_query_exempt(struct fdmap_query *q, struct fdmap *m, const char *path, char sign,
		       struct fdmap_error *err)
{
	struct exempt *v = query_grow(q->exempt, q->nexempt, sizeof(*v)), e = { .sign = sign };
	int r;

	if (!v)
		return -ENOMEM;
	q->exempt = v;
	e.path = strdup(path);
	if (!e.path)
		return -ENOMEM;
	e.len = strlen(path);
	while (e.len > 1 && path[e.len - 1] == '/')
		e.path[--e.len] = '\0';
	r = device_of(fdmap_root(m), e.path, &e.dev);
	if (r < 0) {
		query_error(err, "\"%ce %s\" is not a mounted file system.", sign, path);
		free(e.path);
		return root_exhausted(r) ? r : -EINVAL;
	}
	v[q->nexempt++] = e;
	return 0;
}

const struct exempt *exempt_find(const struct fdmap_query *q, const char *text, size_t len)
{
	/* lsof compares beginnings, wherever they end: "/mnt" exempts "/mnt2/x", too. */
	for (size_t i = 0; i < q->nexempt; i++)
		if (len >= q->exempt[i].len &&
		    memcmp(text, q->exempt[i].path, q->exempt[i].len) == 0)
			return &q->exempt[i];
	return NULL;
}

int fdmap_mounts(struct fdmap *m, int (*each)(void *arg, const char *dir, uint64_t dev), void *arg)
{
	struct mounts mounts;
	int r;

	mounts_init(&mounts);
	r = mounts_read(fdmap_root(m), &mounts);
	for (size_t i = 0; r == 0 && i < mounts.n; i++)
		r = each(arg, mounts.v[i].dir, mounts.v[i].dev);
	mounts_fini(&mounts);
	return r;
}
