/* SPDX-License-Identifier: MIT */
/* Looks once, or again and again; knows the order of things, and nothing about any of them. */
#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/explain.h"
#include "cli/hint.h"
#include "cli/mounts.h"
#include "cli/names.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/set.h"
#include "cli/status.h"
#include "cli/terminal.h"
#include "cli/unseen.h"
#include "cli/warn.h"
#include "out/sink.h"

/* What lasts from one cycle to the next. */
struct run {
	struct options *o;
	const struct sink_ops *sink;
	struct fdmap_snapshot *s; /* of the last cycle; its rows may be gone */
	struct sink out;
	const char *failed; /* what, when something did */
	bool *hit;	    /* of each term: found in any cycle */
	size_t nterms;
	struct names names;
	bool nothing; /* no name is a file and nothing else is selected */
	bool rows;    /* the last cycle had some */
	bool listed;  /* some cycle had */
	bool partly;  /* --strict: in some cycle, not everything could be looked at */
	struct explain explain;
};

/* File names become terms. The number of those that are none, or -ENOMEM. */
static int run_paths(struct options *o)
{
	const char *gone = NULL;
	int missing = 0;

	for (int i = 0; i < o->nfiles; i++) {
		struct fdmap_error err = { .text = "" };
		int rc = fdmap_query_path(o->q, o->m, o->files[i], o->path_how, &err);

		if (rc == -ENOMEM)
			return rc;
		if (rc >= 0)
			continue;
		missing++;
		o->unreached = o->unreached || options_unreached(rc);
		if (rc == -ENOENT && !gone)
			gone = o->files[i];
		if (!o->quiet)
			warn_say("%s", err.text);
	}
	if (gone)
		hint_name(o, gone, missing == o->nfiles);
	return missing;
}

static const struct sink_ops *run_sink(const struct options *o)
{
	if (o->fmt.groups.n)
		return sink_find("groups");
	if (o->shape)
		return sink_find(o->shape);
	return sink_find(o->count	 ? "count"
			 : o->terse	 ? "terse"
			 : o->json	 ? "json"
			 : o->json_lines ? "jsonl"
			 : o->fields	 ? "fields"
					 : "table");
}

/* Whether the NAME of a row is printed at all. */
static bool run_prints_names(const struct options *o)
{
	if (o->fmt.groups.n)
		return columns_have(&o->fmt.groups, "name");
	if (o->terse || o->count || !formats_have_names(o))
		return false;
	if (o->fmt.columns.only)
		return columns_have(&o->fmt.columns, "name");
	if (!o->fields && !o->json && !o->json_lines)
		return true;
	return o->fmt.letters & FIELD_BIT('n');
}

/* What only some formats make use of is not asked for by the others. */
static void run_want(struct run *r)
{
	struct options *o = r->o;
	uint32_t want;

	o->fmt.name_how |= FDMAP_NAME_NETNS;
	o->fmt.m = o->m;
	o->fmt.before = progress_rows;
	o->fmt.narrowed = r->nterms || fdmap_query_selects(o->q);
	want = r->sink->wants(&o->fmt);

	if (o->ends != FDMAP_ENDS_NONE && run_prints_names(o)) {
		want |= FDMAP_ENDS;
		o->fmt.name_how |= FDMAP_NAME_ENDS | FDMAP_NAME_COMM(o->fmt.comm_width);
	}
	if (o->ends == FDMAP_ENDS_SELECT || want & FDMAP_ENDS)
		fdmap_query_ends(o->q, o->ends);
	fdmap_query_unowned(o->q, o->unowned && !o->terse);
	fdmap_query_want(o->q, want);
}

/* Only formats that print names wait for them. */
static unsigned run_names(const struct options *o)
{
	bool users = o->users && !o->terse && (!o->count || o->fmt.groups.n);
	unsigned what = users ? FDMAP_NAMES_USERS : 0;

	if (run_prints_names(o))
		what |= (o->hosts ? FDMAP_NAMES_HOSTS : 0u) | (o->ports ? FDMAP_NAMES_PORTS : 0u) |
			(o->programs ? FDMAP_NAMES_RPC : 0u);
	return what;
}

static enum status run_failed(const char *what, int rc)
{
	/* A reader that went away wants no more, also no message. */
	if (rc != -EPIPE)
		warn_say("%s: %s", what, strerror(-rc));
	return STATUS_ERROR;
}

/* What waits for an answer of somebody else asks for all names at once. */
static bool run_at_once(const struct run *r)
{
	return r->sink->whole || run_names(r->o) & (FDMAP_NAMES_HOSTS | FDMAP_NAMES_RPC);
}

/* Some rows, or all of them. 0, or -errno: r->failed says what could not be done. */
static int run_show(void *arg, const struct fdmap_snapshot *part)
{
	struct run *r = arg;
	struct options *o = r->o;
	int rc = 0;

	r->rows = true;
	explain_start(&r->explain);
	if (o->fmt.namer)
		rc = names_prepare(&r->names, o, part);
	explain_stop(&r->explain, EXPLAIN_NAMES);
	if (rc < 0) {
		r->failed = "can't look up names";
		return rc;
	}
	names_warn(&r->names, o, part);
	explain_start(&r->explain);
	rc = sink_rows(&r->out, part);
	explain_stop(&r->explain, EXPLAIN_OUTPUT);
	if (rc < 0)
		r->failed = "can't write";
	return rc;
}

static int run_end(struct run *r)
{
	int rc;

	explain_start(&r->explain);
	rc = sink_end(&r->out);
	explain_stop(&r->explain, EXPLAIN_OUTPUT);
	if (rc < 0)
		r->failed = "can't write";
	return rc;
}

/* 0 or -errno. */
static int run_list(struct run *r)
{
	struct options *o = r->o;
	size_t n = 0;
	int rc;

	r->failed = "can't look";
	if (!run_at_once(r))
		return fdmap_visit(o->m, o->q, run_show, r, &r->s);
	rc = fdmap_take(o->m, o->q, &r->s);
	if (rc == 0)
		(void)fdmap_processes(r->s, &n);
	return n ? run_show(r, r->s) : rc;
}

static int run_print(struct run *r)
{
	struct options *o = r->o;
	unsigned names = run_names(o);
	int rc = names ? fdmap_namer_new(&o->fmt.namer, o->m, names) : 0;

	names_begin(&r->names);
	r->failed = "can't look up names";
	terminal_fit(o);
	if (rc == 0) {
		r->failed = "can't write";
		rc = sink_begin(&r->out, r->sink, &o->fmt, STDOUT_FILENO);
		if (rc == 0)
			rc = run_list(r);
		if (rc == 0)
			rc = run_end(r);
		sink_fini(&r->out);
	}
	fdmap_namer_free(o->fmt.namer);
	o->fmt.namer = NULL;
	return rc;
}

/* --strict wants to know it of every cycle. 0 or -errno. */
static int run_seen(struct run *r)
{
	int rc = r->o->strict && !r->partly ? unseen_any(r->o->m, r->s) : 0;

	r->partly = r->partly || rc > 0;
	return rc < 0 ? rc : 0;
}

/* One listing. STATUS_FOUND, or an error, which is told. */
static enum status run_cycle(struct run *r)
{
	int rc;

	r->rows = false;
	if (r->nothing)
		return STATUS_FOUND;
	fdmap_snapshot_free(r->s);
	r->s = NULL;
	progress_begin(r->o);
	rc = run_print(r);
	progress_end();
	if (rc == -EOPNOTSUPP && fdmap_engine_why(r->o->m)) {
		warn_say("--engine=bpf can't be used: %s", fdmap_engine_why(r->o->m));
		return STATUS_ERROR;
	}
	if (rc < 0)
		return run_failed(r->failed, rc);
	rc = run_seen(r);
	if (rc < 0)
		return run_failed("can't look", rc);
	for (size_t i = 0; i < r->nterms; i++)
		r->hit[i] = r->hit[i] || fdmap_hit(r->s, i);
	if (r->o->explain)
		explain_after(&r->explain, r->o->m, r->s);
	return STATUS_FOUND;
}

static enum status run_marker(const struct run *r)
{
	const struct repeat *rep = &r->o->repeat;
	char *text = NULL;
	time_t now = time(NULL);
	struct tm tm;
	size_t size;
	int rc;

	if (rep->marker && localtime_r(&now, &tm)) {
		/* No conversion is longer than a name of a locale. */
		size = strlen(rep->marker) * 64 + 1;
		text = (char *)malloc(size);
		if (!text)
			return run_failed("can't write", -ENOMEM);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		text[strftime(text, size, rep->marker, &tm)] = '\0';
#pragma GCC diagnostic pop
	}
	rc = sink_marker(r->sink, &r->o->fmt, STDOUT_FILENO, text);
	free(text);
	return rc < 0 ? run_failed("can't write", rc) : STATUS_FOUND;
}

static void run_wait(unsigned seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

/* Without a limit, and while there is something to list, it does not end. */
static enum status run_cycles(struct run *r)
{
	const struct repeat *rep = &r->o->repeat;

	for (unsigned cycle = 1;; cycle++) {
		bool last = rep->cycles && cycle >= rep->cycles;
		enum status rc = run_cycle(r);

		if (rc || !rep->on || !rep->seconds || (rep->until_none && !r->rows))
			return rc;
		r->listed = r->listed || r->rows;
		rc = run_marker(r);
		if (rc || last)
			return rc;
		run_wait(rep->seconds);
	}
}

/* What was not found makes the status 1, unless nobody wants to know. */
static enum status run_status(const struct run *r, int missing)
{
	const struct options *o = r->o;
	int rc = 0;

	if (!r->nothing) {
		rc = report_print(o->m, o->q, r->s, r->hit, o->verbose);
		if (rc < 0)
			return run_failed("can't write", rc);
		if (o->warnings && r->s)
			report_unread(r->s);
		/* -t has no warnings, but somebody may sit there. */
		if (!o->quiet && (o->warnings || o->terse))
			report_elsewhere(o->m, o->q, r->rows);
		if (r->s && unseen_say(o, r->s, r->rows) < 0)
			return run_failed("can't look", -ENOMEM);
	}
	if (r->partly || (o->strict && o->unreached))
		return STATUS_PARTLY;
	rc = (rc || missing) && !o->quiet;
	return rc || (o->repeat.until_none && !r->listed) ? STATUS_MISSING : STATUS_FOUND;
}

static enum status run_all(struct run *r, int missing)
{
	enum status rc;

	(void)fdmap_query_terms(r->o->q, &r->nterms);
	r->hit = (bool *)calloc(r->nterms + 1, sizeof(*r->hit));
	if (!r->hit)
		return run_failed("can't look", -ENOMEM);
	names_init(&r->names);
	run_want(r);
	if (r->o->explain && !r->nothing)
		explain_before(r->o);
	rc = run_cycles(r);
	if (rc == STATUS_FOUND)
		rc = run_status(r, missing);
	fdmap_snapshot_free(r->s);
	names_fini(&r->names);
	free(r->hit);
	return rc;
}

static enum status run_mounts(const struct options *o, bool none)
{
	int rc = mounts_print(o->m);

	if (rc < 0)
		return run_failed("can't list mounts", rc);
	return none && !o->quiet ? STATUS_MISSING : STATUS_FOUND;
}

static enum status run_query(struct options *o)
{
	struct run r = { .o = o, .sink = run_sink(o) };
	int missing;
	bool none;

	progress_begin(o);
	missing = run_paths(o);
	progress_end();
	if (missing < 0)
		return run_failed("can't search", missing);
	none = missing && missing == o->nfiles;
	/* lsof lists them also when it has nothing else to look for. */
	if (o->mounts)
		return run_mounts(o, none);
	if (none && !o->quiet)
		return o->strict && o->unreached ? STATUS_PARTLY : STATUS_MISSING;
	r.nothing = none && (o->and || !fdmap_query_selects(o->q));
	if (!r.sink)
		return run_failed("can't print", -ENOSYS);
	return run_all(&r, missing);
}

int run(struct options *o)
{
	return status_exit(run_query(o), o->strict);
}
