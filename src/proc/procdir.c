/* SPDX-License-Identifier: MIT */
/* Opening a process' directory, and the numbers found in one. */
#include "proc/procdir.h"

#include <stdio.h>

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

static int add_each(void *arg, uint32_t id)
{
	return ids_add(arg, id);
}

int ids_read(struct root *root, const struct root_dir *d, struct ids *ids)
{
	int err;

	ids->n = 0;
	err = root_list(root, d ? d : &root->top, add_each, ids);
	ids_sort(ids);
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
	ids_sort(ids);
	return err;
}
