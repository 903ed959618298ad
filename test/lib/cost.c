/* SPDX-License-Identifier: MIT */
#include "test/lib/cost.h"

#include "out/sink.h"
#include "test/lib/unit.h"

uint32_t cost_table_wants(void)
{
	struct format fmt = { .comm_width = 9, .offset_digits = 8 };

	return sink_find("table")->wants(&fmt);
}

struct fdmap_counts cost_take(struct fdmap *map, const struct fdmap_query *q, size_t *rows,
			      bool *hit)
{
	struct fdmap_counts before, after;
	const struct fdmap_process *p;
	struct fdmap_snapshot *s;
	size_t n;

	fdmap_counts(map, &before);
	ck_assert_int_eq(fdmap_take(map, q, &s), 0);
	fdmap_counts(map, &after);
	p = fdmap_processes(s, &n);
	*rows = 0;
	for (size_t i = 0; i < n; i++)
		*rows += p[i].nfiles;
	(void)fdmap_query_terms(q, &n);
	*hit = n && fdmap_hit(s, 0);
	fdmap_snapshot_free(s);
#define LESS(what) after.what -= before.what
	LESS(dirs);
	LESS(lists);
	LESS(reads);
	LESS(fdinfos);
	LESS(links);
	LESS(stats);
	LESS(lmodes);
	LESS(owners);
	LESS(protos);
	LESS(paths);
	LESS(tables);
#undef LESS
	return after;
}
