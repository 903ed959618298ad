/* SPDX-License-Identifier: MIT */
/*
 * A line behind a message, for people: what was probably meant. Never by the name of lsof, whose
 * bytes are wanted, and where nothing was wrong with the line, only on a terminal.
 */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include <stdbool.h>

#include "cli/options.h"

/* After words that were wrong. */
void hint_wrong(const struct options *o);

/* After a name that is no file; `all`: none of them is. */
void hint_name(const struct options *o, const char *name, bool all);

/* After -v with names, which other programs take for something else. */
void hint_version(const struct options *o);

#endif
