/* SPDX-License-Identifier: MIT */
/* Snapshots: made by the engine, read by everybody, freed at once. */
#include "engine/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/query.h"
#include "engine/select.h"

int snapshot_new(struct fdmap_snapshot **out, unsigned nworkers, size_t nterms)
{
	struct fdmap_snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	socktab_init(&s->gate);
	socktab_init(&s->rows);
	socktab_init(&s->fresh);
	nslist_init(&s->ns);
	buf_init(&s->seen);
	buf_init(&s->unseen);
	arena_init(&s->lasting);
	s->nterms = nterms;
	s->engine = FDMAP_ENGINE_PROC;
	s->engine_why = "nothing can match"; /* until something is looked for */
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
	arena_fini(&s->lasting);
	free(s->procs);
	socktab_fini(&s->gate);
	socktab_fini(&s->rows);
	socktab_fini(&s->fresh);
	nslist_fini(&s->ns);
	free(s->netns);
	free(s->hits);
	free(s->problems);
	buf_fini(&s->seen);
	buf_fini(&s->unseen);
	free(s);
}

struct arena *snapshot_arena(struct fdmap_snapshot *s)
{
	return &s->arenas[s->narenas - 1];
}

static int add_problem(struct fdmap_snapshot *s, const char *source, int error)
{
	struct fdmap_problem *v;

	/* A table that is read again is no other one. */
	for (size_t i = 0; i < s->nproblems; i++)
		if (s->problems[i].error == error && strcmp(s->problems[i].source, source) == 0)
			return 0;
	v = query_grow(s->problems, s->nproblems, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->problems = v;
	v[s->nproblems++] = (struct fdmap_problem){ source, error };
	return 0;
}

int snapshot_problem(struct fdmap_snapshot *s, const char *source, int error)
{
	const char *copy = arena_strdup(&s->lasting, source);

	return copy ? add_problem(s, copy, error) : -ENOMEM;
}

int snapshot_problems(struct fdmap_snapshot *s, const struct socktab *tab)
{
	size_t *told = &s->told[tab == &s->rows];
	int r = 0;

	for (; r == 0 && *told < tab->nproblems; (*told)++)
		r = add_problem(s, tab->problems[*told].source, tab->problems[*told].error);
	return r;
}

void snapshot_drop(struct fdmap_snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		struct fdmap_process *p = &s->procs[i];
		struct fdmap_file *v = (struct fdmap_file *)(uintptr_t)p->files;
		uint32_t kept = 0;

		for (uint32_t j = 0; j < p->nfiles; j++)
			if (v[j].kind != FDMAP_KIND_UNKNOWN)
				v[kept++] = v[j];
		p->nfiles = kept;
		if (kept)
			s->procs[n++] = *p;
	}
	s->nprocs = n;
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

struct fdmap_file *snapshot_row(const struct fdmap_process *p, uint32_t i)
{
	return (struct fdmap_file *)(uintptr_t)&p->files[i];
}

struct fdmap_file_more *snapshot_more(struct arena *arena, struct fdmap_file *f)
{
	if (!f->more)
		f->more = arena_alloc(arena, sizeof(*f->more));
	return (struct fdmap_file_more *)(uintptr_t)f->more;
}

bool snapshot_is_socket(const struct fdmap_file *f)
{
	return f->kind == FDMAP_KIND_SOCKET && !(f->path && f->path[0] == '/');
}

bool snapshot_lacks_sock(const struct fdmap_file *f)
{
	return snapshot_is_socket(f) && !f->sock && f->ino;
}

void snapshot_join_socks(struct fdmap_snapshot *s)
{
	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			struct fdmap_file *f = snapshot_row(&s->procs[i], j);

			if (!snapshot_lacks_sock(f))
				continue;
			f->sock = socktab_find(&s->rows, f->ino);
			if (f->sock)
				f->have |= FDMAP_SOCK | FDMAP_QUEUES;
		}
	}
}
