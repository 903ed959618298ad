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
	/* Of a tree that was not found: the files that are not open, in the order of a walk. */
	int (*missing)(void *ctx, size_t term, int (*each)(void *arg, const char *path), void *arg);
	void *ctx;
};

/* How many were not found; a line for each. A query keeps equal terms as one. */
size_t put_report(const struct report *report, struct buf *out);

/*
 * 0 or 1: the exit status, or -errno. hit: of each term, over all cycles. The
 * texts go to stdout when verbose, with what the trees lack in the last one, s.
 */
MUST_CHECK int report_print(struct fdmap *m, const struct fdmap_query *q,
			    const struct fdmap_snapshot *s, const bool *hit, bool verbose);

/*
 * Somebody who sits there and found nothing may have looked in the wrong place: one
 * line on stderr, if it is a terminal, tells that other network namespaces exist.
 */
void report_elsewhere(struct fdmap *m, const struct fdmap_query *q, bool found);

/* On stderr: where terms on sockets were to select, and nothing could be read. */
void report_unread(const struct fdmap_snapshot *s);

#endif
