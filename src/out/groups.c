/* SPDX-License-Identifier: MIT */
/*
 * Rows counted by the values of columns. Of each group one row is kept, which shows the
 * values, and a number; the most frequent stands first.
 */
#include "out/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/keyset.h"
#include "out/column.h"
#include "out/grid.h"
#include "out/jsonw.h"
#include "out/quote.h"
#include "out/separated.h"
#include "out/value.h"

#define GROUPS_SCHEMA "fdmap-count-1"

struct group {
	uint64_t count;
	struct fdmap_row row; /* the first of them: valid until the end */
	uint32_t number;      /* of its key */
};

struct groups {
	struct keyset keys;
	struct buf v;	/* struct group, by number of key until they are sorted */
	struct buf key; /* of the row at hand */
	struct fdmap_value value;
};

static uint32_t groups_wants(const struct format *fmt)
{
	return COLUMN_ROWS | columns_need(&fmt->groups);
}

static int groups_begin(struct sink *s)
{
	struct groups *g = calloc(1, sizeof(*g));

	if (!g)
		return -ENOMEM;
	keyset_init(&g->keys);
	fdmap_value_init(&g->value, s->fmt->namer);
	s->priv = g;
	return 0;
}

static struct group *groups_of(const struct groups *g)
{
	return (struct group *)(void *)g->v.p;
}

static int groups_row(struct sink *s, const struct fdmap_row *row)
{
	struct groups *g = s->priv;
	struct group group = { .row = *row };
	int rc;

	buf_reset(&g->key);
	rc = groups_key(&s->fmt->groups, row, &g->value, &g->key);
	if (rc == 0)
		rc = keyset_add(&g->keys, buf_str(&g->key), g->key.n, &group.number);
	if (rc > 0)
		buf_put(&g->v, &group, sizeof(group));
	if (rc < 0 || g->v.failed)
		return -ENOMEM;
	groups_of(g)[group.number].count++;
	return 0;
}

static int by_count(const void *a, const void *b, void *arg)
{
	const struct group *x = a, *y = b;
	const struct keyset *keys = arg;
	size_t nx, ny;
	const void *px, *py;
	int order;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	px = keyset_at(keys, x->number, &nx);
	py = keyset_at(keys, y->number, &ny);
	order = memcmp(px, py, nx < ny ? nx : ny);
	return order ? order : (nx > ny) - (nx < ny);
}

/* 1: a value, 0: absent, -ENOMEM */
static int value_of(struct groups *g, const struct format *fmt, const struct group *group, size_t i)
{
	return fdmap_field_get(fmt->groups.v[i].field, &group->row, &g->value);
}

/* One group as cells; a minus for what it has not. */
static int grid_group(struct grid *grid, struct groups *g, const struct format *fmt,
		      const struct group *group)
{
	grid_number(grid, group->count);
	for (size_t i = 0; i < fmt->groups.n; i++) {
		const struct fdmap_field *f = fmt->groups.v[i].field;
		bool last = i + 1 == fmt->groups.n;
		int rc = value_of(g, fmt, group, i);

		if (rc < 0)
			return rc;
		if (rc)
			value_put(f, &g->value, last ? VALUE_LAST : VALUE_SHOWN, fmt->human,
				  &grid->text);
		else
			buf_putc(&grid->text, '-');
		if (value_is_amount(f))
			grid_right(grid);
		else
			grid_left(grid);
	}
	return 0;
}

static int put_table(struct sink *s, struct groups *g)
{
	const struct format *fmt = s->fmt;
	struct grid grid;
	int rc = 0;

	if (!g->keys.n)
		return 0;
	grid_init(&grid, fmt->groups.n + 1, 1);
	grid_head(&grid, "COUNT", true);
	for (size_t i = 0; i < fmt->groups.n; i++)
		grid_head(&grid, fmt->groups.v[i].field->title,
			  value_is_amount(fmt->groups.v[i].field));
	for (uint32_t i = 0; rc >= 0 && i < g->keys.n; i++)
		rc = grid_group(&grid, g, fmt, &groups_of(g)[i]);
	if (rc >= 0)
		grid_put(&grid, 0, &s->out);
	grid_fini(&grid);
	return rc;
}

static void put_plain(struct sink *s, const struct fdmap_field *f, const struct fdmap_value *v,
		      struct buf *text)
{
	bool tabs = s->fmt->as == FORMAT_AS_TSV;
	struct buf shown;

	buf_reset(text);
	value_put(f, v, VALUE_PLAIN, false, text);
	if (!s->fmt->terminal) {
		separated_put(tabs, buf_str(text), text->n, &s->out);
	} else {
		/* On a terminal nothing but text, whatever a name is made of. */
		buf_init(&shown);
		quote_text(buf_str(text), text->n, &shown);
		if (tabs)
			buf_put(&s->out, buf_str(&shown), shown.n);
		else
			separated_put(false, buf_str(&shown), shown.n, &s->out);
		s->out.failed |= shown.failed;
		buf_fini(&shown);
	}
	s->out.failed |= text->failed;
}

/* CSV and TSV: the head always, what is absent is nothing. */
static int put_separated(struct sink *s, struct groups *g)
{
	const struct format *fmt = s->fmt;
	const char between = fmt->as == FORMAT_AS_TSV ? '\t' : ',';
	struct buf text;
	int rc = 0;

	buf_init(&text);
	buf_puts(&s->out, "count");
	for (size_t i = 0; i < fmt->groups.n; i++) {
		buf_putc(&s->out, between);
		buf_puts(&s->out, fmt->groups.v[i].key);
	}
	buf_putc(&s->out, '\n');
	for (uint32_t k = 0; rc >= 0 && k < g->keys.n; k++) {
		buf_put_u64(&s->out, groups_of(g)[k].count);
		for (size_t i = 0; rc >= 0 && i < fmt->groups.n; i++) {
			rc = value_of(g, fmt, &groups_of(g)[k], i);
			buf_putc(&s->out, between);
			if (rc > 0)
				put_plain(s, fmt->groups.v[i].field, &g->value, &text);
		}
		buf_putc(&s->out, '\n');
		if (rc >= 0)
			rc = sink_flush(s, false);
	}
	buf_fini(&text);
	return rc;
}

static int json_group(struct jsonw *w, struct groups *g, const struct format *fmt,
		      const struct group *group)
{
	jsonw_object(w);
	jsonw_key(w, "count");
	jsonw_u64(w, group->count);
	for (size_t i = 0; i < fmt->groups.n; i++) {
		int rc = value_of(g, fmt, group, i);

		if (rc < 0)
			return rc;
		value_json(w, fmt->groups.v[i].key, fmt->groups.v[i].field, rc ? &g->value : NULL);
	}
	jsonw_object_end(w);
	return 0;
}

static int put_json(struct sink *s, struct groups *g)
{
	bool lines = s->fmt->as == FORMAT_AS_JSONL;
	struct jsonw w;
	int rc = 0;

	jsonw_init(&w, &s->out);
	if (!lines) {
		jsonw_object(&w);
		jsonw_key(&w, "schema");
		jsonw_string(&w, GROUPS_SCHEMA, strlen(GROUPS_SCHEMA));
		jsonw_key(&w, "fdmap_version");
		jsonw_string(&w, fdmap_version(), strlen(fdmap_version()));
		jsonw_key(&w, "groups");
		jsonw_array(&w);
	}
	for (uint32_t i = 0; rc >= 0 && i < g->keys.n; i++) {
		rc = json_group(&w, g, s->fmt, &groups_of(g)[i]);
		if (lines) {
			buf_putc(&s->out, '\n');
			w.comma = false;
		}
		if (rc >= 0)
			rc = sink_flush(s, false);
	}
	if (!lines) {
		jsonw_array_end(&w);
		jsonw_object_end(&w);
		buf_putc(&s->out, '\n');
	}
	jsonw_fini(&w);
	return rc;
}

static int groups_end(struct sink *s)
{
	struct groups *g = s->priv;
	int rc = 0;

	if (g->keys.n)
		qsort_r(g->v.p, g->keys.n, sizeof(struct group), by_count, &g->keys);
	switch (s->fmt->as) {
	case FORMAT_AS_TABLE:
		rc = put_table(s, g);
		break;
	case FORMAT_AS_CSV:
	case FORMAT_AS_TSV:
		rc = put_separated(s, g);
		break;
	case FORMAT_AS_JSON:
	case FORMAT_AS_JSONL:
		rc = put_json(s, g);
		break;
	}
	return rc < 0 ? rc : sink_flush(s, true);
}

static void groups_fini(struct sink *s)
{
	struct groups *g = s->priv;

	if (!g)
		return;
	keyset_fini(&g->keys);
	buf_fini(&g->v);
	buf_fini(&g->key);
	fdmap_value_fini(&g->value);
	free(g);
}

const struct sink_ops sink_groups = {
	.name = "groups",
	.whole = true,
	.wants = groups_wants,
	.begin = groups_begin,
	.row = groups_row,
	.end = groups_end,
	.fini = groups_fini,
	.marker = sink_totals_marker,
};
