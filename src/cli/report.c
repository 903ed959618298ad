/* SPDX-License-Identifier: MIT */
/* lsof reports class by class, some of them last term first, states by number. */
#include "cli/report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/warn.h"

struct report_class {
	enum fdmap_term_class what, also, too; /* also, too: told among them */
	enum { GIVEN, BACKWARDS, ASCENDING } order;
	const char *text;
	bool bare; /* the text says it all */
};

#define ONE(class) class, class, class

static const struct report_class classes[] = {
	{ ONE(FDMAP_TERM_COMMAND), BACKWARDS, "command not located: ", false },
	{ ONE(FDMAP_TERM_REGEX), GIVEN, "no command found for regex: ", false },
	{ FDMAP_TERM_FILE, FDMAP_TERM_FILESYSTEM, FDMAP_TERM_TREE, BACKWARDS, NULL, false },
	{ ONE(FDMAP_TERM_INET), BACKWARDS, "Internet address not located: ", false },
	{ ONE(FDMAP_TERM_INET_ALL), GIVEN, "no Internet files located", true },
	{ ONE(FDMAP_TERM_TCP_STATE), ASCENDING, "TCP state not located: ", false },
	{ ONE(FDMAP_TERM_UDP_STATE), ASCENDING, "UDP state not located: ", false },
	{ ONE(FDMAP_TERM_NFS), GIVEN, "no NFS files located", true },
	{ ONE(FDMAP_TERM_PID), GIVEN, "process ID not located: ", false },
	{ ONE(FDMAP_TERM_TASKS), GIVEN, "no tasks located", true },
	{ ONE(FDMAP_TERM_CONTEXT), GIVEN, "context not located: ", false },
	{ ONE(FDMAP_TERM_PGID), GIVEN, "process group ID not located: ", false },
	{ ONE(FDMAP_TERM_UID), GIVEN, NULL, false },
	{ ONE(FDMAP_TERM_FILTER), GIVEN, "no row passes the filter: ", false },
};

/* The kernel's states are fewer. */
#define STATES 32

/* Each file of a tree is a term to lsof. Its path and a NUL are put. */
static int keep_path(void *arg, const char *path)
{
	struct buf *paths = (struct buf *)arg;

	buf_put(paths, path, strlen(path) + 1);
	return paths->failed ? -ENOMEM : 0;
}

static void put_path(const struct report *r, const char *path, struct buf *out)
{
	warn_quote(STDOUT_FILENO, r->name, strlen(r->name), out);
	buf_puts(out, ": no file use located: ");
	warn_quote(STDOUT_FILENO, path, strlen(path), out);
	buf_putc(out, '\n');
}

/* As the other names: the last one first. A tree that went away meanwhile says only its name. */
static void put_tree(const struct report *r, size_t i, struct buf *out)
{
	struct buf paths;
	size_t end;

	buf_init(&paths);
	if (!r->missing || r->missing(r->ctx, i, keep_path, &paths) < 0 || paths.failed ||
	    paths.n == 0)
		put_path(r, r->terms[i].text ? r->terms[i].text : "", out);
	else
		for (end = paths.n; end > 0;) {
			size_t start = end - 1;

			while (start > 0 && paths.p[start - 1])
				start--;
			put_path(r, paths.p + start, out);
			end = start;
		}
	buf_fini(&paths);
}

static void put_text(const struct fdmap_term *term, struct buf *out)
{
	if (term->what == FDMAP_TERM_FILE)
		buf_puts(out, "no file use located: ");
	else if (term->what == FDMAP_TERM_FILESYSTEM)
		buf_puts(out, "no file system use located: ");
	else if (term->text)
		buf_printf(out, "login name (UID %" PRIu64 ") not located: ", term->number);
	else
		buf_puts(out, "user ID not located: ");
}

static void put_term(const struct report *r, const struct report_class *c,
		     const struct fdmap_term *term, struct buf *out)
{
	warn_quote(STDOUT_FILENO, r->name, strlen(r->name), out);
	buf_puts(out, ": ");
	if (c->text)
		buf_puts(out, c->text);
	else
		put_text(term, out);
	if (!c->bare && term->text)
		warn_quote(STDOUT_FILENO, term->text, strlen(term->text), out);
	else if (!c->bare)
		buf_put_u64(out, term->number);
	buf_putc(out, '\n');
}

/* The terms of a class that were not found, or those of them with that number. */
static size_t put_class(const struct report *r, const struct report_class *c, int number,
			struct buf *out)
{
	size_t missing = 0;

	for (size_t step = 0; step < r->n; step++) {
		size_t i = c->order == BACKWARDS ? r->n - 1 - step : step;
		const struct fdmap_term *term = &r->terms[i];

		if (r->hit[i] ||
		    (term->what != c->what && term->what != c->also && term->what != c->too) ||
		    (number >= 0 && term->number != (uint64_t)number))
			continue;
		missing++;
		if (term->what == FDMAP_TERM_TREE)
			put_tree(r, i, out);
		else
			put_term(r, c, term, out);
	}
	return missing;
}

size_t put_report(const struct report *r, struct buf *out)
{
	size_t missing = 0;

	for (size_t k = 0; k < ARRAY_LEN(classes); k++) {
		if (classes[k].order != ASCENDING)
			missing += put_class(r, &classes[k], -1, out);
		else
			for (int state = 0; state < STATES; state++)
				missing += put_class(r, &classes[k], state, out);
	}
	return missing;
}

struct report_source {
	struct fdmap *m;
	const struct fdmap_query *q;
	const struct fdmap_snapshot *s;
};

static int tree_missing(void *ctx, size_t term, int (*each)(void *arg, const char *path), void *arg)
{
	const struct report_source *from = (const struct report_source *)ctx;

	return fdmap_tree_missing(from->m, from->q, from->s, term, each, arg);
}

int report_print(struct fdmap *m, const struct fdmap_query *q, const struct fdmap_snapshot *s,
		 const bool *hit, bool verbose)
{
	struct report_source from = { m, q, s };
	/* The status alone asks no tree for its files. */
	struct report r = { .hit = hit,
			    .name = warn_name(),
			    .missing = verbose ? tree_missing : NULL,
			    .ctx = &from };
	struct buf out;
	int rc;

	r.terms = fdmap_query_terms(q, &r.n);
	buf_init(&out);
	rc = put_report(&r, &out) ? 1 : 0;
	if (verbose) {
		int err = warn_print(&out);

		if (err < 0)
			rc = err;
	}
	buf_fini(&out);
	return rc;
}

void report_elsewhere(struct fdmap *m, const struct fdmap_query *q, bool found)
{
	int n;

	if (found || !fdmap_query_is_local(q) || !isatty(STDERR_FILENO) || warn_as_lsof())
		return;
	n = fdmap_other_namespaces(m);
	if (n > 0)
		warn_say("nothing in this network namespace; --netns=all would look into %d more", n);
}

/* Directories that were walked, and have something below them that gives no answer. */
static void report_late(const struct fdmap_snapshot *s)
{
	size_t n;
	const struct fdmap_problem *v = fdmap_problems(s, &n);

	for (size_t i = 0; i < n; i++)
		if (v[i].error == ETIMEDOUT && v[i].source[0] == '/')
			warn_say("WARNING: can't look at all below %s: no answer in time",
				 v[i].source);
}

void report_unread(const struct fdmap_snapshot *s)
{
	const struct fdmap_netns *v, *last = NULL;
	size_t n, unread = 0;

	report_late(s);
	v = fdmap_namespaces(s, &n);
	for (size_t i = 0; i < n; i++) {
		/* One that has gone has nothing to tell. */
		if (!v[i].selects || !v[i].error || v[i].error == ESRCH)
			continue;
		last = &v[i];
		unread++;
	}
	if (unread > 1)
		warn_say("can't look into %zu network namespaces: %s", unread,
			 strerror(last->error));
	else if (last && last->name)
		warn_say("can't look into network namespace %s: %s", last->name,
			 strerror(last->error));
	else if (last)
		warn_say("can't look into network namespace %llu: %s",
			 (unsigned long long)last->ino, strerror(last->error));
}
