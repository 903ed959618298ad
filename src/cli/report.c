/* SPDX-License-Identifier: MIT */
/* lsof reports class by class, some of them last term first, states by number. */
#include "cli/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/warn.h"
#include "out/quote.h"

struct report_class {
	enum fdmap_term_class what, also; /* also: told among them */
	enum { GIVEN, BACKWARDS, ASCENDING } order;
	const char *text;
	bool bare; /* the text says it all */
};

static const struct report_class classes[] = {
	{ FDMAP_TERM_COMMAND, FDMAP_TERM_COMMAND, BACKWARDS, "command not located: ", false },
	{ FDMAP_TERM_REGEX, FDMAP_TERM_REGEX, GIVEN, "no command found for regex: ", false },
	{ FDMAP_TERM_FILE, FDMAP_TERM_FILESYSTEM, BACKWARDS, NULL, false },
	{ FDMAP_TERM_INET, FDMAP_TERM_INET, BACKWARDS, "Internet address not located: ", false },
	{ FDMAP_TERM_INET_ALL, FDMAP_TERM_INET_ALL, GIVEN, "no Internet files located", true },
	{ FDMAP_TERM_TCP_STATE, FDMAP_TERM_TCP_STATE, ASCENDING, "TCP state not located: ", false },
	{ FDMAP_TERM_UDP_STATE, FDMAP_TERM_UDP_STATE, ASCENDING, "UDP state not located: ", false },
	{ FDMAP_TERM_PID, FDMAP_TERM_PID, GIVEN, "process ID not located: ", false },
	{ FDMAP_TERM_TASKS, FDMAP_TERM_TASKS, GIVEN, "no tasks located", true },
	{ FDMAP_TERM_PGID, FDMAP_TERM_PGID, GIVEN, "process group ID not located: ", false },
	{ FDMAP_TERM_UID, FDMAP_TERM_UID, GIVEN, NULL, false },
};

/* The kernel's states are fewer. */
#define STATES 32

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
	quote_name(r->name, strlen(r->name), out);
	buf_puts(out, ": ");
	if (c->text)
		buf_puts(out, c->text);
	else
		put_text(term, out);
	if (!c->bare && term->text)
		quote_name(term->text, strlen(term->text), out);
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

		if (r->hit[i] || (term->what != c->what && term->what != c->also) ||
		    (number >= 0 && term->number != (uint64_t)number))
			continue;
		missing++;
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

int report_print(const struct fdmap_query *q, const struct fdmap_snapshot *s, bool verbose)
{
	struct report r = { .name = warn_name() };
	struct buf out;
	bool *hit;
	int rc;

	r.terms = fdmap_query_terms(q, &r.n);
	hit = (bool *)calloc(r.n + 1, sizeof(*hit));
	if (!hit)
		return -ENOMEM;
	for (size_t i = 0; i < r.n; i++)
		hit[i] = fdmap_hit(s, i);
	r.hit = hit;
	buf_init(&out);
	rc = put_report(&r, &out) ? 1 : 0;
	if (verbose) {
		int err = warn_print(&out);

		if (err < 0)
			rc = err;
	}
	buf_fini(&out);
	free(hit);
	return rc;
}
