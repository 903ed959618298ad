/* SPDX-License-Identifier: MIT */
/* What standard output is: a terminal, how wide, with colours or without. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "cli/options.h"

/* Colours and width of the next listing: a terminal may have another size by then. */
void terminal_fit(struct options *o);

#endif
