/* SPDX-License-Identifier: MIT */
/* One pass: file names into the query, look, print, report. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/options.h"

/* The exit status. The options have no errors, and their m is open. */
int run(struct options *o);

#endif
