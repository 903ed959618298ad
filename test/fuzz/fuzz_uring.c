/* SPDX-License-Identifier: MIT */
/* A ring's fdinfo: slots within the table, names within the text and on one line. */
#include "proc/uring.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	const char *last = text;
	struct uring_file f, g;
	struct uring u, again;
	struct buf name;
	size_t n = 0;

	if (!parse_uring((struct span){ text, size }, &u))
		return 0;
	again = u;
	buf_init(&name);
	while (uring_next(&u, &f)) {
		if (f.slot >= u.slots || !f.name.n)
			abort();
		if (f.name.p <= last || f.name.p + f.name.n > text + size)
			abort();
		if (memchr(f.name.p, '\n', f.name.n))
			abort();
		last = f.name.p;
		buf_reset(&name);
		span_unescape(f.name, &name);
		if (name.n > f.name.n)
			abort();
		n++;
	}
	/* The end stays the end. */
	if (uring_next(&u, &g))
		abort();
	while (n--)
		if (!uring_next(&again, &g))
			abort();
	buf_fini(&name);
	return 0;
}
