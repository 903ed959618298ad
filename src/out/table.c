/* SPDX-License-Identifier: MIT */
/*
 * The table. A column is as wide as its widest value, so that no line can be written
 * before the last row has come. Rows are gone by then: the texts of their values are kept
 * (kept.h), each made once, what belongs to a process once for all its rows. The end
 * fills them up to the width of their columns.
 */
#include "out/sink.h"

#include <errno.h>
#include <stdlib.h>

#include "out/kept.h"
#include "out/layout.h"
#include "out/padded.h"

/* Columns that stand side by side, and are all of processes or all of rows. */
struct part {
	size_t from, to;
	bool of_process;
	struct buf text; /* of the process whose rows are written, in its columns */
};

/*
 * Of each line is kept: whether it is the first of its process, then the values of its
 * columns, in order; those of a process in its first line alone. Before a value that may
 * have a colour stands which it is.
 */
struct table {
	struct layout l;
	struct part *parts;
	size_t nparts;
	struct kept kept;
	pid_t pid;	    /* of the last line, 0: none yet */
	bool tasks;	    /* a thread is among the rows */
	bool looks;	    /* columns of lsof's are shown */
	struct shown shown; /* the row at hand */
	struct buf scratch;
	struct buf line; /* of it, as it is kept */
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

static int add_parts(struct table *t)
{
	const struct layout *l = &t->l;
	struct part *p = NULL;

	t->parts = calloc(l->n, sizeof(*t->parts));
	if (!t->parts)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++) {
		bool of_process = l->v[i].col.of == COLUMN_PROCESS;

		if (!p || p->of_process != of_process) {
			p = &t->parts[t->nparts++];
			p->from = i;
			p->of_process = of_process;
		}
		p->to = i + 1;
	}
	return 0;
}

static int table_begin(struct sink *s)
{
	struct table *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	s->priv = t;
	fdmap_value_init(&t->value, s->fmt->namer);
	t->shown = (struct shown){ .fmt = s->fmt, .scratch = &t->scratch, .value = &t->value };
	t->looks = !s->fmt->columns.only;
	err = layout_init(&t->l, s->fmt);
	return err < 0 ? err : add_parts(t);
}

/* ---- rows come ------------------------------------------------------------------------ */

/* Is it a line of its own? Where rows are processes, only if it is of the next one. */
static bool is_line(const struct sink *s, const struct fdmap_process *proc)
{
	const struct table *t = s->priv;

	if (!t->l.processes)
		return true;
	return s->begins && (t->l.threads || !t->kept.first || t->pid != proc->pid);
}

/* The values of a part, into t->line. */
static void make(struct table *t, const struct part *part)
{
	for (size_t i = part->from; i < part->to; i++) {
		struct place *p = &t->l.v[i];
		size_t start;

		if (p->painted)
			buf_putc(&t->line, (char)paint_of(p->col.paint, t->shown.row));
		start = kept_open(&t->line);
		t->shown.column = &p->col;
		p->col.put(&t->shown, &t->line);
		if (p->col.align != COLUMN_FREE && t->line.n - start > p->width)
			layout_widen(p, t->line.p + start, t->line.n - start);
		kept_close(&t->line, start);
	}
}

static int table_row(struct sink *s, const struct fdmap_row *row)
{
	struct table *t = s->priv;

	if (!is_line(s, row->proc))
		return 0;
	t->pid = row->proc->pid;
	t->tasks |= row->proc->tid != 0;
	t->shown.row = row;
	if (t->looks)
		fdmap_look(row, &t->shown.look);
	buf_reset(&t->line);
	buf_putc(&t->line, s->begins);
	for (size_t i = 0; i < t->nparts; i++)
		if (s->begins || !t->parts[i].of_process)
			make(t, &t->parts[i]);
	return t->line.failed ? -ENOMEM : kept_add(&t->kept, t->line.p, t->line.n);
}

/* ---- lines are written ---------------------------------------------------------------- */

/* Returns where its record ends. */
static const char *put_line(struct sink *s, const char *at)
{
	struct table *t = s->priv;
	bool begins = *at++;

	for (size_t i = 0; i < t->nparts; i++) {
		struct part *part = &t->parts[i];

		if (!part->of_process) {
			at = padded_values(&t->l, part->from, part->to, at, &s->out);
			continue;
		}
		if (begins) {
			buf_reset(&part->text);
			at = padded_values(&t->l, part->from, part->to, at, &part->text);
			s->out.failed |= part->text.failed;
		}
		buf_put(&s->out, buf_str(&part->text), part->text.n);
	}
	padded_end(&t->l, &s->out);
	return at;
}

static int table_end(struct sink *s)
{
	struct table *t = s->priv;
	const char *at = kept_next(&t->kept);
	int err = 0;

	layout_settle(&t->l, s->fmt, t->tasks);
	if (at)
		padded_heads(&t->l, s->fmt->color, &s->out);
	while (at && err == 0) {
		kept_taken(&t->kept, put_line(s, at));
		at = kept_next(&t->kept);
		err = sink_flush(s, !at);
	}
	return err;
}

static void table_fini(struct sink *s)
{
	struct table *t = s->priv;

	if (!t)
		return;
	for (size_t i = 0; i < t->nparts; i++)
		buf_fini(&t->parts[i].text);
	free(t->parts);
	layout_fini(&t->l);
	kept_fini(&t->kept);
	fdmap_value_fini(&t->value);
	buf_fini(&t->scratch);
	buf_fini(&t->line);
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
