/* SPDX-License-Identifier: MIT */
/* Descriptors left by whoever started us. */
#ifndef CLI_INHERIT_H
#define CLI_INHERIT_H

/*
 * Makes sure that 0, 1 and 2 are something, so that nothing that is opened
 * later is taken for the standard streams, and closes the rest: a pipe our
 * caller forgot is not one that we have open.
 */
void inherit_tidy(void);

#endif
