/* SPDX-License-Identifier: MIT */
#include "os/readfd.h"

#include <errno.h>
#include <unistd.h>

#define CHUNK_LEAST ((size_t)4096)
#define CHUNK_MOST ((size_t)65536)

int read_most(int fd, size_t max, struct buf *out)
{
	size_t got = 0, chunk = CHUNK_LEAST;

	while (got <= max) {
		size_t room = max - got < chunk ? max - got + 1 : chunk;
		int err = buf_reserve(out, room);
		ssize_t n;

		if (err < 0)
			return err;
		n = read(fd, out->p + out->n, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		got += (size_t)n;
		out->n += (size_t)n;
		out->p[out->n] = '\0';
		if ((size_t)n == chunk && chunk < CHUNK_MOST)
			chunk *= 2;
	}
	return -EFBIG;
}
