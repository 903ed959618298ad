/* SPDX-License-Identifier: MIT */
/* PID/attr/current: a beginning of the text, without a NUL; read again it is the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proc/context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct span s = parse_context((struct span){ text, size });

	if (s.p != text || s.n > size || (s.n && memchr(s.p, '\0', s.n)))
		abort();
	/* Only the end is cut: a NUL and what follows it, then one newline. */
	if (s.n < size && text[s.n] != '\0' && text[s.n] != '\n')
		abort();
	return 0;
}
