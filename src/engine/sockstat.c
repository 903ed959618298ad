/* SPDX-License-Identifier: MIT */
/* The kernel's own totals of sockets. */
#include "fdmap.h"

int fdmap_sockstat(struct fdmap *m,
		   int (*each)(void *arg, const char *proto, const char *what, uint64_t n), void *arg)
{
	(void)m;
	(void)each;
	(void)arg;
	return 0;
}
