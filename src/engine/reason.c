/* SPDX-License-Identifier: MIT */
/* Why nobody holds a socket, in words. */
#include "engine/reason.h"

#include <inttypes.h>
#include <string.h>

#include "net/addr.h"

#define MOST_NAMED 4 /* holders; of more only the number is told */

/* "12,nginx,6u 13,nginx,6u", commands as they are: who prints them escapes them. */
static void put_ends(const struct fdmap_file *f, const char *before, struct buf *out)
{
	const struct fdmap_file_more *rare = fdmap_more(f);
	uint32_t n = rare->nends <= MOST_NAMED ? rare->nends : MOST_NAMED;

	if (n)
		buf_puts(out, before);
	for (uint32_t i = 0; i < n; i++) {
		const struct fdmap_end *e = &rare->ends[i];

		buf_printf(out, " %d,%s,%d", (int)e->pid, e->comm ? e->comm : "?", (int)e->fd);
		if (e->access != ' ')
			buf_putc(out, e->access);
	}
	if (n < rare->nends)
		buf_printf(out, " and %" PRIu32 " more", rare->nends - n);
}

static void put_listener(const struct fdmap_sock *l, const char *before, struct buf *out)
{
	if (!l)
		return;
	buf_puts(out, before);
	if (l->table == FDMAP_UNIX)
		buf_puts(out, l->path ? l->path : "?");
	else
		addr_put(l->family, &l->laddr, l->lport, NULL, NULL, out);
}

void reason_put(const struct fdmap_file *f, struct buf *out)
{
	const struct fdmap_file_more *more = fdmap_more(f);

	switch ((enum fdmap_unowned)more->unowned) {
	case FDMAP_OWNED:
		break;
	case FDMAP_UNOWNED_TIME_WAIT:
		buf_puts(out, "time-wait, nobody holds it");
		break;
	case FDMAP_UNOWNED_SYN_RECV:
		buf_puts(out, "syn-recv");
		put_listener(more->listener, ", for ", out);
		put_ends(f, " of", out);
		break;
	case FDMAP_UNOWNED_ORPHAN:
		buf_puts(out, "orphaned, closed by its holder");
		break;
	case FDMAP_UNOWNED_PENDING:
		buf_puts(out, "waits to be accepted");
		put_listener(more->listener, " at ", out);
		put_ends(f, " by", out);
		break;
	case FDMAP_UNOWNED_IN_FLIGHT:
		put_ends(f, "perhaps in flight:", out);
		if (more->unseen)
			buf_puts(out, ", or held by a process that may not be read");
		break;
	case FDMAP_UNOWNED_URING:
		put_ends(f, "registered in an io_uring of", out);
		break;
	case FDMAP_UNOWNED_HIDDEN:
		buf_puts(out, "perhaps held by a process that may not be read");
		if (f->sock && f->sock->told & FDMAP_TOLD_UID)
			buf_printf(out, ", of user %u", (unsigned)f->sock->uid);
		break;
	case FDMAP_UNOWNED_KERNEL:
		buf_puts(out, "the kernel's own");
		break;
	}
}

size_t fdmap_reason(const struct fdmap_row *row, char *buf, size_t len)
{
	struct buf out;

	buf_init(&out);
	reason_put(row->file, &out);
	return buf_give(&out, buf, len);
}
