/* SPDX-License-Identifier: MIT */
/* Pipes and FIFOs. Their position is always 0: nobody reads fdinfo for it. */
#include "kind/kind.h"

#include <sys/stat.h>

static bool pipe_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	return link->what == FDLINK_PIPE || (link->what == FDLINK_PATH && st && S_ISFIFO(st->mode));
}

static uint32_t pipe_needs(const struct fdlink *link, uint32_t want)
{
	(void)link;
	return want & (FDMAP_STAT | FDMAP_ACCESS | FDMAP_FLAGS);
}

static void pipe_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	kind_look_stat(file, look);
	text_copy(look->type, sizeof(look->type), "FIFO");
	look->has &= ~(uint32_t)(FDMAP_HAS_SIZE | FDMAP_HAS_OFFSET);
	look->size = 0;
	look->offset = 0;
	if (file->fd >= 0)
		look->has |= FDMAP_HAS_OFFSET;
}

const struct kind kind_pipe = {
	.id = FDMAP_KIND_PIPE,
	.claims = pipe_claims,
	.needs = pipe_needs,
	.look = pipe_look,
	.describe = kind_describe_path,
};
