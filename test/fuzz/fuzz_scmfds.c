/* SPDX-License-Identifier: MIT */
/* Descriptors in messages: a number is told only where a whole line tells it. */
#include "proc/scmfds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), number[16];
	uint32_t n;

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	n = parse_scm_fds((struct span){ text, size });
	(void)snprintf(number, sizeof(number), "%" PRIu32 "\n", n);
	if (n && (!memmem(text, size, "scm_fds:", 8) || !memmem(text, size, number, strlen(number))))
		abort();
	free(text);
	return 0;
}
