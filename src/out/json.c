/* SPDX-License-Identifier: MIT */
/*
 * JSON: one document on one line (json), with the files of a process in an array
 * of it, or one object a file and a line (jsonl), with the keys of its process first.
 * Of columns that stand alone each row is a flat object, in both.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "out/fields.h"
#include "out/jsonflat.h"
#include "out/jsonrow.h"
#include "out/sink.h"

/* What the keys mean; another number when one changes its meaning. */
#define JSON_SCHEMA "fdmap-1"
/* The lsof whose keys these are. */
#define JSON_LSOF "4.99.7"

struct json {
	struct format fmt; /* with the letters that hold */
	struct jsonw w;
	bool open;	    /* the object of a process is begun */
	bool files;	    /* a letter of files is chosen */
	struct shown shown; /* the row at hand */
	struct buf scratch;
	struct buf lead; /* jsonl: the members of the process, made once for all its files */
	struct fdmap_value value;
	bool flat;	/* the columns, and nothing else */
	bool processes; /* ... all of processes: a row for each */
};

/* What was asked for as a column is shown, whatever letters were. */
static void add_letters(struct format *own)
{
	uint64_t more = jsonflat_letters(&own->columns) & ~own->letters;

	own->letters |= more;
	if (more & FIELD_BIT('G') && own->flags == FORMAT_FLAGS_NONE)
		own->flags = FORMAT_FLAGS_NAMES;
	/* As -F does it: T is chosen, and switches on what it shows. */
	if (more & FIELD_BIT('T'))
		own->name_how |= FDMAP_NAME_STATE | FDMAP_NAME_QUEUES;
}

static struct format json_format(const struct format *fmt)
{
	struct format own = *fmt;

	if (!own.letters) {
		own.letters = fields_default();
		if (own.context)
			own.letters |= FIELD_BIT('Z');
		own.name_how |= FDMAP_NAME_STATE | FDMAP_NAME_QUEUES;
	}
	add_letters(&own);
	return own;
}

static uint32_t json_wants(const struct format *fmt)
{
	struct format own = json_format(fmt);

	return fmt->columns.only ? jsonflat_wants(&fmt->columns) : jsonrow_wants(&own);
}

static int lines_begin(struct sink *s)
{
	struct json *j = calloc(1, sizeof(*j));

	if (!j)
		return -ENOMEM;
	j->fmt = json_format(s->fmt);
	j->files = jsonrow_files(&j->fmt);
	j->flat = s->fmt->columns.only;
	j->processes = columns_of_processes(&s->fmt->columns);
	fdmap_value_init(&j->value, s->fmt->namer);
	j->shown = (struct shown){ .fmt = &j->fmt, .scratch = &j->scratch, .value = &j->value };
	jsonw_init(&j->w, &s->out);
	s->priv = j;
	return 0;
}

static void put_version(struct jsonw *w, const char *key, const char *value)
{
	jsonw_key(w, key);
	jsonw_string(w, value, strlen(value));
}

static int json_begin(struct sink *s)
{
	int err = lines_begin(s);
	struct json *j = s->priv;

	if (err < 0)
		return err;
	jsonw_object(&j->w);
	if (!j->flat)
		put_version(&j->w, "lsof_version", JSON_LSOF);
	put_version(&j->w, "schema", JSON_SCHEMA);
	put_version(&j->w, "fdmap_version", fdmap_version());
	jsonw_key(&j->w, j->flat ? "rows" : "processes");
	jsonw_array(&j->w);
	return 0;
}

/* Is it a row of its own? */
static bool flat_is_row(const struct sink *s, const struct fdmap_row *row)
{
	const struct json *j = s->priv;

	return !j->processes || (s->begins && !row->proc->nobody);
}

static int flat_row(struct sink *s, const struct fdmap_row *row, bool lines)
{
	struct json *j = s->priv;
	int rc;

	if (!flat_is_row(s, row))
		return 0;
	rc = jsonflat_row(&j->w, &s->fmt->columns, row, &j->value);
	if (rc < 0)
		return rc;
	if (lines) {
		j->w.comma = false;
		buf_putc(&s->out, '\n');
	}
	return sink_flush(s, false);
}

static void end_process(struct json *j)
{
	if (!j->open)
		return;
	jsonw_array_end(&j->w);
	jsonw_object_end(&j->w);
	j->open = false;
}

static int json_row(struct sink *s, const struct fdmap_row *row)
{
	struct json *j = s->priv;

	if (j->flat)
		return flat_row(s, row, false);
	j->shown.row = row;
	if (s->begins) {
		end_process(j);
		j->open = true;
		jsonw_object(&j->w);
		jsonrow_process(&j->w, &j->shown);
		jsonw_key(&j->w, "files");
		jsonw_array(&j->w);
	}
	if (j->files) {
		fdmap_look(row, &j->shown.look);
		jsonw_object(&j->w);
		jsonrow_file(&j->w, &j->shown);
		jsonw_object_end(&j->w);
	}
	return sink_flush(s, false);
}

static int json_end(struct sink *s)
{
	struct json *j = s->priv;

	end_process(j);
	jsonw_array_end(&j->w);
	jsonw_object_end(&j->w);
	buf_putc(&s->out, '\n');
	return sink_flush(s, true);
}

/* The text of the members alone: "pid":1,"command":"x". */
static void take_lead(struct json *j)
{
	struct jsonw w;

	buf_reset(&j->lead);
	jsonw_init(&w, &j->lead);
	jsonrow_process(&w, &j->shown);
	jsonw_fini(&w);
}

static int lines_row(struct sink *s, const struct fdmap_row *row)
{
	struct json *j = s->priv;

	if (j->flat)
		return flat_row(s, row, true);
	j->shown.row = row;
	if (s->begins) {
		take_lead(j);
		if (j->lead.failed)
			return -ENOMEM;
	}
	/* Without anything to tell of files, a process is one line. */
	if (!s->begins && !j->files)
		return 0;
	jsonw_object(&j->w);
	buf_put(&s->out, buf_str(&j->lead), j->lead.n);
	j->w.comma = true;
	if (j->files) {
		fdmap_look(row, &j->shown.look);
		jsonrow_file(&j->w, &j->shown);
	}
	jsonw_object_end(&j->w);
	j->w.comma = false;
	buf_putc(&s->out, '\n');
	return sink_flush(s, false);
}

static int lines_end(struct sink *s)
{
	return sink_flush(s, true);
}

static void json_fini(struct sink *s)
{
	struct json *j = s->priv;

	if (!j)
		return;
	jsonw_fini(&j->w);
	fdmap_value_fini(&j->value);
	buf_fini(&j->scratch);
	buf_fini(&j->lead);
	free(j);
}

/* Each cycle is a document and a line of its own. */
static void json_marker(const struct format *fmt, const char *text, struct buf *out)
{
	(void)fmt;
	(void)text;
	(void)out;
}

static void lines_marker(const struct format *fmt, const char *text, struct buf *out)
{
	(void)fmt;
	(void)text;
	buf_putc(out, '\n');
}

const struct sink_ops sink_json = {
	.name = "json",
	.wants = json_wants,
	.begin = json_begin,
	.row = json_row,
	.end = json_end,
	.fini = json_fini,
	.marker = json_marker,
};

const struct sink_ops sink_jsonl = {
	.name = "jsonl",
	.wants = json_wants,
	.begin = lines_begin,
	.row = lines_row,
	.end = lines_end,
	.fini = json_fini,
	.marker = lines_marker,
};
