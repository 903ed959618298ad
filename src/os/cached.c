/* SPDX-License-Identifier: MIT */
/* openat2 with RESOLVE_CACHED: the walk ends where it would have to wait. */
#include "os/cached.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
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

static int open_by(int dirfd, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC | flags, .resolve = resolve };
	long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	if (fd >= 0)
		return (int)fd;
	/* Older kernels, and filters of system calls, know nothing of it. */
	if (errno == ENOSYS || errno == EINVAL || errno == EPERM || errno == E2BIG)
		return -EAGAIN;
	return -errno;
}

int cached_path(int dirfd, const char *path, int flags)
{
	return open_by(dirfd, path, (uint64_t)flags, RESOLVE_CACHED);
}

/* Where the last component of the first n bytes begins, without the slashes before it. */
static size_t shorter(const char *path, size_t n)
{
	while (n && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

int cached_above(const char *path, const char **rest)
{
	char part[PATH_MAX];
	size_t n = strlen(path);
	int fd = -EAGAIN;

	if (n >= sizeof(part))
		return -ENAMETOOLONG;
	memcpy(part, path, n + 1);
	while (n && (fd = cached_path(AT_FDCWD, part, 0)) < 0) {
		n = n == 1 && part[0] == '/' ? 0 : shorter(part, n);
		part[n] = '\0';
	}
	if (fd < 0)
		fd = open(path[0] == '/' ? "/" : ".", O_PATH | O_CLOEXEC);
	*rest = path + n + strspn(path + n, "/");
	return fd < 0 ? -errno : fd;
}

int cached_below(int dirfd, const char *name)
{
	int fd = open_by(dirfd, name, O_NOFOLLOW,
			  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);

	return fd == -EXDEV || fd == -ELOOP ? -EAGAIN : fd;
}
