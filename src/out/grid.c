/* SPDX-License-Identifier: MIT */
/* Columns as wide as their widest cell. */
#include "out/grid.h"

#include <stdlib.h>

#include "out/width.h"

struct grid_cell {
	size_t at, n;
	bool right;
};

void grid_init(struct grid *g, size_t ncols, size_t gap)
{
	*g = (struct grid){ .ncols = ncols, .gap = gap };
}

void grid_fini(struct grid *g)
{
	buf_fini(&g->text);
	buf_fini(&g->cells);
}

static void end_cell(struct grid *g, bool right)
{
	const struct grid_cell cell = { g->start, g->text.n - g->start, right };

	buf_put(&g->cells, &cell, sizeof(cell));
	g->start = g->text.n;
}

void grid_left(struct grid *g)
{
	end_cell(g, false);
}

void grid_right(struct grid *g)
{
	end_cell(g, true);
}

void grid_word(struct grid *g, const char *text)
{
	buf_puts(&g->text, text);
	end_cell(g, false);
}

void grid_head(struct grid *g, const char *text, bool right)
{
	buf_puts(&g->text, text);
	end_cell(g, right);
}

void grid_number(struct grid *g, uint64_t v)
{
	buf_put_u64(&g->text, v);
	end_cell(g, true);
}

static const struct grid_cell *cells_of(const struct grid *g, size_t *n)
{
	*n = g->cells.n / sizeof(struct grid_cell);
	return (const struct grid_cell *)(const void *)g->cells.p;
}

static void put_cell(const struct grid *g, const struct grid_cell *cell, size_t width, bool last,
		     struct buf *out)
{
	const char *text = buf_str(&g->text) + cell->at;
	size_t used = width_of(text, cell->n);
	size_t pad = width > used ? width - used : 0;

	if (cell->right)
		buf_pad(out, ' ', pad);
	buf_put(out, text, cell->n);
	if (!last && !cell->right)
		buf_pad(out, ' ', pad);
	if (!last)
		buf_pad(out, ' ', g->gap);
}

/* Where the last cells are empty, the line ends before them. */
static size_t row_length(const struct grid_cell *row, size_t n)
{
	while (n && !row[n - 1].n)
		n--;
	return n;
}

void grid_put(const struct grid *g, size_t indent, struct buf *out)
{
	size_t n, *width = calloc(g->ncols, sizeof(*width));
	const struct grid_cell *cells = cells_of(g, &n);

	if (!width || g->text.failed || g->cells.failed) {
		out->failed = true;
		free(width);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t used = width_of(buf_str(&g->text) + cells[i].at, cells[i].n);

		if (used > width[i % g->ncols])
			width[i % g->ncols] = used;
	}
	for (size_t i = 0; i < n; i += g->ncols) {
		size_t len = row_length(&cells[i], n - i < g->ncols ? n - i : g->ncols);

		buf_pad(out, ' ', len ? indent : 0);
		for (size_t k = 0; k < len; k++)
			put_cell(g, &cells[i + k], width[k], k + 1 == len, out);
		buf_putc(out, '\n');
	}
	free(width);
}
