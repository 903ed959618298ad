/* SPDX-License-Identifier: MIT */
/* Names of what sockets tell as numbers, each looked up once, and only if a row has it. */
#include "engine/sockmore.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "os/handle.h"
#include "os/ifname.h"
#include "proc/mounts.h"

#define KERNFS_HANDLE 0xfe /* FILEID_KERNFS of include/linux/exportfs.h: the id, 8 bytes */

/* Numbers that were looked up, and what came of it. */
struct seen {
	struct hash index; /* number -> place in names */
	struct buf names;  /* const char *, NULL: it has no name */
};

struct more {
	struct fdmap_snapshot *s;
	struct root *root;
	struct seen interfaces, groups;
	int mount;        /* of cgroup2; < 0: why there is none */
	bool mounted;     /* it was looked for */
	struct buf where; /* its directory */
};

/* 1: *name is known; 0: it was never asked. */
static int seen_find(const struct seen *seen, uint64_t number, const char **name)
{
	uint32_t i;

	if (!hash_find(&seen->index, number, &i))
		return 0;
	memcpy(name, seen->names.p + i * sizeof(*name), sizeof(*name));
	return 1;
}

static int seen_add(struct seen *seen, uint64_t number, const char *name)
{
	uint32_t at = (uint32_t)(seen->names.n / sizeof(name));

	buf_put(&seen->names, &name, sizeof(name));
	return seen->names.failed ? -ENOMEM : hash_put(&seen->index, number, at);
}

static int name_interface(struct more *m, uint32_t index, const char **name)
{
	char text[IFNAME_MAX];
	int r;

	if (seen_find(&m->interfaces, index, name))
		return 0;
	r = ifname_find(m->root, index, text);
	if (root_exhausted(r))
		return r;
	*name = r == 0 ? arena_strdup(snapshot_arena(m->s), text) : NULL;
	if (r == 0 && !*name)
		return -ENOMEM;
	return seen_add(&m->interfaces, index, *name);
}

/* The mount of the one tree that sockets belong to. */
static int find_mount(struct more *m)
{
	struct mounts mounts;
	int r;

	m->mounted = true;
	m->mount = -ENOENT;
	mounts_init(&mounts);
	r = mounts_read(m->root, &mounts);
	for (size_t i = mounts.n; r == 0 && m->mount < 0 && i > 0; i--) {
		const struct mount *at = &mounts.v[i - 1];

		if (strcmp(at->fstype, "cgroup2") != 0)
			continue;
		/* Another may lie over it. */
		m->mount = handle_mount(m->root, at->dir, false, at->id, &m->where);
		r = root_exhausted(m->mount) ? m->mount : 0;
	}
	mounts_fini(&mounts);
	if (m->where.failed)
		return -ENOMEM;
	return root_exhausted(r) ? r : 0;
}

/* "/sys/fs/cgroup/a/b" below that mount: "/a/b" */
static const char *below(const char *path, const char *where)
{
	const char *rest = mounts_below(path, where);

	return rest && *rest ? rest : "/";
}

static int name_group(struct more *m, uint64_t id, const char **name)
{
	struct handle h = { .type = KERNFS_HANDLE, .n = sizeof(id) };
	struct buf path;
	int r = 0;

	if (seen_find(&m->groups, id, name))
		return 0;
	if (!m->mounted)
		r = find_mount(m);
	if (r < 0)
		return r;
	*name = NULL;
	memcpy(h.bytes, &id, sizeof(id));
	buf_init(&path);
	r = m->mount < 0 ? m->mount : handle_path(m->root, m->mount, buf_str(&m->where), &h, &path);
	if (r == 0) {
		*name = arena_strdup(snapshot_arena(m->s), below(buf_str(&path), buf_str(&m->where)));
		r = *name ? 0 : -ENOMEM;
	}
	buf_fini(&path);
	return root_exhausted(r) ? r : seen_add(&m->groups, id, *name);
}

static int name_sock(struct more *m, const struct fdmap_sock *sock)
{
	/* Nobody has seen it yet but the joins. */
	struct fdmap_sockx *x = (struct fdmap_sockx *)sock->x;
	int r = 0;

	/* Numbers of other namespaces mean other interfaces. */
	if (x->told & FDMAP_X_IFACE && x->ifindex && !sock->netns && !x->ifname)
		r = name_interface(m, x->ifindex, &x->ifname);
	if (r == 0 && x->told & FDMAP_X_CGROUP && x->cgroup && !x->cgroup_path)
		r = name_group(m, x->cgroup, &x->cgroup_path);
	return r;
}

static void seen_fini(struct seen *seen)
{
	hash_fini(&seen->index);
	buf_fini(&seen->names);
}

int sockmore_join(struct fdmap_snapshot *s, struct root *root)
{
	struct more m = { .s = s, .root = root, .mount = -1 };
	int r = 0;

	hash_init(&m.interfaces.index);
	hash_init(&m.groups.index);
	buf_init(&m.interfaces.names);
	buf_init(&m.groups.names);
	buf_init(&m.where);
	for (size_t i = 0; r == 0 && root->live && i < s->nprocs; i++)
		for (uint32_t j = 0; r == 0 && j < s->procs[i].nfiles; j++)
			if (s->procs[i].files[j].sock && s->procs[i].files[j].sock->x)
				r = name_sock(&m, s->procs[i].files[j].sock);
	if (m.mount >= 0)
		close(m.mount);
	buf_fini(&m.where);
	seen_fini(&m.interfaces);
	seen_fini(&m.groups);
	return r;
}
