/* SPDX-License-Identifier: MIT */
/* Descriptors left by whoever started us: three are kept, the others closed. */
#include "cli/inherit.h"

#include <fcntl.h>
#include <unistd.h>

void inherit_tidy(void)
{
	int fd;

	/* The lowest free number is taken: until that is above 2, it was missing. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	/* close_range, or without it (before Linux 5.9) a walk over our own fd directory. */
	closefrom(STDERR_FILENO + 1);
}
