/* SPDX-License-Identifier: MIT */
/*
 * The path may be one that an observed process has chosen. openat2 keeps it on
 * the file system it was said to lie on; without that call there is no answer.
 */
#include "os/hostfile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/readfd.h"
#include "os/wary.h"

static int open_below(const char *mount, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_MAGICLINKS,
	};
	int dir = open(mount, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), err;
	long fd;

	if (dir < 0)
		return -errno;
	while (*path == '/')
		path++;
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	err = fd < 0 ? -errno : 0;
	close(dir);
	return err < 0 ? err : (int)fd;
}

int hostfile_read(struct root *r, const char *mount, const char *path, size_t max, struct buf *out)
{
	struct stat st;
	int fd, err = 0;

	/* The names of another system lie in its files, not in ours. */
	if (!r->live || wary(r))
		return -ENOSYS;
	fd = open_below(mount, path);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (st.st_size > 0 && (uint64_t)st.st_size > max)
		err = -EFBIG;
	if (err == 0)
		err = read_most(fd, max, out);
	close(fd);
	return err;
}
