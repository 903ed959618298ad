/* SPDX-License-Identifier: MIT */
/* How the program ends. */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include <stdbool.h>

enum status {
	STATUS_FOUND,   /* all that was looked for */
	STATUS_MISSING, /* not all of it */
	STATUS_PARTLY,  /* something could not be looked at, whatever was found */
	STATUS_ERROR,
};

/* The exit status: lsof has two, --strict has all. */
static inline int status_exit(enum status status, bool strict)
{
	if (strict || status == STATUS_FOUND)
		return (int)status;
	return 1;
}

#endif
