/* SPDX-License-Identifier: MIT */
/*
 * -F: one value a line, led by its letter, for programs. A process' lines,
 * then those of each of its files.
 */
#include "out/fields.h"

#include <errno.h>
#include <stdlib.h>

#include "out/column.h"
#include "out/letters.h"
#include "out/sink.h"

struct fields {
	bool files;	    /* a letter of files is chosen */
	struct shown shown; /* the row at hand */
	struct buf scratch;
};

/* A program always needs to know whose lines follow. */
static bool is_chosen(const struct format *fmt, char letter)
{
	return letter == 'p' || (fmt->letters & FIELD_BIT(letter));
}

static uint32_t fields_wants(const struct format *fmt)
{
	uint32_t wants = 0;
	size_t n;
	const struct letter *l = letter_list(&n);

	for (size_t i = 0; i < n; i++)
		if (is_chosen(fmt, l[i].letter))
			wants |= fields_needs(l[i].letter);
	if (is_chosen(fmt, 'T') && (fmt->name_how & FDMAP_NAME_QUEUES))
		wants |= FDMAP_QUEUES;
	if (is_chosen(fmt, 'n') && (fmt->name_how & FDMAP_NAME_ENDS))
		wants |= FDMAP_ENDS;
	if (fmt->flags == FORMAT_FLAGS_NONE)
		wants &= ~(uint32_t)FDMAP_FLAGS;
	if (fmt->size_only)
		wants &= ~((uint32_t)FDMAP_POS | FDMAP_OFFSETS);
	return wants;
}

static int fields_begin(struct sink *s)
{
	struct fields *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->shown = (struct shown){ .fmt = s->fmt, .scratch = &f->scratch };
	f->files = fields_wants(s->fmt) & COLUMN_ROWS;
	s->priv = f;
	return 0;
}

/* With NUL as the terminator a newline ends each set that has a value. */
static void put_set(const struct shown *x, enum column_of of, struct buf *out)
{
	char end = x->fmt->nul ? '\0' : '\n';
	size_t before = out->n, n;
	const struct letter *l = letter_list(&n);

	for (size_t i = 0; i < n; i++) {
		size_t start = out->n;

		if (l[i].of != of || !is_chosen(x->fmt, l[i].letter))
			continue;
		buf_putc(out, l[i].letter);
		if (l[i].put(x, out))
			buf_putc(out, end);
		else
			out->n = start;
	}
	if (x->fmt->nul && out->n > before)
		buf_putc(out, '\n');
}

static int fields_row(struct sink *s, const struct fdmap_row *row)
{
	struct fields *f = s->priv;

	f->shown.row = row;
	if (s->begins)
		put_set(&f->shown, COLUMN_PROCESS, &s->out);
	if (f->files) {
		fdmap_look(row, &f->shown.look);
		put_set(&f->shown, COLUMN_FILE, &s->out);
	}
	return sink_flush(s, false);
}

static int fields_end(struct sink *s)
{
	return sink_flush(s, true);
}

static void fields_fini(struct sink *s)
{
	struct fields *f = s->priv;

	if (!f)
		return;
	buf_fini(&f->scratch);
	free(f);
}

static void fields_marker(const struct format *fmt, const char *text, struct buf *out)
{
	buf_putc(out, 'm');
	if (text)
		buf_puts(out, text);
	if (fmt->nul)
		buf_putc(out, '\0');
	buf_putc(out, '\n');
}

const struct sink_ops sink_fields = {
	.name = "fields",
	.wants = fields_wants,
	.begin = fields_begin,
	.row = fields_row,
	.end = fields_end,
	.fini = fields_fini,
	.marker = fields_marker,
};
