/* SPDX-License-Identifier: MIT */
/*
 * getrusage(2) has ru_maxrss, but what it says of a program begins with what its parent had
 * when it started it: a large parent would be told as ours.
 */
#include "os/peak.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/root.h"

uint64_t parse_peak(struct span status)
{
	struct cursor at;
	uint64_t kb;

	if (!cursor_named(status, "VmHWM:", &at) || !cursor_u64(&at, &kb) || kb > UINT64_MAX / 1024)
		return 0;
	return kb * 1024;
}

uint64_t peak_memory(void)
{
	char path[64], text[4096];
	struct rusage usage;
	uint64_t bytes = 0;
	ssize_t n = -1;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/self/status", root_live_path());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	if (n > 0)
		bytes = parse_peak((struct span){ text, (size_t)n });
	if (!bytes && getrusage(RUSAGE_SELF, &usage) == 0)
		bytes = (uint64_t)usage.ru_maxrss * 1024;
	return bytes;
}
