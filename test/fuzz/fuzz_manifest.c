/* SPDX-License-Identifier: MIT */
/* A manifest is data of a stranger: any text is a table sorted by path, or refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "os/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What lies in a directory has its name, a slash, and a name without one. */
static void check_below(const struct manifest *m, const char *dir)
{
	const struct manifest_entry *e;
	size_t at = 0, n = strlen(dir), last = 0;

	while ((e = manifest_next_below(m, dir, &at))) {
		const char *slash = strrchr(e->path, '/');

		if (at <= last || !slash || !slash[1] || strncmp(e->path, dir, n) != 0)
			abort();
		last = at;
		if ((size_t)(slash - e->path) != (dir[n - 1] == '/' ? n - 1 : n))
			abort();
	}
}

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
			check_below(&m, m.v[i].path);
		}
	}
	manifest_fini(&m);
	return 0;
}
