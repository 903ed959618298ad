/* SPDX-License-Identifier: MIT */
/* Opening a process' directory, and the numbers found in one. */
#include "proc/procdir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int procdir_open(struct root *root, pid_t pid, struct procdir *pd)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", pid);
	*pd = (struct procdir){ .pid = pid, .dir.fd = -1 };
	return root_dir_open(root, NULL, name, &pd->dir);
}

int procdir_task(struct root *root, const struct procdir *leader, pid_t tid, struct procdir *pd)
{
	char name[24];

	(void)snprintf(name, sizeof(name), "task/%d", tid);
	*pd = (struct procdir){ .pid = leader->pid, .tid = tid, .dir.fd = -1 };
	return root_dir_open(root, &leader->dir, name, &pd->dir);
}

void procdir_close(struct procdir *pd)
{
	root_dir_close(&pd->dir);
}

void ids_fini(struct ids *ids)
{
	free(ids->v);
	*ids = (struct ids){ 0 };
}

int ids_add(struct ids *ids, uint32_t id)
{
	if (ids->n == ids->cap) {
		size_t cap = ids->cap ? ids->cap * 2 : 256;
		uint32_t *v = reallocarray(ids->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		ids->v = v;
		ids->cap = cap;
	}
	ids->v[ids->n++] = id;
	return 0;
}

static int add_each(void *arg, uint32_t id)
{
	return ids_add(arg, id);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* procfs lists in order; a recorded tree as its file system likes. */
static void sort(struct ids *ids)
{
	for (size_t i = 1; i < ids->n; i++) {
		if (ids->v[i - 1] > ids->v[i]) {
			qsort(ids->v, ids->n, sizeof(*ids->v), by_number);
			return;
		}
	}
}

int ids_read(struct root *root, const struct root_dir *d, struct ids *ids)
{
	int err;

	ids->n = 0;
	err = root_list(root, d ? d : &root->top, add_each, ids);
	sort(ids);
	return err;
}

int ids_read_from(struct root *root, const struct root_dir *d, uint32_t from, struct ids *ids)
{
	size_t n = 0;
	int err;

	ids->n = 0;
	err = root_list_from(root, d, from, add_each, ids);
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i] >= from)
			ids->v[n++] = ids->v[i];
	ids->n = n;
	sort(ids);
	return err;
}
