/* SPDX-License-Identifier: MIT */
/*
 * From an inode to what stat(2) says of it: the same for file systems that answer with
 * what the inode holds. Others have a method of their own for it (getattr), which may tell
 * other numbers than those: of btrfs, overlayfs and network file systems all, of sysfs
 * and cgroups the links of directories, of FUSE modes, of pidfs modes.
 */
#include "bpf/pass.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Not in <linux/magic.h>, or not in that of Linux 5.4. */
#define MAGIC_XFS 0x58465342u
#define MAGIC_MQUEUE 0x19800202u
#define MAGIC_DEVPTS 0x1cd1u
#define MAGIC_EROFS 0xe0f5e1e2u

static bool is_plain(uint64_t magic, uint32_t mode)
{
	switch (magic) {
	/* The number of links, or the size, of some directories is that of processes. */
	case PROC_SUPER_MAGIC:
		return !S_ISDIR(mode);
	/* XFS keeps the size of directories in an inode of its own. */
	case MAGIC_XFS:
		return !S_ISDIR(mode);
	case EXT4_SUPER_MAGIC:
	case TMPFS_MAGIC:
	case RAMFS_MAGIC:
	case HUGETLBFS_MAGIC:
	case SQUASHFS_MAGIC:
	case MAGIC_EROFS:
	case MAGIC_DEVPTS:
	case MAGIC_MQUEUE:
	case PIPEFS_MAGIC:
	case SOCKFS_MAGIC:
	case NSFS_MAGIC:
	case ANON_INODE_FS_MAGIC:
		return true;
	default:
		return false;
	}
}

static uint64_t dev_of(uint32_t dev)
{
	return makedev(dev >> 20, dev & 0xfffff);
}

bool bpf_stat(const struct bpf_file *f, struct fdmap_stat *st)
{
	/* The text of an encrypted link is longer than stat says. */
	if (!is_plain(f->magic, f->mode) || S_ISLNK(f->mode))
		return false;
	*st = (struct fdmap_stat){
		.dev = dev_of(f->dev),
		.rdev = dev_of(f->rdev),
		.ino = f->h.ino,
		.size = f->isize,
		.mode = f->mode,
		.nlink = f->nlink,
		.mount = f->mount,
	};
	/* Since Linux 6.16 it has a type, which stat conceals. */
	if (f->magic == ANON_INODE_FS_MAGIC)
		st->mode &= ~(uint32_t)S_IFMT;
	return true;
}
