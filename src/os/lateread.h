/* SPDX-License-Identifier: MIT */
/*
 * Reads that may take for ever, by a thread that can be left behind. It holds nothing but the
 * descriptor and memory of its own, and goes when the kernel lets it.
 */
#ifndef OS_LATEREAD_H
#define OS_LATEREAD_H

#include <stddef.h>

#include "base/buf.h"

struct lateread;

/*
 * Takes fd. Reads it to its end, or most bytes, for at most ms milliseconds, and appends that to
 * out (may be NULL). *l, NULL at first, is the thread, for the next read. 0; -ETIMEDOUT: the
 * thread was left behind; -errno of read(2); -ENOMEM, -EAGAIN: there is no thread to be had.
 */
MUST_CHECK int lateread(struct lateread **l, int fd, size_t most, unsigned ms, struct buf *out);
/* Waits for the end of the thread, which has nothing to do. NULL: nothing. */
void lateread_free(struct lateread *l);

#endif
