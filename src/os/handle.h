/* SPDX-License-Identifier: MIT */
/*
 * From a file handle, as fdinfo of a watch tells it, to a path: open_by_handle_at with
 * O_PATH, then the link of our own descriptor. It needs CAP_DAC_READ_SEARCH, and a mount
 * of the handle's file system, which must be local: a server would have to be asked.
 * Never of a recorded tree (-ENOSYS).
 */
#ifndef OS_HANDLE_H
#define OS_HANDLE_H

#include "os/root.h"

#define HANDLE_MAX 128 /* the kernel's MAX_HANDLE_SZ */

struct handle {
	int type;
	unsigned n;
	unsigned char bytes[HANDLE_MAX];
};

/*
 * A descriptor of the directory where a mount begins, to be closed, or -errno. dir: a path
 * of the observer's, or a link below the root. id: the mount it must be (-ESTALE), so that
 * nothing that was mounted over it is ever opened. Puts into `where` what the kernel calls
 * that directory, with which the paths that come out begin.
 */
MUST_CHECK int handle_mount(struct root *root, const char *dir, bool below_root, uint32_t id,
			    struct buf *where);

/*
 * Puts the path of what the handle means; where: of the mount. -ESTALE: the file is gone,
 * or what the kernel calls it is not its name. 0 or -errno.
 */
MUST_CHECK int handle_path(struct root *root, int mount, const char *where,
			   const struct handle *h, struct buf *out);

#endif
