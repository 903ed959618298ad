/* SPDX-License-Identifier: MIT */
/* The network namespaces of processes and of mounts, and what these are called. */
#include "engine/nsfind.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proc/mounts.h"
#include "proc/procdir.h"

/* Where ip-netns(8) keeps them; the first is the one it makes. */
static const char *const netns_dirs[] = { "/run/netns", "/var/run/netns" };

struct find {
	struct nslist *l;
	struct root *root;
	bool add;           /* else: only what is known gets a name */
	struct hash mounts; /* mount namespaces seen, by inode */
	struct mounts own;  /* our own */
	struct ids pids, tids;
	const char *dir;    /* of netns_dirs */
};

/* The entry of that inode, made if it may be. 1: there it is; 0; or -ENOMEM. */
static int entry_of(struct find *f, uint64_t ino, struct nsentry **e)
{
	uint32_t i;
	int r = 0;

	*e = nslist_find(f->l, ino);
	if (*e || !f->add || !ino)
		return *e ? 1 : 0;
	r = nslist_add(f->l, ino, &i);
	if (r < 0)
		return r;
	*e = &f->l->v[i];
	return 1;
}

static int find_task(struct find *f, struct nstask task)
{
	struct nsentry *e;
	uint64_t ino;
	int r = ns_link(f->root, &task, "net", &ino);

	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = entry_of(f, ino, &e);
	if (r > 0 && e != f->l->v)
		nsentry_task(e, task);
	return r < 0 ? r : 0;
}

/* A thread may have gone where its process is not. */
static int find_threads(struct find *f, pid_t pid)
{
	struct fdmap_stat st;
	struct root_dir dir;
	char name[32];
	int r;

	(void)snprintf(name, sizeof(name), "%d/task", pid);
	/* A link for itself, one for each ".." in it: three are one thread. */
	if (root_stat(f->root, NULL, name, &st) == 0 && st.nlink <= 3)
		return 0;
	r = root_dir_open(f->root, NULL, name, &dir);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = ids_read(f->root, &dir, &f->tids);
	root_dir_close(&dir);
	for (size_t i = 0; r == 0 && i < f->tids.n; i++)
		if ((pid_t)f->tids.v[i] != pid)
			r = find_task(f, (struct nstask){ pid, (pid_t)f->tids.v[i] });
	return root_exhausted(r) ? r : 0;
}

/* No server has to be asked for a name on the way to it. */
static bool is_reachable(const struct mounts *m, const char *path)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].remote && mounts_below(path, m->v[i].dir))
			return false;
	return true;
}

/* pid 0: our own mounts. */
static int take_mounts(struct find *f, const struct mounts *m, pid_t pid)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < m->n; i++) {
		const struct mount *mt = &m->v[i];
		struct nsentry *e;

		if (strcmp(mt->fstype, "nsfs") != 0)
			continue;
		r = entry_of(f, ns_inode("net", mt->root, strlen(mt->root)), &e);
		if (r <= 0)
			continue;
		r = is_reachable(m, mt->dir) ? nsentry_mount(e, pid, mt->dir) : 0;
	}
	return r < 0 ? r : 0;
}

static int find_mounts(struct find *f, pid_t pid)
{
	struct mounts mounts;
	struct root_dir dir;
	char name[16];
	int r;

	(void)snprintf(name, sizeof(name), "%d", pid);
	r = root_dir_open(f->root, NULL, name, &dir);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	mounts_init(&mounts);
	r = mounts_read_of(f->root, &dir, &mounts);
	root_dir_close(&dir);
	if (r == 0)
		r = take_mounts(f, &mounts, pid);
	mounts_fini(&mounts);
	return root_exhausted(r) ? r : 0;
}

/* Each mount namespace is read once, as the first of its processes sees it. */
static int find_mounts_of(struct find *f, pid_t pid)
{
	struct nstask task = { .pid = pid };
	uint64_t ino;
	int r = ns_link(f->root, &task, "mnt", &ino);

	if (r < 0 || hash_find(&f->mounts, ino, NULL))
		return root_exhausted(r) ? r : 0;
	r = hash_put(&f->mounts, ino, 0);
	return r == 0 ? find_mounts(f, pid) : r;
}

static int name_one(void *arg, const char *name, unsigned type, uint64_t dirino)
{
	struct find *f = arg;
	struct fdmap_stat st;
	struct nsentry *e;
	char path[300];
	int r;

	(void)type;
	(void)dirino;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", f->dir, name) >= sizeof(path))
		return 0;
	r = root_stat_path(f->root, path, &st);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	/* Numbers of files of other file systems are none of namespaces, and found nowhere. */
	e = nslist_find(f->l, st.ino);
	return e ? nsentry_name(e, name) : 0;
}

/* Names that ip-netns knows come before those that other mounts have. */
static int find_names(struct find *f)
{
	int r = -ENOENT;

	for (size_t i = 0; r < 0 && !root_exhausted(r) && i < ARRAY_LEN(netns_dirs); i++) {
		f->dir = netns_dirs[i];
		r = root_names(f->root, f->dir, name_one, f);
	}
	if (root_exhausted(r))
		return r;
	r = 0;
	for (size_t i = 0; r == 0 && i < f->own.n; i++) {
		const struct mount *mt = &f->own.v[i];
		struct nsentry *e = NULL;

		if (strcmp(mt->fstype, "nsfs") == 0 && strrchr(mt->dir, '/'))
			e = nslist_find(f->l, ns_inode("net", mt->root, strlen(mt->root)));
		if (e)
			r = nsentry_name(e, strrchr(mt->dir, '/') + 1);
	}
	return r;
}

static int find_processes(struct find *f)
{
	int r = ids_read(f->root, NULL, &f->pids);

	for (size_t i = 0; r == 0 && i < f->pids.n; i++) {
		pid_t pid = (pid_t)f->pids.v[i];

		r = find_task(f, (struct nstask){ .pid = pid });
		if (r == 0)
			r = find_threads(f, pid);
		if (r == 0)
			r = find_mounts_of(f, pid);
	}
	return root_exhausted(r) ? r : 0;
}

/* Our own mount namespace is not looked at once more as that of a process. */
static int skip_own_mounts(struct find *f)
{
	char name[32], text[64];
	uint64_t ino;
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%s/ns/mnt", f->root->self);
	len = root_link(f->root, NULL, name, text, sizeof(text));
	ino = len < 0 ? 0 : ns_inode("mnt", text, (size_t)len);
	return ino ? hash_put(&f->mounts, ino, 0) : 0;
}

static int find(struct nslist *l, struct root *root, bool add)
{
	struct find f = { .l = l, .root = root, .add = add };
	int r = nslist_own(l, root);

	hash_init(&f.mounts);
	mounts_init(&f.own);
	if (r == 0) {
		r = mounts_read(root, &f.own);
		r = root_exhausted(r) ? r : 0;
	}
	if (r == 0 && add)
		r = skip_own_mounts(&f);
	if (r == 0 && add)
		r = find_processes(&f);
	if (r == 0)
		r = take_mounts(&f, &f.own, 0);
	if (r == 0)
		r = find_names(&f);
	mounts_fini(&f.own);
	hash_fini(&f.mounts);
	ids_fini(&f.pids);
	ids_fini(&f.tids);
	return r;
}

int nsfind_all(struct nslist *l, struct root *root)
{
	int r = l->found ? 0 : find(l, root, true);

	l->found = l->named = true;
	return r;
}

int nsfind_names(struct nslist *l, struct root *root)
{
	int r = l->named ? 0 : find(l, root, false);

	l->named = true;
	return r;
}
