/* SPDX-License-Identifier: MIT */
/*
 * File systems that the kernel mounts for itself and that no list of mounts tells: all
 * sockets lie on one, all pipes on another, and what memfd_create makes on two. One of our
 * own tells each one's device.
 */
#ifndef OS_OWNFS_H
#define OS_OWNFS_H

#include "os/root.h"

/* Devices as makedev(3); 0: not known. */
struct ownfs {
	uint64_t sock, pipe, mem, huge;
};

/* 0 or -errno; -ENOSYS for a recorded tree. */
MUST_CHECK int ownfs_read(struct root *root, struct ownfs *own);

/*
 * The seals of PID/fd/N, which must be that file of `own`'s mem or huge (-ESTALE). They are
 * asked of a copy that is opened for reading, which asks nobody but the kernel.
 */
MUST_CHECK int ownfs_seals(struct root *root, const struct root_dir *d, const char *name,
			   const struct fdmap_stat *st, const struct ownfs *own, uint32_t *seals);

#endif
