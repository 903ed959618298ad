/* SPDX-License-Identifier: MIT */
/*
 * POSIX message queues: regular files of the mqueue file system. Their links
 * are paths like any other, so they claim nothing: who knows the mounts tells.
 */
#include "kind/kind.h"

static bool mqueue_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)link;
	(void)st;
	return false;
}

static void mqueue_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	kind_look_stat(file, look);
	text_copy(look->type, sizeof(look->type), "PSXMQ");
}

const struct kind kind_mqueue = {
	.id = FDMAP_KIND_MQUEUE,
	.claims = mqueue_claims,
	.needs = kind_needs_stat,
	.look = mqueue_look,
	.describe = kind_describe_path,
};
