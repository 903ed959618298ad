/* SPDX-License-Identifier: MIT */
/* A stranger to this tree: lists its own descriptors with the installed library. */
#include <fdmap.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	struct fdmap *m;
	struct fdmap_query *q;
	struct fdmap_snapshot *s;
	const struct fdmap_process *p;
	size_t n, fds = 0;

	if (strcmp(fdmap_version(), FDMAP_VERSION) || fdmap_open(&m, NULL) ||
	    fdmap_query_new(&q) || fdmap_query_pid(q, getpid(), 0, NULL) < 0)
		return 1;
	fdmap_query_want(q, FDMAP_FDS | FDMAP_LINK);
	if (fdmap_take(m, q, &s))
		return 2;
	p = fdmap_processes(s, &n);
	for (size_t i = 0; i < n; i++)
		for (size_t f = 0; f < p[i].nfiles; f++)
			fds += p[i].files[f].fd >= 0;
	printf("%zu process, %s\n", n, fds >= 3 ? "descriptors" : "nothing");
	fdmap_snapshot_free(s);
	fdmap_query_free(q);
	fdmap_close(m);
	return 0;
}
