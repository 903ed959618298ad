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

#include "out/column.h"

/* Where a row came from; both live until the end. */
struct kept {
	const struct fdmap_process *proc;
	const struct fdmap_file *file;
};

struct table {
	const struct column *cols;
	size_t ncols;
	size_t first_file; /* columns before it are of the process */
	size_t width[COLUMN_MAX];
	const struct fdmap_snapshot *snap;
	const struct fdmap_process *proc; /* of the last row */
	bool tasks;			  /* a thread is among the rows */
	bool shown[COLUMN_MAX];
	bool kept[COLUMN_MAX]; /* its values are among `values` */
	struct buf rows;       /* struct kept */
	struct buf values;     /* the text of all values */
	struct buf lengths;    /* of each: a byte, or LONG and a uint32_t */
	struct buf scratch;
	struct buf lead; /* the padded process columns, while writing */
};

#define LONG 255
/*
 * A chosen column may hold a list: what is longer stands over its edge, so that one
 * listener on which thousands wait does not fill every other row with blanks.
 */
#define CHOSEN_WIDTH 96

/* Where the writing is. */
struct reader {
	const char *value;
	const char *length;
};

static uint32_t table_wants(const struct format *fmt)
{
	uint32_t wants = COLUMN_ROWS;
	size_t n;
	const struct column *cols = column_list(&n);

	for (size_t i = 0; i < n; i++)
		if (column_is_chosen(&cols[i], fmt, true))
			wants |= cols[i].needs;
	if (fmt->name_how & FDMAP_NAME_QUEUES)
		wants |= FDMAP_QUEUES;
	if (fmt->name_how & FDMAP_NAME_ENDS)
		wants |= FDMAP_ENDS;
	return wants;
}

static void choose_columns(struct table *t, const struct format *fmt, bool tasks)
{
	for (size_t i = 0; i < t->ncols; i++)
		t->shown[i] = column_is_chosen(&t->cols[i], fmt, tasks);
}

static int table_begin(struct sink *s)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->cols = column_list(&t->ncols);
	while (t->first_file < t->ncols && t->cols[t->first_file].of == COLUMN_PROCESS)
		t->first_file++;
	for (size_t i = 0; i < t->ncols; i++) {
		size_t head = strlen(t->cols[i].head);

		t->width[i] = head > t->cols[i].min ? head : t->cols[i].min;
	}
	/* Whether threads will come is not known yet: their columns are kept until the end. */
	choose_columns(t, s->fmt, true);
	for (size_t i = 0; i < t->ncols; i++)
		t->kept[i] = t->shown[i] && t->cols[i].align != COLUMN_FREE;
	s->priv = t;
	return 0;
}

static void keep_length(struct table *t, size_t n)
{
	uint32_t length = (uint32_t)n;

	if (n > UINT32_MAX)
		t->lengths.failed = true;
	buf_putc(&t->lengths, (char)(n < LONG ? n : LONG));
	if (n >= LONG)
		buf_put(&t->lengths, &length, sizeof(length));
}

static void widen(struct table *t, size_t i, size_t n)
{
	if (t->cols[i].extra && n > CHOSEN_WIDTH)
		n = CHOSEN_WIDTH;
	if (n > t->width[i])
		t->width[i] = n;
}

static void keep_values(struct table *t, const struct shown *x, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		size_t start = t->values.n;

		if (!t->kept[i])
			continue;
		t->cols[i].put(x, &t->values);
		keep_length(t, t->values.n - start);
		widen(t, i, t->values.n - start);
	}
}

static int table_row(struct sink *s, const struct fdmap_row *row)
{
	struct table *t = s->priv;
	struct shown x = { .fmt = s->fmt, .row = row, .scratch = &t->scratch };
	struct kept kept = { row->proc, row->file };

	t->snap = row->snap;
	buf_put(&t->rows, &kept, sizeof(kept));
	if (row->proc != t->proc) {
		t->proc = row->proc;
		t->tasks |= row->proc->tid != 0;
		keep_values(t, &x, 0, t->first_file);
	}
	fdmap_look(row, &x.look);
	keep_values(t, &x, t->first_file, t->ncols);
	return t->rows.failed || t->values.failed || t->lengths.failed ? -ENOMEM : 0;
}

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
static void put_padded(const struct table *t, size_t i, const char *text, size_t n, struct buf *out)
{
	size_t pad = t->width[i] > n ? t->width[i] - n : 0;

	if (i)
		buf_putc(out, ' ');
	if (t->cols[i].align == COLUMN_RIGHT)
		buf_pad(out, ' ', pad);
	buf_put(out, text, n);
	if (t->cols[i].align == COLUMN_LEFT)
		buf_pad(out, ' ', pad);
}

static void put_heads(const struct table *t, struct buf *out)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (t->shown[i])
			put_padded(t, i, t->cols[i].head, strlen(t->cols[i].head), out);
	buf_putc(out, '\n');
}

static void put_values(const struct table *t, struct reader *r, size_t from, size_t to,
		       struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		uint32_t n;

		if (!t->kept[i])
			continue;
		n = next_length(r);
		if (t->shown[i])
			put_padded(t, i, r->value, n, out);
		r->value += n;
	}
}

/* What was not kept: the last columns. */
static void put_late(struct table *t, const struct format *fmt, const struct kept *kept,
		     struct buf *out)
{
	struct fdmap_row row = { t->snap, kept->proc, kept->file };
	struct shown x = { .fmt = fmt, .row = &row, .scratch = &t->scratch };

	for (size_t i = t->first_file; i < t->ncols; i++) {
		if (t->kept[i] || !t->shown[i])
			continue;
		buf_putc(out, ' ');
		t->cols[i].put(&x, out);
	}
	buf_putc(out, '\n');
}

static int put_row(struct sink *s, struct reader *r, const struct kept *kept, bool begins)
{
	struct table *t = s->priv;

	if (begins) {
		buf_reset(&t->lead);
		put_values(t, r, 0, t->first_file, &t->lead);
	}
	buf_put(&s->out, buf_str(&t->lead), t->lead.n);
	put_values(t, r, t->first_file, t->ncols, &s->out);
	put_late(t, s->fmt, kept, &s->out);
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
	choose_columns(t, s->fmt, t->tasks);
	put_heads(t, &s->out);
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
	buf_fini(&t->rows);
	buf_fini(&t->values);
	buf_fini(&t->lengths);
	buf_fini(&t->scratch);
	buf_fini(&t->lead);
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
