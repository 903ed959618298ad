/* SPDX-License-Identifier: MIT */
/* What was looked for and not found: lsof's exit status and the texts of -V. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/util.h"
#include "fdmap.h"

/* The terms and what became of them, so that a test can bring its own. */
struct report {
	const struct fdmap_term *terms;
	size_t n;
	const bool *hit;  /* of each term */
	const char *name; /* what a line begins with */
};

/* How many were not found; a line for each. A query keeps equal terms as one. */
size_t put_report(const struct report *report, struct buf *out);

/* 0 or 1: the exit status, or -errno. The texts go to stdout when verbose. */
MUST_CHECK int report_print(const struct fdmap_query *q, const struct fdmap_snapshot *s,
			    bool verbose);

#endif
