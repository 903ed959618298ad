/* SPDX-License-Identifier: MIT */
/* openat2 with RESOLVE_CACHED: the walk ends where it would have to wait. */
#include "os/cached.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int cached_open(int dirfd, const char *name)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
		.resolve = RESOLVE_CACHED | RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	size_t n = strcspn(name, "/");
	char first[32];
	long fd;
	int top, err;

	if (!n || n >= sizeof(first) || !name[n])
		return -EINVAL;
	memcpy(first, name, n);
	first[n] = '\0';
	top = openat(dirfd, first, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return -errno;
	fd = syscall(SYS_openat2, top, name[n + 1] ? name + n + 1 : ".", &how, sizeof(how));
	err = fd < 0 ? -errno : 0;
	close(top);
	return err < 0 ? err : (int)fd;
}
