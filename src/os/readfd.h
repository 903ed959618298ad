/* SPDX-License-Identifier: MIT */
#ifndef OS_READFD_H
#define OS_READFD_H

#include "base/buf.h"
#include "base/util.h"

/*
 * Appends what is behind a descriptor to its end. It may grow while it is read: never more
 * than max + 1 bytes of it. 0; -EFBIG: there is more; -errno.
 */
MUST_CHECK int read_most(int fd, size_t max, struct buf *out);

#endif
