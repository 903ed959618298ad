/* SPDX-License-Identifier: MIT */
/* What lies on a file system that must not be asked: nothing but its name is known. */
#include "kind/kind.h"

#include <stdio.h>

static bool exempt_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	(void)link;
	(void)st;
	return false;
}

/* fdinfo is the kernel's own. lsof leaves out the open mode, which would be, too. */
static uint32_t exempt_needs(const struct fdlink *link, uint32_t want)
{
	(void)link;
	return (want & FDMAP_FLAGS) | (want & FDMAP_OFFSETS ? FDMAP_POS : 0);
}

static const char *slot_name(int fd)
{
	switch (fd) {
	case FDMAP_FD_CWD:
		return "cwd";
	case FDMAP_FD_RTD:
		return "rtd";
	case FDMAP_FD_TXT:
		return "txt";
	case FDMAP_FD_MEM:
		return "mem";
	case FDMAP_FD_DEL:
		return "del";
	default:
		return "fd";
	}
}

/* A mapping's line in maps tells device and inode; of the rest the mount tells the device. */
static void exempt_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	*look = (struct fdmap_look){ 0 };
	(void)snprintf(look->type, sizeof(look->type), "UNKN%s", slot_name(file->fd));
	if (file->stat) {
		look->has |= FDMAP_HAS_DEV;
		look->dev = file->stat->dev;
	} else {
		text_copy(look->device, sizeof(look->device), "UNKNOWN");
	}
	if (file->fd == FDMAP_FD_MEM || file->fd == FDMAP_FD_DEL) {
		look->has |= FDMAP_HAS_INODE;
		look->ino = file->ino;
	}
	if (file->fd >= 0 && (file->have & FDMAP_POS)) {
		look->has |= FDMAP_HAS_OFFSET;
		look->offset = file->pos;
	}
}

static void exempt_describe(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			    struct buf *out)
{
	const struct fdmap_file_more *more = fdmap_more(file);

	kind_describe_path(file, namer, how, out);
	if (more->exempt) {
		buf_putc(out, ' ');
		buf_puts(out, more->exempt);
	}
}

const struct kind kind_exempt = {
	.id = FDMAP_KIND_EXEMPT,
	.claims = exempt_claims,
	.needs = exempt_needs,
	.look = exempt_look,
	.describe = exempt_describe,
};
