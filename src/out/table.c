/* SPDX-License-Identifier: MIT */
/*
 * The table. A column is as wide as its widest value, so that rows come twice: first
 * their values are only measured, then they are written. Nothing is kept in between but
 * the widths: making a value costs less than memory for it. NAME, the longest, needs no
 * width. What belongs to the process is made once for all its rows.
 */
#include "out/sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "out/layout.h"
#include "out/width.h"

struct table {
	struct layout l;
	const struct fdmap_process *proc; /* of the last row */
	bool tasks;			  /* a thread is among the rows */
	bool looks;			  /* columns of lsof's are shown */
	bool begun;			  /* the heads are written */
	struct buf scratch;
	struct buf lead; /* the padded process columns */
	struct buf cell; /* the value at hand */
	struct fdmap_value value;
};

static uint32_t table_wants(const struct format *fmt)
{
	uint32_t wants = layout_wants(fmt);

	if (fmt->columns.only)
		return wants;
	if (fmt->name_how & FDMAP_NAME_QUEUES)
		wants |= FDMAP_QUEUES;
	if (fmt->name_how & FDMAP_NAME_ENDS)
		wants |= FDMAP_ENDS;
	return wants;
}

static int table_begin(struct sink *s)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	s->priv = t;
	fdmap_value_init(&t->value, s->fmt->namer);
	t->looks = !s->fmt->columns.only;
	return layout_init(&t->l, s->fmt);
}

/* Is it a line of its own? Where rows are processes, only if it is of the next one. */
static bool is_line(const struct table *t, const struct fdmap_process *proc)
{
	if (!t->l.processes)
		return true;
	return proc != t->proc && (t->l.threads || !t->proc || t->proc->pid != proc->pid);
}

static struct shown shown_of(struct sink *s, const struct fdmap_row *row)
{
	struct table *t = s->priv;
	struct shown x = {
		.fmt = s->fmt, .row = row, .scratch = &t->scratch, .value = &t->value
	};

	if (t->looks)
		fdmap_look(row, &x.look);
	return x;
}

/* The value of a column, into t->cell. */
static void make(struct table *t, size_t i, struct shown *x)
{
	x->column = &t->l.v[i].col;
	buf_reset(&t->cell);
	x->column->put(x, &t->cell);
}

/* ---- measuring ---------------------------------------------------------------------- */

static int table_measure(struct sink *s, const struct fdmap_row *row)
{
	struct table *t = s->priv;
	bool begins = row->proc != t->proc, failed = false;
	struct shown x;

	if (!is_line(t, row->proc))
		return 0;
	t->proc = row->proc;
	t->tasks |= row->proc->tid != 0;
	x = shown_of(s, row);
	for (size_t i = begins ? 0 : t->l.first_file; i < t->l.n; i++) {
		if (!t->l.v[i].measured)
			continue;
		make(t, i, &x);
		failed |= t->cell.failed;
		if (t->cell.n)
			layout_widen(&t->l, i, layout_measure(&t->l, i, t->cell.p, t->cell.n));
	}
	return failed ? -ENOMEM : 0;
}

/* ---- writing ------------------------------------------------------------------------ */

/* Nearly all: neither cut nor coloured. */
static void put_simply(const struct place *p, bool first, const char *text, size_t n, size_t pad,
		       struct buf *out)
{
	char *to;

	if (buf_reserve(out, 1 + n + pad) < 0)
		return;
	to = out->p + out->n;
	if (!first)
		*to++ = ' ';
	if (p->col.align == COLUMN_RIGHT) {
		memset(to, ' ', pad);
		to += pad;
	}
	memcpy(to, text, n);
	to += n;
	if (p->col.align == COLUMN_LEFT) {
		memset(to, ' ', pad);
		to += pad;
	}
	*to = '\0';
	out->n = (size_t)(to - out->p);
}

/* One value in its column; the first of a line has no blank before it. */
static void put_padded(const struct table *t, size_t i, const char *text, size_t n,
		       const char *colour, struct buf *out)
{
	const struct place *p = &t->l.v[i];
	size_t width = layout_measure(&t->l, i, text, n);
	bool cut = t->l.limited && p->width && width > p->width;
	size_t pad = p->width > width ? p->width - width : 0;

	if (!cut && !colour) {
		put_simply(p, !i, text, n, pad, out);
		return;
	}
	if (i)
		buf_putc(out, ' ');
	if (p->col.align == COLUMN_RIGHT)
		buf_pad(out, ' ', pad);
	if (colour && n)
		buf_puts(out, colour);
	if (cut)
		pad = p->width - width_put(text, n, p->width, out);
	else
		buf_put(out, text, n);
	if (colour && n)
		buf_puts(out, PAINT_OFF);
	if (p->col.align == COLUMN_LEFT)
		buf_pad(out, ' ', pad);
}

static void put_end(const struct table *t, struct buf *out)
{
	if (t->l.cut) {
		buf_putc(out, ' ');
		(void)width_put("..", 2, 1, out);
	}
	buf_putc(out, '\n');
}

static void put_heads(const struct table *t, bool color, struct buf *out)
{
	const struct layout *l = &t->l;

	if (color)
		buf_puts(out, PAINT_HEAD);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].shown)
			put_padded(t, i, l->v[i].col.head, strlen(l->v[i].col.head), NULL, out);
	if (color)
		buf_puts(out, PAINT_OFF);
	put_end(t, out);
}

static const char *colour_of(const struct table *t, size_t i, const struct shown *x)
{
	return x->fmt->color ? paint_of(t->l.v[i].col.paint, x->row) : NULL;
}

static void put_values(struct table *t, size_t from, size_t to, struct shown *x, struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		if (!t->l.v[i].shown)
			continue;
		make(t, i, x);
		out->failed |= t->cell.failed;
		put_padded(t, i, buf_str(&t->cell), t->cell.n, colour_of(t, i, x), out);
	}
}

static void begin_writing(struct sink *s)
{
	struct table *t = s->priv;

	t->begun = true;
	t->proc = NULL;
	layout_settle(&t->l, s->fmt, t->tasks);
	put_heads(t, s->fmt->color, &s->out);
}

static int table_row(struct sink *s, const struct fdmap_row *row)
{
	struct table *t = s->priv;
	struct shown x;

	if (!t->begun)
		begin_writing(s);
	if (!is_line(t, row->proc))
		return 0;
	x = shown_of(s, row);
	if (row->proc != t->proc) {
		t->proc = row->proc;
		buf_reset(&t->lead);
		put_values(t, 0, t->l.first_file, &x, &t->lead);
	}
	buf_put(&s->out, buf_str(&t->lead), t->lead.n);
	put_values(t, t->l.first_file, t->l.n, &x, &s->out);
	put_end(t, &s->out);
	return t->lead.failed ? -ENOMEM : sink_flush(s, false);
}

static int table_end(struct sink *s)
{
	return sink_flush(s, true);
}

static void table_fini(struct sink *s)
{
	struct table *t = s->priv;

	if (!t)
		return;
	layout_fini(&t->l);
	fdmap_value_fini(&t->value);
	buf_fini(&t->scratch);
	buf_fini(&t->lead);
	buf_fini(&t->cell);
	free(t);
}

const struct sink_ops sink_table = {
	.name = "table",
	.wants = table_wants,
	.begin = table_begin,
	.measure = table_measure,
	.row = table_row,
	.end = table_end,
	.fini = table_fini,
};
