/* SPDX-License-Identifier: MIT */
/*
 * Network namespaces, by the inode that the link of each process tells:
 *
 *	net:[4026531833]        fs/nsfs.c, ns_dname
 */
#include "engine/nslist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proc/fdlink.h"

void nslist_init(struct nslist *l)
{
	*l = (struct nslist){ 0 };
	hash_init(&l->by_ino);
}

void nslist_fini(struct nslist *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].mount);
	}
	free(l->v);
	hash_fini(&l->by_ino);
	nslist_init(l);
}

static bool selects(const struct nslist *l, const struct nsentry *e)
{
	const struct nsset *set = l->set;

	if (!set || !set->given)
		return e == l->v;
	if (set->all || (set->self && e == l->v))
		return true;
	for (size_t i = 0; i < set->n; i++)
		if (set->ino[i] == e->ino)
			return true;
	return false;
}

static int append(struct nslist *l, uint64_t ino)
{
	struct nsentry *v = query_grow(l->v, l->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	l->v = v;
	v[l->n] = (struct nsentry){ .ino = ino };
	v[l->n].selects = selects(l, &v[l->n]);
	l->n++;
	return 0;
}

int nslist_start(struct nslist *l, const struct nsset *set)
{
	l->set = set;
	return l->n ? 0 : append(l, 0);
}

int nslist_own(struct nslist *l, struct root *root)
{
	char name[32], text[64];
	ssize_t len;

	if (l->own)
		return 0;
	l->own = true;
	(void)snprintf(name, sizeof(name), "%s/ns/net", root->self);
	len = root_link(root, NULL, name, text, sizeof(text));
	if (len >= 0)
		l->v[0].ino = ns_inode("net", text, (size_t)len);
	l->v[0].selects = selects(l, l->v);
	return l->v[0].ino ? hash_put(&l->by_ino, l->v[0].ino, 0) : 0;
}

int nslist_add(struct nslist *l, uint64_t ino, uint32_t *index)
{
	uint32_t i = (uint32_t)l->n;
	int r;

	if (!hash_find(&l->by_ino, ino, &i)) {
		r = append(l, ino);
		/* Where all were looked for, so were their names. */
		l->named = l->named && l->found;
		if (r == 0)
			r = hash_put(&l->by_ino, ino, i);
		if (r < 0)
			return r;
		r = 1;
	} else {
		r = 0;
	}
	if (index)
		*index = i;
	return r;
}

struct nsentry *nslist_find(const struct nslist *l, uint64_t ino)
{
	uint32_t i;

	return ino && hash_find(&l->by_ino, ino, &i) ? &l->v[i] : NULL;
}

void nsentry_task(struct nsentry *e, struct nstask task)
{
	for (size_t i = 0; i < NS_PIDS; i++) {
		if (e->tasks[i].pid == task.pid && e->tasks[i].tid == task.tid)
			return;
		if (!e->tasks[i].pid) {
			e->tasks[i] = task;
			return;
		}
	}
}

int nsentry_name(struct nsentry *e, const char *name)
{
	if (!e->name)
		e->name = strdup(name);
	return e->name ? 0 : -ENOMEM;
}

int nsentry_mount(struct nsentry *e, pid_t pid, const char *path)
{
	if (e->mount)
		return 0;
	e->mount = strdup(path);
	e->mount_pid = pid;
	return e->mount ? 0 : -ENOMEM;
}

uint64_t ns_inode(const char *kind, const char *text, size_t len)
{
	struct fdlink link;

	parse_fdlink((struct span){ text, len }, &link);
	return link.what == FDLINK_OTHER && span_eq(link.name, kind) ? link.ino : 0;
}

int ns_link(struct root *root, const struct nstask *task, const char *kind, uint64_t *ino)
{
	char name[64], text[64];
	ssize_t len;

	if (task->tid)
		(void)snprintf(name, sizeof(name), "%d/task/%d/ns/%s", task->pid, task->tid, kind);
	else
		(void)snprintf(name, sizeof(name), "%d/ns/%s", task->pid, kind);
	len = root_link(root, NULL, name, text, sizeof(text));
	if (len < 0)
		return (int)len;
	*ino = ns_inode(kind, text, (size_t)len);
	return *ino ? 0 : -ENOENT;
}

struct fdmap_netns *nslist_show(const struct nslist *l)
{
	struct fdmap_netns *v = calloc(l->n ? l->n : 1, sizeof(*v));

	for (size_t i = 0; v && i < l->n; i++) {
		const struct nsentry *e = &l->v[i];

		v[i] = (struct fdmap_netns){ e->ino, e->name, e->selects, e->error };
	}
	return v;
}
