/* SPDX-License-Identifier: MIT */
/* Totals instead of rows: --count, --count=LIST, --summary, and what they go together with. */
#include "cli/set.h"

#include <string.h>

static bool shape_is(const struct options *o, const char *name)
{
	return o->shape && strcmp(o->shape, name) == 0;
}

/* What else is asked for that is another listing; NULL: nothing. */
static const char *another(const struct options *o)
{
	return o->terse		       ? "-t"
	       : o->fields	       ? "-F"
	       : shape_is(o, "graph")  ? "--graph"
	       : shape_is(o, "print0") ? "--print0"
				       : NULL;
}

static const char *another_form(const struct options *o)
{
	return o->json		    ? "-J"
	       : o->json_lines	    ? "-j"
	       : shape_is(o, "csv") ? "--csv"
	       : shape_is(o, "tsv") ? "--tsv"
				    : NULL;
}

static enum format_as form_of(const struct options *o)
{
	return o->json		    ? FORMAT_AS_JSON
	       : o->json_lines	    ? FORMAT_AS_JSONL
	       : shape_is(o, "csv") ? FORMAT_AS_CSV
	       : shape_is(o, "tsv") ? FORMAT_AS_TSV
				    : FORMAT_AS_TABLE;
}

static bool threads_asked(const struct options *o)
{
	size_t n;
	const struct fdmap_term *t = fdmap_query_terms(o->q, &n);

	for (size_t i = 0; i < n; i++)
		if (t[i].what == FDMAP_TERM_TASKS)
			return true;
	return false;
}

void counts_together(struct options *o)
{
	bool summary = shape_is(o, "summary");
	const char *total = summary ? "--summary" : "--count", *other = another(o);

	if (!o->count && !summary)
		return;
	if (!other && o->count && summary)
		other = "--summary";
	if (!other && o->count && !o->fmt.groups.n)
		other = another_form(o);
	if (!other && o->fmt.columns.n && (summary || o->fmt.groups.n))
		other = "--columns";
	if (other) {
		options_refused(o, "%s and %s are mutually exclusive",
			      strcmp(other, "--summary") == 0 ? "--count" : total, other);
		return;
	}
	o->fmt.as = form_of(o);
	if (summary)
		o->unowned = true;
	/* Threads share the descriptors of their process: nobody means to count them again. */
	if ((summary || o->fmt.groups.n) && !threads_asked(o) &&
	    fdmap_query_tasks(o->q, FDMAP_TASKS_IGNORE) < 0)
		options_refused(o, "%s: out of memory", total);
}
