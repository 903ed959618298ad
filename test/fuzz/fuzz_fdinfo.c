/* SPDX-License-Identifier: MIT */
/* PID/fdinfo: numbers within their ranges, watched descriptors in order and only once. */
#include "proc/fdinfo.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct arena arena;
	struct fdinfo info, less;

	arena_init(&arena);
	if (parse_fdinfo((struct span){ text, size }, &arena, &info) < 0)
		abort();
	if (info.anon.pid < -1 || info.anon.pid > INT32_MAX)
		abort();
	if ((info.anon.ntfds == 0) != (info.anon.tfds == NULL))
		abort();
	for (uint32_t i = 0; i < info.anon.ntfds; i++)
		if (info.anon.tfds[i] < 0 || (i && info.anon.tfds[i - 1] >= info.anon.tfds[i]))
			abort();
	/* A text that is cut tells less, never something else. */
	if (parse_fdinfo((struct span){ text, size / 2 }, &arena, &less) < 0)
		abort();
	if (less.has_pos && (!info.has_pos || less.pos != info.pos))
		abort();
	if (less.has_flags && (!info.has_flags || less.flags != info.flags))
		abort();
	if (less.has_tty && (!info.has_tty || less.tty != info.tty))
		abort();
	if (less.anon.has_id && (!info.anon.has_id || less.anon.id != info.anon.id))
		abort();
	if (less.anon.ntfds > info.anon.ntfds)
		abort();
	arena_fini(&arena);
	return 0;
}
