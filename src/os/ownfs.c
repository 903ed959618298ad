/* SPDX-License-Identifier: MIT */
/* The kernel's own file systems: which device each has, and seals of files in memory. */
#include "os/ownfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#ifndef MFD_HUGETLB
#define MFD_HUGETLB 4U
#endif

/* The device a descriptor lies on; closes it. */
static int take_dev(int fd, uint64_t *dev)
{
	struct stat st;
	int err = 0;

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;
	if (fstat(fd, &st) == 0)
		*dev = st.st_dev;
	else
		err = -errno;
	close(fd);
	return err;
}

int ownfs_read(struct root *root, struct ownfs *own)
{
	int p[2] = { -1, -1 }, err;

	*own = (struct ownfs){ 0 };
	if (!root->live)
		return -ENOSYS;
	err = take_dev(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), &own->sock);
	if (err == 0 && pipe2(p, O_CLOEXEC) == 0) {
		err = take_dev(p[0], &own->pipe);
		close(p[1]);
	} else if (err == 0 && root_exhausted(-errno)) {
		err = -errno;
	}
	if (err == 0)
		err = take_dev(memfd_create("", MFD_CLOEXEC), &own->mem);
	if (err == 0)
		err = take_dev(memfd_create("", MFD_CLOEXEC | MFD_HUGETLB), &own->huge);
	return err;
}

static int get_seals(int fd, uint32_t *seals)
{
	char at[64];
	int copy, got;

	(void)snprintf(at, sizeof(at), "%s/self/fd/%d", root_live_path(), fd);
	copy = open(at, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (copy < 0)
		return -errno;
	got = fcntl(copy, F_GET_SEALS);
	*seals = got < 0 ? 0 : (uint32_t)got;
	got = got < 0 ? -errno : 0;
	close(copy);
	return got;
}

int ownfs_seals(struct root *root, const struct root_dir *d, const char *name,
		const struct fdmap_stat *st, const struct ownfs *own, uint32_t *seals)
{
	struct statx now;
	int fd, err = -ESTALE;

	if (!root->live)
		return -ENOSYS;
	if (!st->dev || (st->dev != own->mem && st->dev != own->huge))
		return -ESTALE;
	atomic_fetch_add_explicit(&root->counts.paths, 1, memory_order_relaxed);
	fd = openat(d->fd, name, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* The number may mean another file by now, even one of a server's. */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &now) < 0)
		err = -errno;
	else if (makedev(now.stx_dev_major, now.stx_dev_minor) == st->dev && now.stx_ino == st->ino)
		err = get_seals(fd, seals);
	close(fd);
	return err;
}
