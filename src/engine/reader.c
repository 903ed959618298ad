/* SPDX-License-Identifier: MIT */
/* Rows one by one, values by the keys of fields: what other languages read a snapshot with. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"
#include "engine/query.h"

/* A value of the row in hand, made when it is asked for. */
struct cell {
	const struct fdmap_field *field;
	struct fdmap_value value;
	struct buf text;
	bool got, there; /* it was asked for; it has one */
	bool texted;
};

struct fdmap_reader {
	struct cell *cells;
	size_t ncells;
	bool processes; /* a row is a process */
	const struct fdmap_snapshot *snap;
	const struct fdmap_process *procs;
	size_t nprocs;
	size_t at;	      /* of procs: the one after the row in hand, or of it */
	uint32_t file;	      /* of that one: the next */
	struct fdmap_row row; /* file NULL: none is in hand */
	int error;	      /* what kept a value from being made */
};

static int add_column(struct fdmap_reader *r, const char *key, size_t len, struct fdmap_error *err)
{
	const struct fdmap_field *field = fdmap_field_find(key, len);
	struct cell *v;

	if (!field) {
		query_error(err, "unknown column: %.*s", (int)len, key);
		return -EINVAL;
	}
	v = query_grow(r->cells, r->ncells, sizeof(*v));
	if (!v)
		return -ENOMEM;
	r->cells = v;
	v += r->ncells++;
	*v = (struct cell){ .field = field };
	fdmap_value_init(&v->value, NULL);
	buf_init(&v->text);
	r->processes &= field->of == FDMAP_OF_PROCESS;
	return 0;
}

int fdmap_reader_new(struct fdmap_reader **out, const char *keys, struct fdmap_error *err)
{
	struct fdmap_reader *r = calloc(1, sizeof(*r));
	int rc = r ? 0 : -ENOMEM;

	if (r)
		r->processes = true;
	while (rc == 0) {
		size_t len = strcspn(keys, ",");

		rc = add_column(r, keys, len, err);
		if (!keys[len])
			break;
		keys += len + 1;
	}
	if (rc < 0) {
		fdmap_reader_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

void fdmap_reader_free(struct fdmap_reader *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->ncells; i++) {
		fdmap_value_fini(&r->cells[i].value);
		buf_fini(&r->cells[i].text);
	}
	free(r->cells);
	free(r);
}

uint32_t fdmap_reader_needs(const struct fdmap_reader *r)
{
	uint32_t needs = r->processes ? 0 : FDMAP_FDS;

	for (size_t i = 0; i < r->ncells; i++)
		needs |= r->cells[i].field->needs;
	return needs;
}

int fdmap_reader_type(const struct fdmap_reader *r, size_t column)
{
	return column < r->ncells ? r->cells[column].field->type : -EINVAL;
}

static void forget_row(struct fdmap_reader *r)
{
	r->row = (struct fdmap_row){ .snap = r->snap };
	for (size_t i = 0; i < r->ncells; i++)
		r->cells[i].got = false;
}

void fdmap_reader_start(struct fdmap_reader *r, const struct fdmap_snapshot *s,
			struct fdmap_namer *namer)
{
	r->snap = s;
	r->procs = fdmap_processes(s, &r->nprocs);
	r->at = 0;
	r->file = 0;
	r->error = 0;
	for (size_t i = 0; i < r->ncells; i++)
		r->cells[i].value.namer = namer;
	forget_row(r);
}

/* Of one who is nobody the process has nothing to tell. */
static bool is_told(const struct fdmap_reader *r, const struct fdmap_process *p)
{
	return r->processes ? r->file == 0 && p->nfiles && !p->nobody : r->file < p->nfiles;
}

int fdmap_reader_next(struct fdmap_reader *r)
{
	if (r->error)
		return r->error;
	forget_row(r);
	while (r->at < r->nprocs && !is_told(r, &r->procs[r->at])) {
		r->at++;
		r->file = 0;
	}
	if (r->at >= r->nprocs)
		return 0;
	r->row.proc = &r->procs[r->at];
	r->row.file = &r->row.proc->files[r->file++];
	return 1;
}

/* NULL: absent. */
static struct cell *find_value(struct fdmap_reader *r, size_t column)
{
	struct cell *c = column < r->ncells ? &r->cells[column] : NULL;
	int rc;

	if (!c || !r->row.file)
		return NULL;
	if (!c->got) {
		rc = fdmap_field_get(c->field, &r->row, &c->value);
		if (rc < 0)
			r->error = rc;
		c->got = true;
		c->there = rc > 0;
		c->texted = false;
	}
	return c->there ? c : NULL;
}

static void put_address(const struct fdmap_value *v, struct buf *out)
{
	const void *from =
		v->addr.family == AF_INET6 ? (const void *)&v->addr.v6 : (const void *)&v->addr.v4;
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(v->addr.family, from, text, sizeof(text)))
		buf_puts(out, text);
}

static void put_value(const struct fdmap_value *v, struct buf *out)
{
	switch ((enum fdmap_value_type)v->type) {
	case FDMAP_VALUE_U64:
		buf_put_u64(out, v->u);
		break;
	case FDMAP_VALUE_I64:
		buf_put_i64(out, v->i);
		break;
	case FDMAP_VALUE_BOOL:
		buf_puts(out, v->u ? "true" : "false");
		break;
	case FDMAP_VALUE_TEXT:
		buf_put(out, v->text.p, v->text.n);
		break;
	case FDMAP_VALUE_ADDR:
		put_address(v, out);
		break;
	case FDMAP_VALUE_LIST:
	case FDMAP_VALUE_TREE:
		break;
	}
}

const char *fdmap_reader_text(struct fdmap_reader *r, size_t column)
{
	struct cell *c = find_value(r, column);

	if (!c || c->value.type == FDMAP_VALUE_LIST || c->value.type == FDMAP_VALUE_TREE)
		return NULL;
	if (!c->texted) {
		c->text.failed = false;
		buf_reset(&c->text);
		put_value(&c->value, &c->text);
		c->texted = true;
	}
	if (c->text.failed) {
		r->error = -ENOMEM;
		return NULL;
	}
	return buf_str(&c->text);
}

int fdmap_reader_number(struct fdmap_reader *r, size_t column, uint64_t *number)
{
	const struct cell *c = find_value(r, column);

	if (!c)
		return 0;
	switch ((enum fdmap_value_type)c->value.type) {
	case FDMAP_VALUE_U64:
	case FDMAP_VALUE_I64: /* the same bits */
		*number = c->value.u;
		return 1;
	case FDMAP_VALUE_BOOL:
		*number = c->value.u != 0;
		return 1;
	case FDMAP_VALUE_TEXT:
	case FDMAP_VALUE_ADDR:
	case FDMAP_VALUE_LIST:
	case FDMAP_VALUE_TREE:
		break;
	}
	return 0;
}
