/* SPDX-License-Identifier: MIT */
/* Values of columns for other programs: CSV, TSV, and values that each end with a NUL. */
#include "out/sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "out/column.h"
#include "out/quote.h"
#include "out/separated.h"
#include "out/value.h"

/* What is shown when no column was asked for. */
#define COLUMNS "comm,pid,tid,user,fd,mode,lock,type,device,size,pos,node,name"

enum lines_form { LINES_CSV, LINES_TSV, LINES_PRINT0 };

struct lines {
	enum lines_form form;
	struct columns columns;
	bool processes; /* one row for each process */
	struct fdmap_value value;
	struct buf text, escaped;
};

static int choose(const struct format *fmt, struct columns *columns)
{
	struct buf list, why;
	int rc;

	buf_init(&list);
	buf_init(&why);
	if (!fmt->columns.only)
		buf_puts(&list, COLUMNS);
	for (size_t i = 0; i < fmt->columns.n; i++) {
		if (list.n)
			buf_putc(&list, ',');
		buf_puts(&list, fmt->columns.v[i].key);
	}
	rc = list.failed ? -ENOMEM : columns_choose(columns, buf_str(&list), &why);
	buf_fini(&list);
	buf_fini(&why);
	return rc;
}

/* Without asking for memory: that there is none could not be told from here. */
static uint32_t lines_wants(const struct format *fmt)
{
	uint32_t wants = columns_need(&fmt->columns);

	if (fmt->columns.only)
		return wants | (columns_of_processes(&fmt->columns) ? 0 : COLUMN_ROWS);
	for (const char *at = COLUMNS; *at; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");
		const struct fdmap_field *f = fdmap_field_find(at, n);

		wants |= f ? f->needs : 0;
		at += n;
	}
	return wants | COLUMN_ROWS;
}

/* ---- values ------------------------------------------------------------------------ */

/* On a terminal nothing but text, whatever a name is made of. */
static void put_text(struct sink *s, const char *text, size_t n)
{
	struct lines *l = s->priv;

	if (s->fmt->terminal) {
		buf_reset(&l->escaped);
		quote_text(text, n, &l->escaped);
		text = buf_str(&l->escaped);
		n = l->escaped.n;
		s->out.failed |= l->escaped.failed;
	}
	/* Backslashes and all that TSV writes with one are escaped already. */
	if (l->form == LINES_PRINT0 || (l->form == LINES_TSV && s->fmt->terminal))
		buf_put(&s->out, text, n);
	else
		separated_put(l->form == LINES_TSV, text, n, &s->out);
	if (l->form == LINES_PRINT0)
		buf_putc(&s->out, '\0');
}

static void put_between(struct sink *s, size_t i)
{
	const struct lines *l = s->priv;

	if (i && l->form != LINES_PRINT0)
		buf_putc(&s->out, l->form == LINES_TSV ? '\t' : ',');
}

static int put_value(struct sink *s, const struct fdmap_row *row, const struct fdmap_field *f)
{
	struct lines *l = s->priv;
	int rc = fdmap_field_get(f, row, &l->value);

	buf_reset(&l->text);
	if (rc > 0)
		value_put(f, &l->value, VALUE_PLAIN, false, &l->text);
	/* An empty line is no row to some: a single value that is empty has quotes. */
	if (!l->text.n && l->form == LINES_CSV && l->columns.n == 1)
		buf_puts(&s->out, "\"\"");
	else
		put_text(s, buf_str(&l->text), l->text.n);
	s->out.failed |= l->text.failed;
	return rc < 0 ? rc : 0;
}

/* ---- the sinks ---------------------------------------------------------------------- */

static int begin(struct sink *s, enum lines_form form)
{
	struct lines *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return -ENOMEM;
	s->priv = l;
	l->form = form;
	fdmap_value_init(&l->value, s->fmt->namer);
	rc = choose(s->fmt, &l->columns);
	if (rc < 0)
		return rc;
	l->processes = columns_of_processes(&l->columns);
	if (form == LINES_PRINT0)
		return 0;
	for (size_t i = 0; i < l->columns.n; i++) {
		put_between(s, i);
		buf_puts(&s->out, l->columns.v[i].key);
	}
	buf_putc(&s->out, '\n');
	return 0;
}

static int csv_begin(struct sink *s)
{
	return begin(s, LINES_CSV);
}

static int tsv_begin(struct sink *s)
{
	return begin(s, LINES_TSV);
}

static int print0_begin(struct sink *s)
{
	return begin(s, LINES_PRINT0);
}

static int lines_row(struct sink *s, const struct fdmap_row *row)
{
	struct lines *l = s->priv;

	if (l->processes && (!s->begins || row->proc->nobody))
		return 0;
	for (size_t i = 0; i < l->columns.n; i++) {
		int rc;

		put_between(s, i);
		rc = put_value(s, row, l->columns.v[i].field);
		if (rc < 0)
			return rc;
	}
	if (l->form != LINES_PRINT0)
		buf_putc(&s->out, '\n');
	return sink_flush(s, false);
}

static int lines_end(struct sink *s)
{
	return sink_flush(s, true);
}

static void lines_fini(struct sink *s)
{
	struct lines *l = s->priv;

	if (!l)
		return;
	columns_fini(&l->columns);
	fdmap_value_fini(&l->value);
	buf_fini(&l->text);
	buf_fini(&l->escaped);
	free(l);
}

/* What stands between two listings must not be taken for a row. */
static void lines_marker(const struct format *fmt, const char *text, struct buf *out)
{
	(void)fmt;
	(void)text;
	buf_putc(out, '\n');
}

/* Whoever counts values would count whatever stood here. */
static void print0_marker(const struct format *fmt, const char *text, struct buf *out)
{
	(void)fmt;
	(void)text;
	(void)out;
}

const struct sink_ops sink_csv = {
	.name = "csv",
	.wants = lines_wants,
	.begin = csv_begin,
	.row = lines_row,
	.end = lines_end,
	.fini = lines_fini,
	.marker = lines_marker,
};

const struct sink_ops sink_tsv = {
	.name = "tsv",
	.wants = lines_wants,
	.begin = tsv_begin,
	.row = lines_row,
	.end = lines_end,
	.fini = lines_fini,
	.marker = lines_marker,
};

const struct sink_ops sink_print0 = {
	.name = "print0",
	.wants = lines_wants,
	.begin = print0_begin,
	.row = lines_row,
	.end = lines_end,
	.fini = lines_fini,
	.marker = print0_marker,
};
