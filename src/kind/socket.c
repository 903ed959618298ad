/* SPDX-License-Identifier: MIT */
/*
 * Sockets: the family shows those that a table of the kernel tells of; of the
 * others the protocol's name is known at best. A name in the file system that
 * a UNIX socket was bound to, opened with O_PATH, is one of the others, too.
 */
#include "kind/kind.h"

#include <sys/stat.h>

static bool socket_claims(const struct fdlink *link, const struct fdmap_stat *st)
{
	return link->what == FDLINK_SOCKET ||
	       (link->what == FDLINK_PATH && st && S_ISSOCK(st->mode));
}

/* A socket in no table wants its stat, too, for DEVICE: who looks it up knows. */
static uint32_t socket_needs(const struct fdlink *link, uint32_t want)
{
	(void)link;
	return want & (FDMAP_ACCESS | FDMAP_FLAGS);
}

static const struct family *family_of(const struct fdmap_file *file)
{
	if (!file->sock || file->sock->table >= FDMAP_SOCK_TABLES)
		return NULL;
	return families[file->sock->table];
}

static void socket_look(const struct fdmap_file *file, struct fdmap_look *look)
{
	const struct family *family = family_of(file);
	bool face = family && family_has_face(file->sock);

	if (face) {
		*look = (struct fdmap_look){ .ino = file->sock->ino };
	} else {
		kind_look_stat(file, look);
		text_copy(look->type, sizeof(look->type), "sock");
	}
	look->has &= ~(uint32_t)(FDMAP_HAS_SIZE | FDMAP_HAS_OFFSET | FDMAP_HAS_NLINK);
	look->size = look->offset = look->nlink = 0;
	if (file->fd >= 0)
		look->has |= FDMAP_HAS_OFFSET;
	if (face)
		family->look(file->sock, look);
}

static void socket_describe(const struct fdmap_file *file, const struct namer *namer, unsigned how,
			    struct buf *out)
{
	const struct fdmap_file_more *more = fdmap_more(file);
	const struct family *family = family_of(file);

	if (family && family->describe) {
		family->describe(file->sock, namer, how, out);
	} else if (file->inet_skipped) {
		buf_puts(out, "can't identify protocol (-X specified)");
	} else if (more->sockproto && *more->sockproto) {
		buf_puts(out, "protocol: ");
		buf_puts(out, more->sockproto);
	} else {
		buf_puts(out, "can't identify protocol");
	}
}

static void socket_info(const struct fdmap_file *file, unsigned how, size_t from, struct buf *out)
{
	const struct family *family = family_of(file);

	if (family && family->info)
		family->info(file->sock, how, from, out);
}

const struct kind kind_socket = {
	.id = FDMAP_KIND_SOCKET,
	.claims = socket_claims,
	.needs = socket_needs,
	.look = socket_look,
	.describe = socket_describe,
	.info = socket_info,
};
