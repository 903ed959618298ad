/* SPDX-License-Identifier: MIT */
/* Rows that come late, put where they would have been. */
#include "engine/endlist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int endlist_new(struct endlist *list, uint64_t *keys, size_t n)
{
	*list = (struct endlist){
		.v = calloc(n + 1, sizeof(*list->v)),
		.fds = calloc(n + 1, sizeof(*list->fds)),
	};
	if (!list->v || !list->fds) {
		endlist_fini(list);
		return -ENOMEM;
	}
	if (n)
		qsort(keys, n, sizeof(*keys), by_value);
	for (size_t i = 0; i < n; i++) {
		pid_t pid = (pid_t)(keys[i] >> 32);

		list->fds[i] = (int32_t)(uint32_t)keys[i];
		if (!list->n || list->v[list->n - 1].pid != pid)
			list->v[list->n++] = (struct endrows){ .pid = pid, .fds = &list->fds[i] };
		list->v[list->n - 1].nfds++;
	}
	return 0;
}

void endlist_fini(struct endlist *list)
{
	free(list->v);
	free(list->fds);
	*list = (struct endlist){ 0 };
}

/* What has no number stands first; then both lists are ascending. */
static int merge_files(struct fdmap_process *p, const struct fdmap_process *more,
		       struct arena *arena)
{
	struct fdmap_file *v = arena_alloc(arena, (p->nfiles + more->nfiles) * sizeof(*v));
	uint32_t n = 0, i = 0, j = 0;

	if (!v)
		return -ENOMEM;
	while (i < p->nfiles || j < more->nfiles) {
		bool mine = j == more->nfiles ||
			    (i < p->nfiles && p->files[i].fd <= more->files[j].fd);

		v[n++] = mine ? p->files[i++] : more->files[j++];
	}
	p->files = v;
	p->nfiles = n;
	return 0;
}

/* A number may be that of a younger process by now: then the row was of the older one. */
static bool same_process(const struct fdmap_process *a, const struct fdmap_process *b)
{
	return !(a->have & b->have & FDMAP_COMM) || a->ticks == b->ticks;
}

int endlist_merge(const struct endlist *list, struct fdmap_snapshot *s)
{
	struct fdmap_process *v = reallocarray(NULL, s->nprocs + list->n + 1, sizeof(*v));
	size_t n = 0, i = 0, j = 0;
	int r = 0;

	if (!v)
		return -ENOMEM;
	while (r == 0 && (i < s->nprocs || j < list->n)) {
		const struct fdmap_process *more = j < list->n ? &list->v[j].proc : NULL;

		if (more && !more->nfiles) {
			j++;
		} else if (!more || (i < s->nprocs && s->procs[i].pid < more->pid)) {
			v[n++] = s->procs[i++];
		} else if (i == s->nprocs || s->procs[i].pid > more->pid || s->procs[i].tid) {
			/* A process stands before its threads. */
			v[n++] = list->v[j++].proc;
		} else if (!same_process(&s->procs[i], more)) {
			j++;
		} else {
			v[n] = s->procs[i++];
			r = merge_files(&v[n++], &list->v[j++].proc, snapshot_arena(s));
		}
	}
	if (r < 0) {
		free(v);
		return r;
	}
	free(s->procs);
	s->procs = v;
	s->nprocs = n;
	return 0;
}
