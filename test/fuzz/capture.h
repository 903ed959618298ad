/* SPDX-License-Identifier: MIT */
/* A file that is nowhere, for what a target prints. */
#ifndef TEST_FUZZ_CAPTURE_H
#define TEST_FUZZ_CAPTURE_H

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"

static int capture_file = -1;

static inline int capture_fd(void)
{
	if (capture_file < 0)
		capture_file = memfd_create("fuzz", MFD_CLOEXEC);
	if (capture_file < 0)
		abort();
	return capture_file;
}

/* Appends what has been written to it, and forgets it there. */
static inline void capture_take(struct buf *out)
{
	off_t n = lseek(capture_fd(), 0, SEEK_CUR);

	if (n < 0 || buf_reserve(out, (size_t)n) < 0 ||
	    pread(capture_fd(), out->p + out->n, (size_t)n, 0) != (ssize_t)n)
		abort();
	out->n += (size_t)n;
	if (ftruncate(capture_fd(), 0) < 0 || lseek(capture_fd(), 0, SEEK_SET) != 0)
		abort();
}

#endif
