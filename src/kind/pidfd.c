/* SPDX-License-Identifier: MIT */
/*
 * A process held by a descriptor, where its link is "pidfd:[8403]": Linux 6.9
 * gave pidfds a file system. Older kernels, and newer ones again, write
 * "anon_inode:[pidfd]", which kind/anon.c shows.
 */
#include "kind/kind.h"

static bool pidfd_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)st;
	return link->what == FDLINK_OTHER && link->ino && span_eq(link->name, "pidfd");
}

static uint32_t pidfd_needs(const struct fdlink *link, uint32_t want)
{
	return kind_needs_stat(link, want) | (want & FDMAP_DETAIL);
}

/* lsof calls it a regular file, whatever type its mode has or lacks. */
static void pidfd_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	kind_look_stat(file, look);
	text_copy(look->type, sizeof(look->type), "REG");
}

static void pidfd_describe(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			   struct buf *out)
{
	const struct fdmap_file_more *more = fdmap_more(file);

	if (more->anon && more->anon->pid)
		buf_printf(out, "[pidfd:%lld]", (long long)more->anon->pid);
	else
		kind_describe_path(file, namer, how, out);
}

const struct kind kind_pidfd = {
	.id = FDMAP_KIND_PIDFD,
	.claims = pidfd_claims,
	.needs = pidfd_needs,
	.look = pidfd_look,
	.describe = pidfd_describe,
};
