/* SPDX-License-Identifier: MIT */
/* Terms about security contexts: shell patterns, on systems that have SELinux. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/query.h"
#include "proc/mounts.h"

void contexts_fini(struct fdmap_query *q)
{
	for (size_t i = 0; i < q->ncontexts; i++)
		free(q->context[i].pattern);
	free(q->context);
}

bool fdmap_has_selinux(struct fdmap *m)
{
	struct mounts mounts;
	bool found = false;

	mounts_init(&mounts);
	if (mounts_read(fdmap_root(m), &mounts) == 0)
		for (size_t i = 0; i < mounts.n && !found; i++)
			found = strcmp(mounts.v[i].fstype, "selinuxfs") == 0;
	mounts_fini(&mounts);
	return found;
}

int fdmap_query_context(struct fdmap_query *q, struct fdmap *m, const char *pattern,
			struct fdmap_error *err)
{
	struct contextterm *v;
	char *copy;
	int t;

	if (!fdmap_has_selinux(m)) {
		query_error(err, "-Z limited to SELinux");
		return -ENOTSUP;
	}
	for (size_t i = 0; i < q->ncontexts; i++) {
		if (strcmp(q->context[i].pattern, pattern) != 0)
			continue;
		query_error(err, "duplicate context: %s", pattern);
		return -EINVAL;
	}
	v = query_grow(q->context, q->ncontexts, sizeof(*v));
	if (!v)
		return -ENOMEM;
	q->context = v;
	copy = strdup(pattern);
	if (!copy)
		return -ENOMEM;
	t = query_term(q, FDMAP_TERM_CONTEXT, pattern, 0);
	if (t < 0) {
		free(copy);
		return t;
	}
	v[q->ncontexts++] = (struct contextterm){ copy, (unsigned)t };
	q->used |= SEL_CNTX;
	return t;
}
