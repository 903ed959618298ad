/* SPDX-License-Identifier: MIT */
/* A manifest is data of a stranger: any text is a table sorted by path, or refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "os/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m;
	int err = parse_manifest((struct span){ size ? (const char *)data : "", size }, &m);

	if (err == 0) {
		for (size_t i = 0; i < m.n; i++) {
			if (i && strcmp(m.v[i - 1].path, m.v[i].path) >= 0)
				abort();
			if (manifest_find(&m, m.v[i].path) != &m.v[i])
				abort();
			if (m.v[i].proto && !*m.v[i].proto)
				abort();
		}
	}
	manifest_fini(&m);
	return 0;
}
