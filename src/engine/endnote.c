/* SPDX-License-Identifier: MIT */
/* Notes on other ends: PID, command and descriptor of each holder. */
#include "engine/endnote.h"

#include <inttypes.h>
#include <string.h>

/* As in lsof's table: of numbers with more than four digits the last three. */
#define FD_LIMIT 10000

static void put_end(const struct fdmap_end *e, size_t width, struct buf *out)
{
	buf_printf(out, " %d,", (int)e->pid);
	if (e->comm)
		buf_put(out, e->comm, width ? strnlen(e->comm, width) : strlen(e->comm));
	if (e->fd < FD_LIMIT)
		buf_printf(out, ",%d%c", (int)e->fd, e->access);
	else
		buf_printf(out, ",*%03d%c", (int)(e->fd % 1000), e->access);
}

void endnote_put(const struct fdmap_file *f, unsigned how, struct buf *out)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	size_t width = how >> 8;

	if (f->sock && f->sock->table == FDMAP_UNIX && f->sock->peer)
		buf_printf(out, " ->INO=%" PRIu64, f->sock->peer);
	if (more->has_pty && more->nends)
		buf_printf(out, " ->/dev/pts/%" PRIu32, more->pty);
	/* lsof tells the holders of sockets last to first. */
	for (uint32_t i = 0; i < more->nends; i++) {
		const struct fdmap_end *e =
			&more->ends[f->kind == FDMAP_KIND_SOCKET ? more->nends - 1 - i : i];

		if (!e->beyond)
			put_end(e, width, out);
	}
}
