/* SPDX-License-Identifier: MIT */
/* Character and block devices: a number of their own, a position, no size. */
#include "kind/kind.h"

#include <sys/stat.h>

static bool device_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)link;
	return st && (S_ISCHR(st->mode) || S_ISBLK(st->mode));
}

static uint32_t device_needs(const struct fdlink *link, uint32_t want)
{
	/* The master of a pty tells which slave it has. */
	return kind_needs_stat(link, want) | (want & FDMAP_POS) |
	       (want & FDMAP_ENDS ? want & FDMAP_DETAIL : 0);
}

static void device_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	kind_look_stat(file, look);
	look->has &= ~(uint32_t)FDMAP_HAS_SIZE;
	look->size = 0;
	if (file->stat) {
		look->has |= FDMAP_HAS_RDEV;
		look->rdev = file->stat->rdev;
	}
}

const struct kind kind_device = {
	.id = FDMAP_KIND_DEVICE,
	.claims = device_claims,
	.needs = device_needs,
	.look = device_look,
	.describe = kind_describe_path,
};
