/* SPDX-License-Identifier: MIT */
/*
 * Rights that the file of the program gave, and not who started it (set-user-ID, file
 * capabilities): they are for looking at processes, and for nothing else.
 */
#ifndef OS_RAISED_H
#define OS_RAISED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

/* Does this process have such rights, or has it had them? */
bool raised(void);

/* What raised_lower has put aside. */
struct raised_aside {
	bool any;
	uint32_t effective[2];
};

/*
 * The calling thread may what its user may, until raised_back: so names that were typed
 * are looked up. Costs nothing where nothing is raised. 0 or -errno.
 */
MUST_CHECK int raised_lower(struct raised_aside *a);
void raised_back(const struct raised_aside *a);

/* The calling thread, for ever: it has other things to do than to look at processes. */
void raised_forget(void);

#endif
