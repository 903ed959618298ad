/* SPDX-License-Identifier: MIT */
/* Lines of a table. */
#include "out/padded.h"

#include <string.h>

#include "out/kept.h"
#include "out/width.h"

/* What is copied at once, whether it is needed or not: a size that is known needs no call. */
#define AT_ONCE KEPT_SLACK

static char *put_blanks(char *to, size_t n)
{
	memset(to, ' ', AT_ONCE);
	if (n > AT_ONCE)
		memset(to + AT_ONCE, ' ', n - AT_ONCE);
	return to + n;
}

static char *put_text(char *to, const char *text, size_t n)
{
	memcpy(to, text, AT_ONCE);
	if (n > AT_ONCE)
		memcpy(to + AT_ONCE, text + AT_ONCE, n - AT_ONCE);
	return to + n;
}

/* Nearly all: neither cut nor coloured. The first of a line has no blank before it. */
static void put_simply(const struct place *p, bool first, const char *text, size_t n,
		       struct buf *out)
{
	size_t width = layout_measure(p, text, n);
	size_t pad = p->width > width ? p->width - width : 0;
	char *to;

	if (out->cap - out->n <= 1 + n + pad + AT_ONCE &&
	    buf_reserve(out, 1 + n + pad + AT_ONCE) < 0)
		return;
	to = out->p + out->n;
	*to = ' ';
	to += !first;
	if (p->col.align == COLUMN_RIGHT)
		to = put_blanks(to, pad);
	to = put_text(to, text, n);
	if (p->col.align == COLUMN_LEFT)
		to = put_blanks(to, pad);
	*to = '\0';
	out->n = (size_t)(to - out->p);
}

static void put(const struct layout *l, size_t i, const char *text, size_t n, enum colour colour,
		struct buf *out)
{
	const struct place *p = &l->v[i];
	const char *begin = n ? paint_begin(colour) : NULL;
	size_t width = layout_measure(p, text, n);
	bool cut = l->limited && p->width && width > p->width;
	size_t pad = p->width > width ? p->width - width : 0;

	if (i)
		buf_putc(out, ' ');
	if (p->col.align == COLUMN_RIGHT)
		buf_pad(out, ' ', pad);
	if (begin)
		buf_puts(out, begin);
	if (cut)
		pad = p->width - width_put(text, n, p->width, out);
	else
		buf_put(out, text, n);
	if (begin)
		buf_puts(out, PAINT_OFF);
	if (p->col.align == COLUMN_LEFT)
		buf_pad(out, ' ', pad);
}

void padded_heads(const struct layout *l, bool color, struct buf *out)
{
	if (color)
		buf_puts(out, PAINT_HEAD);
	for (size_t i = 0; i < l->n; i++) {
		const char *head = l->v[i].col.head;

		if (l->v[i].shown)
			put(l, i, head, strlen(head), COLOUR_NONE, out);
	}
	if (color)
		buf_puts(out, PAINT_OFF);
	padded_end(l, out);
}

const char *padded_values(const struct layout *l, size_t from, size_t to, const char *at,
			  struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		const struct place *p = &l->v[i];
		enum colour colour = p->painted ? (enum colour) * at++ : COLOUR_NONE;
		size_t n;
		const char *text = kept_text(&at, &n);

		if (!p->shown)
			continue;
		if (l->limited || colour)
			put(l, i, text, n, colour, out);
		else
			put_simply(p, !i, text, n, out);
	}
	return at;
}

void padded_end(const struct layout *l, struct buf *out)
{
	if (l->cut) {
		buf_putc(out, ' ');
		(void)width_put("..", 2, 1, out);
	}
	buf_putc(out, '\n');
}
