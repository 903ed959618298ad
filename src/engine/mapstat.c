/* SPDX-License-Identifier: MIT */
#include "engine/mapstat.h"

#include <sys/sysmacros.h>

/* Those that are met first are those that everybody has. */
#define MOST 4096

void mapstat_init(struct mapstat *m)
{
	hash_init(&m->index);
	buf_init(&m->v);
}

void mapstat_fini(struct mapstat *m)
{
	hash_fini(&m->index);
	buf_fini(&m->v);
}

bool mapstat_find(const struct mapstat *m, uint64_t dev, uint64_t ino, struct fdmap_stat *st)
{
	const struct fdmap_stat *v = (const void *)m->v.p;
	uint32_t at;

	if (!hash_find(&m->index, hash_mix(dev, ino), &at) || v[at].dev != dev || v[at].ino != ino)
		return false;
	*st = v[at];
	return true;
}

void mapstat_add(struct mapstat *m, const struct fdmap_stat *st)
{
	size_t n = m->v.n / sizeof(*st);

	if (!major(st->dev) || n >= MOST || m->v.failed)
		return;
	buf_put(&m->v, st, sizeof(*st));
	if (!m->v.failed && hash_put(&m->index, hash_mix(st->dev, st->ino), (uint32_t)n) < 0)
		m->v.n = n * sizeof(*st);
}
