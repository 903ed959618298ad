/* SPDX-License-Identifier: MIT */
/* The program file is set-user-ID or has capabilities: who starts it gets only what a listing takes. */
#ifndef CLI_SECURE_H
#define CLI_SECURE_H

#include <stdbool.h>

#include "base/util.h"

/* Has the file of the program given rights that its caller has not? */
bool secure_is(void);
/*
 * Before anything is parsed: gives up what is not needed, for good, and forgets the
 * environment. 0; or -errno, and *what could not be given up.
 */
MUST_CHECK int secure_begin(const char **what);

#endif
