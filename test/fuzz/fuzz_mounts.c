/* SPDX-License-Identifier: MIT */
/* self/mountinfo: at most a mount per line, each with all texts, each to be found, and above itself. */
#include "proc/mounts.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct mounts m;
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	mounts_init(&m);
	if (parse_mounts((struct span){ text, size }, &m) < 0)
		abort();
	if (m.n > lines || m.n > m.cap)
		abort();
	for (size_t i = 0; i < m.n; i++) {
		const struct mount *mt = mounts_find_dir(&m, m.v[i].dir);

		if (!mt || mt < &m.v[i] || strcmp(mt->dir, m.v[i].dir) != 0)
			abort();
		mt = mounts_find_dev(&m, m.v[i].dev);
		if (!mt || mt < &m.v[i] || mt->dev != m.v[i].dev)
			abort();
		mt = mounts_find_source(&m, m.v[i].source);
		if (!mt || mt < &m.v[i] || strcmp(mt->source, m.v[i].source) != 0)
			abort();
		if (m.v[i].remote && !*m.v[i].fstype)
			abort();
		mt = mounts_find_id(&m, m.v[i].id);
		if (!mt || mt->id != m.v[i].id || mt > &m.v[i])
			abort();
		/* A mount lies on itself, or on one that was mounted over it. */
		mt = mounts_find_path(&m, m.v[i].dir);
		if (!mt || !mounts_below(m.v[i].dir, mt->dir) ||
		    strlen(mt->dir) < strlen(m.v[i].dir))
			abort();
		mt = mounts_find_above(&m, m.v[i].dir, m.v[i].dev);
		if (!mt || mt->dev != m.v[i].dev || !mounts_below(m.v[i].dir, mt->dir))
			abort();
	}
	mounts_fini(&m);
	return 0;
}
