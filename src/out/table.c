/* SPDX-License-Identifier: MIT */
/*
 * The table. A column is as wide as its widest value, so nothing is written
 * before the last row has come: values are made once, kept back to back, and
 * padded when they are written. What belongs to the process is kept once; NAME,
 * the longest, needs no width and is made when it is written.
 */
#include "out/sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "out/layout.h"
#include "out/width.h"

/* Where a row came from; both live until the end. */
struct kept {
	const struct fdmap_process *proc;
	const struct fdmap_file *file;
};

struct table {
	struct layout l;
	const struct fdmap_snapshot *snap;
	const struct fdmap_process *proc; /* of the last row */
	bool tasks;			  /* a thread is among the rows */
	bool looks;			  /* columns of lsof's are shown */
	struct buf rows;		  /* struct kept */
	struct buf values;		  /* the text of all values */
	struct buf lengths;		  /* of each: a byte, or LONG and a uint32_t */
	struct buf scratch;
	struct buf lead; /* the padded process columns, while writing */
	struct buf late;
	struct fdmap_value value;
};

#define LONG 255

/* Where the writing is. */
struct reader {
	const char *value;
	const char *length;
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

/* ---- keeping ------------------------------------------------------------------------ */

static void keep_length(struct table *t, size_t n)
{
	uint32_t length = (uint32_t)n;

	if (n > UINT32_MAX)
		t->lengths.failed = true;
	buf_putc(&t->lengths, (char)(n < LONG ? n : LONG));
	if (n >= LONG)
		buf_put(&t->lengths, &length, sizeof(length));
}

static void keep_values(struct table *t, struct shown *x, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		size_t start = t->values.n, n;

		if (!t->l.v[i].kept)
			continue;
		x->column = &t->l.v[i].col;
		x->column->put(x, &t->values);
		n = t->values.n - start;
		keep_length(t, n);
		if (n)
			layout_widen(&t->l, i, layout_measure(&t->l, i, t->values.p + start, n));
	}
}

/* Where rows are processes: is this one the next? */
static bool is_next(const struct table *t, const struct fdmap_process *proc)
{
	return proc != t->proc && (t->l.threads || !t->proc || t->proc->pid != proc->pid);
}

static int table_row(struct sink *s, const struct fdmap_row *row)
{
	struct table *t = s->priv;
	struct shown x = {
		.fmt = s->fmt, .row = row, .scratch = &t->scratch, .value = &t->value
	};
	struct kept kept = { row->proc, row->file };
	bool begins = row->proc != t->proc;

	if (t->l.processes && !is_next(t, row->proc))
		return 0;
	t->snap = row->snap;
	t->proc = row->proc;
	buf_put(&t->rows, &kept, sizeof(kept));
	if (begins) {
		t->tasks |= row->proc->tid != 0;
		keep_values(t, &x, 0, t->l.first_file);
	}
	if (t->looks)
		fdmap_look(row, &x.look);
	keep_values(t, &x, t->l.first_file, t->l.n);
	return t->rows.failed || t->values.failed || t->lengths.failed ? -ENOMEM : 0;
}

/* ---- writing ------------------------------------------------------------------------ */

static uint32_t next_length(struct reader *r)
{
	uint32_t length = (unsigned char)*r->length++;

	if (length == LONG) {
		memcpy(&length, r->length, sizeof(length));
		r->length += sizeof(length);
	}
	return length;
}

/* One value in its column; the first of a line has no blank before it. */
static void put_padded(const struct table *t, size_t i, const char *text, size_t n,
		       const char *colour, struct buf *out)
{
	const struct place *p = &t->l.v[i];
	size_t width = layout_measure(&t->l, i, text, n);
	bool cut = t->l.limited && p->width && width > p->width;
	size_t pad = p->width > width ? p->width - width : 0;

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

static void put_values(const struct table *t, struct reader *r, size_t from, size_t to,
		       const struct shown *x, struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		uint32_t n;

		if (!t->l.v[i].kept)
			continue;
		n = next_length(r);
		if (t->l.v[i].shown)
			put_padded(t, i, r->value, n, colour_of(t, i, x), out);
		r->value += n;
	}
}

/* What was not kept: the last columns. */
static void put_late(struct table *t, struct shown *x, struct buf *out)
{
	for (size_t i = t->l.first_file; i < t->l.n; i++) {
		const struct place *p = &t->l.v[i];

		if (p->kept || !p->shown)
			continue;
		x->column = &p->col;
		buf_reset(&t->late);
		p->col.put(x, &t->late);
		out->failed |= t->late.failed;
		put_padded(t, i, buf_str(&t->late), t->late.n, colour_of(t, i, x), out);
	}
	put_end(t, out);
}

static int put_row(struct sink *s, struct reader *r, const struct kept *kept, bool begins)
{
	struct table *t = s->priv;
	struct fdmap_row row = { t->snap, kept->proc, kept->file };
	struct shown x = {
		.fmt = s->fmt, .row = &row, .scratch = &t->scratch, .value = &t->value
	};

	if (begins) {
		buf_reset(&t->lead);
		put_values(t, r, 0, t->l.first_file, &x, &t->lead);
	}
	buf_put(&s->out, buf_str(&t->lead), t->lead.n);
	put_values(t, r, t->l.first_file, t->l.n, &x, &s->out);
	put_late(t, &x, &s->out);
	return t->lead.failed ? -ENOMEM : sink_flush(s, false);
}

static int table_end(struct sink *s)
{
	struct table *t = s->priv;
	struct reader r = { buf_str(&t->values), buf_str(&t->lengths) };
	const struct fdmap_process *proc = NULL;
	size_t n = t->rows.n / sizeof(struct kept);

	if (!n)
		return 0;
	layout_settle(&t->l, s->fmt, t->tasks);
	put_heads(t, s->fmt->color, &s->out);
	for (size_t i = 0; i < n; i++) {
		struct kept kept;
		int err;

		memcpy(&kept, t->rows.p + i * sizeof(kept), sizeof(kept));
		err = put_row(s, &r, &kept, kept.proc != proc);
		if (err < 0)
			return err;
		proc = kept.proc;
	}
	return sink_flush(s, true);
}

static void table_fini(struct sink *s)
{
	struct table *t = s->priv;

	if (!t)
		return;
	layout_fini(&t->l);
	fdmap_value_fini(&t->value);
	buf_fini(&t->rows);
	buf_fini(&t->values);
	buf_fini(&t->lengths);
	buf_fini(&t->scratch);
	buf_fini(&t->lead);
	buf_fini(&t->late);
	free(t);
}

const struct sink_ops sink_table = {
	.name = "table",
	.wants = table_wants,
	.begin = table_begin,
	.row = table_row,
	.end = table_end,
	.fini = table_fini,
};
