/* SPDX-License-Identifier: MIT */
/*
 * A line on stderr that says how far a listing has come, where somebody sits there and has waited
 * for a second. It is gone before the first row leaves, and does not come back in that listing, for
 * whoever reads stdout may write to the same terminal.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

#include "base/buf.h"
#include "cli/options.h"

/* A listing begins, or a search for names that were typed; and ends. */
void progress_begin(const struct options *o);
void progress_end(void);

/* Rows are about to leave: gone for good. */
void progress_rows(void);
/* Something else is written to stderr: gone until progress_release, which must follow. */
void progress_hold(void);
void progress_release(void);

/* The pure parts. Who may see it at all: */
struct progress_place {
	bool terminal;    /* stderr is one */
	const char *term; /* TERM, or NULL */
	bool as_lsof;     /* whose bytes are expected */
	bool warnings;    /* are wanted */
};
bool progress_fits(const struct progress_place *place);
/* The line itself, no wider than that. */
void progress_text(const struct fdmap_progress *p, unsigned width, struct buf *out);

#endif
