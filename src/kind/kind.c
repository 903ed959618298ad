/* SPDX-License-Identifier: MIT */
/* The kinds there are, in the order they are asked, and what several of them share. */
#include "kind/kind.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/names.h"

extern const struct kind kind_file, kind_device, kind_pipe, kind_socket, kind_anon, kind_pidfd,
	kind_ns, kind_mqueue, kind_failed, kind_exempt;

/* kind_file takes everything and is the last to be asked. */
static const struct kind *const kinds[] = {
	&kind_socket, &kind_pipe, &kind_anon,	&kind_pidfd,  &kind_ns,
	&kind_device, &kind_file, &kind_mqueue, &kind_failed, &kind_exempt,
};

static const struct kind *const by_id[] = {
	[FDMAP_KIND_FILE] = &kind_file,	    [FDMAP_KIND_DEVICE] = &kind_device,
	[FDMAP_KIND_PIPE] = &kind_pipe,	    [FDMAP_KIND_SOCKET] = &kind_socket,
	[FDMAP_KIND_ANON] = &kind_anon,	    [FDMAP_KIND_PIDFD] = &kind_pidfd,
	[FDMAP_KIND_NS] = &kind_ns,	    [FDMAP_KIND_MQUEUE] = &kind_mqueue,
	[FDMAP_KIND_FAILED] = &kind_failed, [FDMAP_KIND_EXEMPT] = &kind_exempt,
};

const struct kind *kind_of(const struct fdlink *link, const struct fdmap_stat *st)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i]->claims(link, st))
			return kinds[i];
	return &kind_file;
}

const struct kind *kind_by_id(unsigned id)
{
	return id < ARRAY_LEN(by_id) && by_id[id] ? by_id[id] : &kind_failed;
}

uint32_t kind_needs_stat(const struct fdlink *link, uint32_t want)
{
	uint32_t needs = want & (FDMAP_STAT | FDMAP_ACCESS | FDMAP_FLAGS);

	(void)link;
	/* The size is shown in place of the position, unless both are asked for. */
	if (want & FDMAP_OFFSETS)
		needs |= FDMAP_POS;
	return needs;
}

static void put_type(const struct fdmap_stat *st, struct fdmap_look *look)
{
	static const struct name_row types[] = {
		{ S_IFREG, "REG" }, { S_IFDIR, "DIR" },	 { S_IFLNK, "LINK" },  { S_IFCHR, "CHR" },
		{ S_IFBLK, "BLK" }, { S_IFIFO, "FIFO" }, { S_IFSOCK, "sock" }, { 0, "unknown" },
	};
	uint32_t fmt = st->mode & S_IFMT;
	const char *name = names_find(types, ARRAY_LEN(types), fmt);

	if (name)
		text_copy(look->type, sizeof(look->type), name);
	else
		(void)snprintf(look->type, sizeof(look->type), "%04o", fmt >> 12);
}

/*
 * Is the stat that of the thing itself? A mapping that lsof could not look up
 * has the two numbers that PID/maps told, and nothing else.
 */
static bool is_complete(const struct fdmap_file *file)
{
	if (!(file->have & FDMAP_STAT) || file->fd == FDMAP_FD_DEL)
		return false;
	return file->fd != FDMAP_FD_MEM || (!file->failed && !fdmap_more(file)->note);
}

void kind_look_stat(const struct fdmap_file *file, struct fdmap_look *look)
{
	const struct fdmap_stat *st = file->stat;

	*look = (struct fdmap_look){ 0 };
	look->ino = st ? st->ino : file->ino;
	if (st || file->ino)
		look->has |= FDMAP_HAS_INODE;
	if (st) {
		put_type(st, look);
		look->has |= FDMAP_HAS_DEV;
		look->dev = st->dev;
	} else if (file->failed == FDMAP_CALL_STAT) {
		text_copy(look->type, sizeof(look->type), "unknown");
	}
	if (st && is_complete(file)) {
		look->has |= FDMAP_HAS_SIZE | FDMAP_HAS_NLINK;
		look->size = st->size;
		look->nlink = st->nlink;
	}
	if (file->fd >= 0 && (file->have & FDMAP_POS)) {
		look->has |= FDMAP_HAS_OFFSET;
		look->offset = file->pos;
	}
}

void kind_describe_path(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			struct buf *out)
{
	const char *as = fdmap_more(file)->as, *path = as ? as : file->path;

	(void)namer;
	(void)how;
	if (!path)
		return;
	/* What is no path is cut at its colon: "pipe:[5325]". */
	if (path == file->path && *path != '/')
		buf_put(out, path, strcspn(path, ":"));
	else
		buf_puts(out, path);
}
