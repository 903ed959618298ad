/* SPDX-License-Identifier: MIT */
/* Columns as keys: a flat object for each row, or added to objects of lsof's shape. */
#include "out/jsonflat.h"

#include <string.h>

#include "out/jsonrow.h"
#include "out/value.h"

uint32_t jsonflat_wants(const struct columns *c)
{
	return columns_need(c) | (columns_of_processes(c) ? 0 : COLUMN_ROWS);
}

static int put(struct jsonw *w, const struct chosen *c, const struct fdmap_row *row,
	       struct fdmap_value *value)
{
	int rc = fdmap_field_get(c->field, row, value);

	if (rc < 0)
		return rc;
	value_json(w, c->key, c->field, rc ? value : NULL);
	return 0;
}

int jsonflat_row(struct jsonw *w, const struct columns *c, const struct fdmap_row *row,
		 struct fdmap_value *value)
{
	int rc = 0;

	jsonw_object(w);
	for (size_t i = 0; rc == 0 && i < c->n; i++)
		rc = put(w, &c->v[i], row, value);
	jsonw_object_end(w);
	return rc;
}

/* One of lsof's shape is a member of it; but "path" is there of UNIX sockets alone. */
static bool is_added(const struct chosen *c, enum column_of of, const struct fdmap_row *row)
{
	bool process = c->field->of == FDMAP_OF_PROCESS;
	const struct fdmap_sock *sock = row ? row->file->sock : NULL;

	if (process != (of == COLUMN_PROCESS))
		return false;
	if (strcmp(c->key, "path") == 0)
		return !sock || sock->table != FDMAP_UNIX;
	return !jsonrow_letters(c->key);
}

uint64_t jsonflat_letters(const struct columns *c)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < c->n; i++)
		letters |= jsonrow_letters(c->v[i].key);
	return letters;
}

bool jsonflat_adds_files(const struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_added(&c->v[i], COLUMN_FILE, NULL))
			return true;
	return false;
}

void jsonflat_add(struct jsonw *w, enum column_of of, const struct shown *x)
{
	const struct columns *c = &x->fmt->columns;

	for (size_t i = 0; i < c->n; i++)
		if (is_added(&c->v[i], of, x->row) && put(w, &c->v[i], x->row, x->value) < 0)
			w->out->failed = true;
}
