/* SPDX-License-Identifier: MIT */
/* One pass over the system; knows the order of things, and nothing about any of them. */
#include "cli/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/idset.h"
#include "cli/report.h"
#include "cli/warn.h"
#include "out/sink.h"

/* How long host names may take altogether. */
#define NAMES_MS 1000

/* File names become terms. The number of those that are none, or -ENOMEM. */
static int run_paths(struct options *o)
{
	int missing = 0;

	for (int i = 0; i < o->nfiles; i++) {
		struct fdmap_error err = { "" };
		int rc = fdmap_query_path(o->q, o->m, o->files[i], o->path_how, &err);

		if (rc == -ENOMEM)
			return rc;
		if (rc >= 0)
			continue;
		missing++;
		if (!o->quiet)
			warn_say("%s", err.text);
	}
	return missing;
}

static const struct sink_ops *run_sink(const struct options *o)
{
	return sink_find(o->count ? "count" : o->terse ? "terse" : o->fields ? "fields" : "table");
}

/* Only formats that print names wait for them. */
static int run_namer(struct options *o, const struct fdmap_snapshot *s, struct fdmap_namer **namer)
{
	unsigned what = (o->hosts ? FDMAP_NAMES_HOSTS : 0u) | (o->ports ? FDMAP_NAMES_PORTS : 0u) |
			(o->users ? FDMAP_NAMES_USERS : 0u);
	int rc;

	if (!what || o->terse || o->count)
		return 0;
	rc = fdmap_namer_new(namer, o->m, what);
	if (rc == 0 && o->hosts)
		rc = fdmap_namer_prepare(*namer, s, NAMES_MS);
	return rc;
}

/* lsof says it at every row; once is enough. */
static void run_warn_users(const struct options *o, const struct fdmap_snapshot *s,
			   struct fdmap_namer *namer)
{
	const struct fdmap_process *p;
	struct idset told;
	size_t n;

	if (!o->warnings || !o->users || !namer || o->fields)
		return;
	idset_init(&told);
	p = fdmap_processes(s, &n);
	for (size_t i = 0; i < n; i++) {
		uid_t uid = p[i].uid;

		if (!(p[i].have & FDMAP_CRED) || idset_has(&told, uid) ||
		    fdmap_namer_user(namer, uid))
			continue;
		warn_say("no pwd entry for UID %lu", (unsigned long)uid);
		if (idset_add(&told, uid, uid) < 0)
			break;
	}
	idset_fini(&told);
}

static int run_failed(const char *what, int rc)
{
	/* A reader that went away wants no more, also no message. */
	if (rc != -EPIPE)
		warn_say("%s: %s", what, strerror(-rc));
	return 1;
}

static int run_show(struct options *o, const struct sink_ops *sink, const struct fdmap_snapshot *s)
{
	struct fdmap_namer *namer = NULL;
	int rc = run_namer(o, s, &namer);

	if (rc < 0) {
		fdmap_namer_free(namer);
		return run_failed("can't look up names", rc);
	}
	o->fmt.namer = namer;
	run_warn_users(o, s, namer);
	rc = sink_print(sink, &o->fmt, STDOUT_FILENO, s);
	o->fmt.namer = NULL;
	fdmap_namer_free(namer);
	if (rc < 0)
		return run_failed("can't write", rc);
	rc = report_print(o->q, s, o->verbose);
	if (rc < 0)
		return run_failed("can't write", rc);
	return o->quiet ? 0 : rc;
}

int run(struct options *o)
{
	const struct sink_ops *sink = run_sink(o);
	struct fdmap_snapshot *s = NULL;
	int missing = run_paths(o);
	int rc;

	if (missing < 0)
		return run_failed("can't search", missing);
	if (missing && missing == o->nfiles)
		return o->quiet ? 0 : 1;
	if (!sink)
		return run_failed("can't print", -ENOSYS);
	fdmap_query_want(o->q, sink->wants(&o->fmt));
	rc = fdmap_take(o->m, o->q, &s);
	if (rc < 0)
		return run_failed("can't look", rc);
	rc = run_show(o, sink, s);
	fdmap_snapshot_free(s);
	return rc == 0 && missing && !o->quiet ? 1 : rc;
}
