/* SPDX-License-Identifier: MIT */
/* Opening and entering network namespaces, without being led astray on the way. */
#include "os/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "os/root.h"

struct aside {
	netns_fn *fn;
	void *arg;
};

static void *aside_main(void *arg)
{
	const struct aside *a = arg;

	a->fn(a->arg);
	return NULL;
}

int netns_aside(netns_fn *fn, void *arg)
{
	struct aside a = { fn, arg };
	pthread_t thread;
	int err = pthread_create(&thread, NULL, aside_main, &a);

	if (err)
		return -err;
	(void)pthread_join(thread, NULL);
	return 0;
}

int netns_enter(int fd)
{
	return setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
}

/*
 * Another process' mount point. Its names are its own to make: only what the kernel
 * has at hand is looked at, which mount points and what is above them always are, so
 * that no server of a file system is asked on the way.
 */
static int open_cached(int dir, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
		.resolve = RESOLVE_CACHED | RESOLVE_NO_SYMLINKS,
	};
	long fd;

	while (*path == '/')
		path++;
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

/* O_PATH: what it is shows before anything is done to it. */
static int open_path(int proc, const char *link, const char *path)
{
	int fd, err, dir;

	if (link && proc < 0)
		return -ENOSYS;
	if (!link)
		fd = open(path, O_PATH | O_CLOEXEC);
	else
		fd = openat(proc, link, O_PATH | O_CLOEXEC);
	err = fd < 0 ? -errno : 0;
	if (err < 0 || !link || !path)
		return err < 0 ? err : fd;
	dir = fd;
	fd = open_cached(dir, path);
	close(dir);
	return fd;
}

/* Which device it lies on tells what it is; a server that has it is not asked. */
static int device_of(int dir, const char *name, uint64_t *dev)
{
	struct statx x;
	int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);

	if (statx(dir, name, flags, STATX_INO, &x) < 0)
		return -errno;
	*dev = makedev(x.stx_dev_major, x.stx_dev_minor);
	return 0;
}

/* Only what lies where our own namespace does is a namespace, and opened. */
static int reopen(int fd)
{
	uint64_t own, dev;
	char name[64];
	int r;

	(void)snprintf(name, sizeof(name), "%s/thread-self/ns/net", root_live_path());
	r = device_of(AT_FDCWD, name, &own);
	if (r == 0)
		r = device_of(fd, "", &dev);
	if (r < 0)
		return r;
	if (dev != own)
		return -EINVAL;
	(void)snprintf(name, sizeof(name), "%s/self/fd/%d", root_live_path(), fd);
	r = open(name, O_RDONLY | O_CLOEXEC);
	return r < 0 ? -errno : r;
}

int netns_open(int proc, const char *link, const char *path, uint64_t *ino)
{
	int place = open_path(proc, link, path), fd;
	struct stat st;

	if (place < 0)
		return place;
	fd = reopen(place);
	close(place);
	if (fd < 0)
		return fd;
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET || fstat(fd, &st) < 0) {
		close(fd);
		return -EINVAL;
	}
	*ino = st.st_ino;
	return fd;
}
