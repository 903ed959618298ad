/* SPDX-License-Identifier: MIT */
/* Columns that lsof has not. */
#include "out/extra.h"

#include <string.h>

#include "out/tree.h"

/* Of a container without a name: as many of its id's digits as its tools show. */
#define SHORT_ID 12
#define FULL_ID 64

#define UNIT_CHARS                                                                                 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"                           \
	":-_.\\@"

uint32_t extra_wants(const struct format *fmt)
{
	uint32_t wants = columns_need(&fmt->columns);
	size_t n;
	const struct column *cols = column_list(&n);

	for (size_t i = 0; i < n; i++)
		if (cols[i].key && columns_have(&fmt->columns, cols[i].key))
			wants |= cols[i].needs;
	return wants;
}

const char *extra_unowned(unsigned why)
{
	static const char *const words[] = {
		[FDMAP_UNOWNED_TIME_WAIT] = "time-wait",
		[FDMAP_UNOWNED_SYN_RECV] = "syn-recv",
		[FDMAP_UNOWNED_ORPHAN] = "orphan",
		[FDMAP_UNOWNED_PENDING] = "pending",
		[FDMAP_UNOWNED_IN_FLIGHT] = "in-flight",
		[FDMAP_UNOWNED_URING] = "io-uring",
		[FDMAP_UNOWNED_HIDDEN] = "hidden",
		[FDMAP_UNOWNED_KERNEL] = "kernel",
	};

	return why < ARRAY_LEN(words) ? words[why] : NULL;
}

static void put_word(const char *text, struct buf *out)
{
	tree_put_word(text, strlen(text), out);
}

void extra_put_container(const struct shown *x, struct buf *out)
{
	const struct fdmap_process *p = x->row->proc;

	if (p->container_name) {
		put_word(p->container_name, out);
	} else if (p->container) {
		if (strlen(p->container) == FULL_ID)
			buf_put(out, p->container, SHORT_ID);
		else
			put_word(p->container, out);
	} else if (p->pod) {
		put_word(p->pod, out);
	}
}

void extra_put_unit(const struct shown *x, struct buf *out)
{
	const char *unit = x->row->proc->unit;

	/* The \x2d of systemd are part of the name: as systemctl shows it, if it is one. */
	if (unit && unit[strspn(unit, UNIT_CHARS)])
		put_word(unit, out);
	else if (unit)
		buf_puts(out, unit);
}

const struct fdmap_netns *extra_netns(const struct fdmap_row *row)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_netns *v;
	size_t n, i;

	if (f->kind != FDMAP_KIND_SOCKET || !(f->sock || f->have & FDMAP_NETNS))
		return NULL;
	v = fdmap_namespaces(row->snap, &n);
	i = f->sock ? f->sock->netns : f->netns;
	return v && i < n ? &v[i] : NULL;
}

void extra_put_netns(const struct shown *x, struct buf *out)
{
	const struct fdmap_netns *ns = extra_netns(x->row);

	if (ns && ns->name)
		put_word(ns->name, out);
	else if (ns && ns->ino)
		buf_put_u64(out, ns->ino);
}

void extra_put_peer(const struct shown *x, struct buf *out)
{
	const struct fdmap_file *f = x->row->file;
	const struct fdmap_file_more *more = fdmap_more(f);

	/* Of a socket that nobody holds they are a part of the reason. */
	for (uint32_t i = 0; i < more->nends && !more->unowned; i++) {
		const struct fdmap_end *e = &more->ends[i];

		if (i)
			buf_putc(out, ' ');
		buf_put_i64(out, e->pid);
		buf_putc(out, ',');
		put_word(e->comm ? e->comm : "?", out);
		buf_putc(out, ',');
		column_put_fd(e->fd, true, out);
		if (column_letter(e->access) != ' ')
			buf_putc(out, e->access);
		if (e->pending)
			buf_puts(out, "(pending)");
	}
}

void extra_put_detail(const struct shown *x, struct buf *out)
{
	tree_put(fdmap_more(x->row->file)->details, fdmap_more(x->row->file)->ndetails, out);
}
