/* SPDX-License-Identifier: MIT */
/* Columns that lsof has not. */
#include "out/extra.h"

#include <string.h>

#include "out/quote.h"

/* Of a container without a name: as many of its id's digits as its tools show. */
#define SHORT_ID 12
#define FULL_ID 64

#define UNIT_CHARS                                                                                 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"                           \
	":-_.\\@"

static const struct {
	const char *key;
	unsigned bit;
} keys[] = {
	{ "container", EXTRA_CONTAINER }, { "unit", EXTRA_UNIT },     { "netns", EXTRA_NETNS },
	{ "peer", EXTRA_PEER },		  { "detail", EXTRA_DETAIL },
};

unsigned format_extra(const char *key, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strlen(keys[i].key) == len && strncasecmp(keys[i].key, key, len) == 0)
			return keys[i].bit;
	return 0;
}

uint32_t extra_wants(const struct format *fmt)
{
	uint32_t wants = 0;
	size_t n;
	const struct column *cols = column_list(&n);

	for (size_t i = 0; i < n; i++)
		if (fmt->extra & cols[i].extra)
			wants |= cols[i].needs;
	return wants;
}

/* Blanks are escaped, too: other values stand behind, and must be told apart. */
static void put_word(const char *text, struct buf *out)
{
	for (;;) {
		size_t n = strcspn(text, " ");

		quote_name(text, n, out);
		if (!text[n])
			return;
		buf_puts(out, "\\x20");
		text += n + 1;
	}
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

	/* Of a socket that nobody holds they are a part of the reason. */
	for (uint32_t i = 0; i < f->nends && !f->unowned; i++) {
		const struct fdmap_end *e = &f->ends[i];

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

static void put_detail(const struct fdmap_detail *d, struct buf *out);

static void put_many(const struct fdmap_detail *v, uint32_t n, struct buf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, ' ');
		put_detail(&v[i], out);
	}
}

static void put_detail(const struct fdmap_detail *d, struct buf *out)
{
	if (d->key) {
		put_word(d->key, out);
		buf_putc(out, '=');
	}
	switch ((enum fdmap_detail_type)d->type) {
	case FDMAP_DETAIL_U64:
		buf_put_u64(out, d->u);
		break;
	case FDMAP_DETAIL_I64:
		buf_put_i64(out, d->i);
		break;
	case FDMAP_DETAIL_HEX:
		buf_puts(out, "0x");
		buf_put_hex(out, d->u, 1);
		break;
	case FDMAP_DETAIL_TEXT:
		put_word(d->text, out);
		break;
	case FDMAP_DETAIL_BOOL:
		buf_puts(out, d->u ? "yes" : "no");
		break;
	case FDMAP_DETAIL_LIST:
		buf_putc(out, '[');
		put_many(d->v, d->n, out);
		buf_putc(out, ']');
		break;
	case FDMAP_DETAIL_OBJECT:
		buf_putc(out, '{');
		put_many(d->v, d->n, out);
		buf_putc(out, '}');
		break;
	}
}

void extra_put_detail(const struct shown *x, struct buf *out)
{
	put_many(x->row->file->details, x->row->file->ndetails, out);
}
