/* SPDX-License-Identifier: MIT */
#include "test/lib/visit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "out/choose.h"
#include "test/lib/rows.h"
#include "test/lib/unit.h"

#define WORDS 16

/* ---- all there is of a row ------------------------------------------------------------ */

static void put_columns(struct buf *list)
{
	const struct fdmap_field *f;

	for (size_t i = 0; (f = fdmap_field_at(i)); i++) {
		if (i)
			buf_putc(list, ',');
		buf_puts(list, f->key);
	}
}

void seen_begin(struct seen *k, bool whole)
{
	struct buf columns, why;

	*k = (struct seen){ .fmt = rows_format(), .whole = whole };
	k->text = open_memstream(&k->p, &k->n);
	ck_assert_ptr_nonnull(k->text);
	buf_init(&columns);
	buf_init(&why);
	put_columns(&columns);
	ck_assert_int_eq(columns_choose(&k->fmt.columns, buf_str(&columns), &why), 0);
	buf_fini(&columns);
	buf_fini(&why);
	ck_assert_int_eq(sink_begin(&k->json, sink_find("jsonl"), &k->fmt, memfd_create("rows", 0)),
			 0);
}

/*
 * A socket that some table was to tell of only later was asked itself meanwhile: of what that
 * left behind nothing is shown.
 */
static void put_row(FILE *f, const struct fdmap_row *row)
{
	const struct fdmap_file *x = row->file;
	const struct fdmap_file_more *more = fdmap_more(x);
	struct fdmap_look look;
	char name[512];

	memset(&look, 0, sizeof(look));
	fdmap_look(row, &look);
	fdmap_name(row, NULL, FDMAP_NAME_STATE | FDMAP_NAME_NOTES | FDMAP_NAME_NETNS, name,
		   sizeof(name));
	(void)fprintf(
		f, " f%d %c%c %u %u %d %d %d %x %" PRIu64 " %s %s %s %" PRIu64 " %s|%s|%s|%s\n",
		x->fd, x->access, x->lock, x->kind, x->failed, x->error, x->deleted,
		x->inet_skipped, x->have & ~(x->sock ? (uint32_t)FDMAP_STAT : 0), x->ino, look.type,
		look.device, look.node, (uint64_t)look.size, name, x->path ? x->path : "-",
		more->as ? more->as : "-", more->sockproto && !x->sock ? more->sockproto : "-");
}

static void put_rows(FILE *f, const struct fdmap_snapshot *s, bool whole)
{
	size_t n;
	const struct fdmap_process *p = fdmap_processes(s, &n);

	for (size_t i = 0; i < n; i++) {
		(void)fprintf(f, "p%d.%d %d %d %u %x %s %s %s\n", p[i].pid, p[i].tid, p[i].ppid,
			      p[i].pgid, p[i].uid, p[i].have, p[i].comm,
			      p[i].task ? p[i].task : "-", p[i].context ? p[i].context : "-");
		for (uint32_t j = 0; whole && j < p[i].nfiles; j++) {
			struct fdmap_row row = { s, &p[i], &p[i].files[j] };

			put_row(f, &row);
		}
	}
}

int see(void *arg, const struct fdmap_snapshot *part)
{
	struct seen *k = arg;
	size_t n;

	k->calls++;
	(void)fdmap_processes(part, &n);
	ck_assert_uint_gt(n, 0);
	put_rows(k->text, part, k->whole);
	if (k->whole)
		ck_assert_int_eq(sink_rows(&k->json, part), 0);
	return k->say && (int)k->calls == k->after ? k->say : 0;
}

/* What belongs to no row. */
static void put_rest(FILE *f, const struct fdmap_query *q, const struct fdmap_snapshot *s,
		     bool whole)
{
	const struct fdmap_costs *c = fdmap_snapshot_costs(s);
	const struct fdmap_problem *problem;
	const struct fdmap_netns *ns;
	size_t n;

	(void)fdmap_query_terms(q, &n);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, "%d", fdmap_hit(s, i));
	problem = fdmap_problems(s, &n);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, " %s %d", problem[i].source, problem[i].error);
	ns = fdmap_namespaces(s, &n);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, " %" PRIu64 " %s", ns[i].ino, ns[i].name ? ns[i].name : "-");
	(void)fprintf(f, "\n%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", whole ? c->rows : 0, c->kept,
		      c->tasks);
}

void seen_end(struct seen *k, const struct fdmap_query *q)
{
	char buf[4096];
	ssize_t n;
	int fd = k->json.fd;

	ck_assert_int_eq(sink_end(&k->json), 0);
	sink_fini(&k->json);
	columns_fini(&k->fmt.columns);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		(void)fwrite(buf, 1, (size_t)n, k->text);
	close(fd);
	if (k->s)
		put_rest(k->text, q, k->s, k->whole);
	fdmap_snapshot_free(k->s);
	ck_assert_int_eq(fclose(k->text), 0);
}

/* ---- command lines -------------------------------------------------------------------- */

struct fdmap *visit_open(const char *dir, unsigned threads, unsigned part)
{
	struct fdmap_config cfg = { .proc = dir, .threads = threads, .part = part };
	struct fdmap *m = NULL;

	ck_assert_int_eq(fdmap_open(&m, &cfg), 0);
	return m;
}

bool visit_parse(struct options *o, struct fdmap *m, const char *line, uint32_t want)
{
	char words[512], *argv[WORDS], *save = NULL;
	struct fdmap_error err;
	int argc = 0;

	(void)snprintf(words, sizeof(words), "fdmap %s", line);
	for (char *w = strtok_r(words, " ", &save); w && argc < WORDS - 1;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	ck_assert_int_eq(options_init(o, m), 0);
	options_parse(o, argc, argv);
	for (int i = 0; i < o->nfiles; i++)
		ck_assert_int_ne(fdmap_query_path(o->q, m, o->files[i], o->path_how, &err),
				 -ENOMEM);
	fdmap_query_want(o->q, want);
	fdmap_query_ends(o->q, o->ends);
	fdmap_query_unowned(o->q, o->unowned);
	return !o->errors;
}

bool visit_is_sound(const char *dir, const char *line)
{
	struct fdmap *m = visit_open(dir, 1, 0);
	struct options o;
	bool sound = visit_parse(&o, m, line, 0);

	options_fini(&o);
	fdmap_close(m);
	return sound;
}

char *taken(const char *dir, const char *line, uint32_t want)
{
	struct fdmap *m = visit_open(dir, 1, 0);
	struct options o;
	struct seen k;
	size_t n;

	ck_assert(visit_parse(&o, m, line, want));
	seen_begin(&k, want);
	ck_assert_int_eq(fdmap_take(m, o.q, &k.s), 0);
	(void)fdmap_processes(k.s, &n);
	if (n)
		ck_assert_int_eq(see(&k, k.s), 0);
	seen_end(&k, o.q);
	options_fini(&o);
	fdmap_close(m);
	return k.p;
}

char *visited(const char *dir, const char *line, uint32_t want, unsigned threads, unsigned part,
	      unsigned *calls)
{
	struct fdmap *m = visit_open(dir, threads, part);
	struct options o;
	struct seen k;

	ck_assert(visit_parse(&o, m, line, want));
	seen_begin(&k, want);
	ck_assert_int_eq(fdmap_visit(m, o.q, see, &k, &k.s), 0);
	*calls = k.calls;
	seen_end(&k, o.q);
	options_fini(&o);
	fdmap_close(m);
	return k.p;
}
