/* SPDX-License-Identifier: MIT */
/* File handles to paths, without a look-up that could leave the file system. */
#include "os/handle.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/wary.h"

static int same_as(int fd, uint32_t id)
{
	struct statx x;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &x) < 0)
		return -errno;
	return x.stx_mask & STATX_MNT_ID && x.stx_mnt_id == id ? 0 : -ESTALE;
}

static int name_of(int fd, char *path, size_t len)
{
	char at[64];
	ssize_t n;

	(void)snprintf(at, sizeof(at), "%s/self/fd/%d", root_live_path(), fd);
	n = readlink(at, path, len - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	return path[0] == '/' ? 0 : -ESTALE;
}

int handle_mount(struct root *root, const char *dir, bool below_root, uint32_t id,
		 struct buf *where)
{
	char path[PATH_MAX];
	int at, fd, err;

	if (!root->live)
		return -ENOSYS;
	atomic_fetch_add_explicit(&root->counts.paths, 1, memory_order_relaxed);
	/* O_PATH first: it asks nobody, whatever was mounted there a moment ago. */
	at = openat(below_root ? root->top.fd : AT_FDCWD, dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return -errno;
	err = same_as(at, id);
	if (err == 0)
		err = name_of(at, path, sizeof(path));
	fd = err < 0 ? err : openat(at, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	if (err == 0 && fd < 0)
		fd = -errno;
	close(at);
	if (fd >= 0)
		buf_puts(where, path);
	return fd;
}

static int open_handle(int mount, const struct handle *h)
{
	union {
		struct file_handle head;
		char room[sizeof(struct file_handle) + HANDLE_MAX];
	} u;
	int fd;

	if (h->n > HANDLE_MAX)
		return -EINVAL;
	u.head.handle_bytes = h->n;
	u.head.handle_type = h->type;
	memcpy(u.head.f_handle, h->bytes, h->n);
	fd = open_by_handle_at(mount, &u.head, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool same_file(int a, int b)
{
	struct statx x, y;

	return statx(a, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &x) == 0 &&
	       statx(b, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &y) == 0 &&
	       x.stx_ino == y.stx_ino && x.stx_dev_major == y.stx_dev_major &&
	       x.stx_dev_minor == y.stx_dev_minor;
}

/* What follows dir in path, which is dir or below it; NULL: it is not. */
static const char *below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n && dir[n - 1] == '/')
		n--;
	if (strncmp(path, dir, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return path + n + strspn(path + n, "/");
}

/*
 * A file whose name the kernel has forgotten comes without one, as if it were the root:
 * what the path leads to must be what the handle led to. Neither links nor other mounts
 * are followed; below one of those a name is hidden, but as good as any.
 */
static int check_name(int fd, int mount, const char *path, const char *dir)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	const char *name = below(path, dir);
	long found;
	bool same;

	if (!name)
		return -ESTALE;
	if (!*name)
		return same_file(fd, mount) ? 0 : -ESTALE;
	found = syscall(SYS_openat2, mount, name, &how, sizeof(how));
	if (found < 0)
		return errno == EXDEV ? 0 : errno == ENOENT ? -ESTALE : -errno;
	same = same_file(fd, (int)found);
	close((int)found);
	return same ? 0 : -ESTALE;
}

int handle_path(struct root *root, int mount, const char *where, const struct handle *h,
		struct buf *out)
{
	char path[PATH_MAX];
	int fd, err;

	if (!root->live || wary(root))
		return -ENOSYS;
	atomic_fetch_add_explicit(&root->counts.paths, 1, memory_order_relaxed);
	fd = open_handle(mount, h);
	if (fd < 0)
		return fd;
	err = name_of(fd, path, sizeof(path));
	if (err == 0)
		err = check_name(fd, mount, path, where);
	close(fd);
	if (err == 0)
		buf_puts(out, path);
	return err == 0 && out->failed ? -ENOMEM : err;
}
