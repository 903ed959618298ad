/* SPDX-License-Identifier: MIT */
/* Snapshots: made by the engine, read by everybody, freed at once. */
#include "engine/snapshot.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/select.h"

int snapshot_new(struct fdmap_snapshot **out, unsigned nworkers, size_t nterms)
{
	struct fdmap_snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	socktab_init(&s->gate);
	socktab_init(&s->rows);
	s->nterms = nterms;
	s->hits = calloc(nterms / 64 + 1, sizeof(*s->hits));
	s->arenas = calloc(nworkers + 1, sizeof(*s->arenas));
	if (!s->hits || !s->arenas) {
		fdmap_snapshot_free(s);
		return -ENOMEM;
	}
	s->narenas = nworkers + 1;
	for (unsigned i = 0; i < s->narenas; i++)
		arena_init(&s->arenas[i]);
	*out = s;
	return 0;
}

void fdmap_snapshot_free(struct fdmap_snapshot *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->narenas; i++)
		arena_fini(&s->arenas[i]);
	free(s->arenas);
	free(s->procs);
	socktab_fini(&s->gate);
	socktab_fini(&s->rows);
	free(s->hits);
	free(s->problems);
	free(s);
}

struct arena *snapshot_arena(struct fdmap_snapshot *s)
{
	return &s->arenas[s->narenas - 1];
}

int snapshot_problems(struct fdmap_snapshot *s, const struct socktab *tab)
{
	struct fdmap_problem *v;

	if (!tab->nproblems)
		return 0;
	v = reallocarray(s->problems, s->nproblems + tab->nproblems, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->problems = v;
	for (size_t i = 0; i < tab->nproblems; i++)
		v[s->nproblems++] = (struct fdmap_problem){ tab->problems[i].source,
							    tab->problems[i].error };
	return 0;
}

const struct fdmap_process *fdmap_processes(const struct fdmap_snapshot *s, size_t *n)
{
	*n = s->nprocs;
	return s->procs;
}

bool fdmap_hit(const struct fdmap_snapshot *s, size_t term)
{
	return term < s->nterms && hits_has(s->hits, (unsigned)term);
}

const struct fdmap_problem *fdmap_problems(const struct fdmap_snapshot *s, size_t *n)
{
	*n = s->nproblems;
	return s->problems;
}
