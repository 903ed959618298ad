/* SPDX-License-Identifier: MIT */
/* --netns: where terms on sockets select. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "engine/nsfind.h"
#include "engine/nsstray.h"
#include "engine/query.h"
#include "engine/snapshot.h"
#include "field/expr.h"

/* The kernel's own limit of PIDs; inodes of namespaces are all above it. */
#define PID_LIMIT (4 * 1024 * 1024)

void nsset_fini(struct nsset *s)
{
	free(s->ino);
	*s = (struct nsset){ 0 };
}

static int add_inode(struct nsset *s, uint64_t ino)
{
	uint64_t *v;

	for (size_t i = 0; i < s->n; i++)
		if (s->ino[i] == ino)
			return 0;
	v = query_grow(s->ino, s->n, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->ino = v;
	v[s->n++] = ino;
	return 0;
}

struct lookup {
	struct root *root;
	struct nslist l;
	uint64_t ino; /* what was meant */
};

static int find_all(struct lookup *k)
{
	int r = nslist_start(&k->l, NULL);

	return r < 0 ? r : nsfind_all(&k->l, k->root);
}

/* Only an inode that is one's is believed where the file can't be opened. */
static int by_path(struct lookup *k, const char *path)
{
	struct fdmap_stat st;
	int r = root_netns_open(k->root, NULL, path, &k->ino);

	if (r >= 0)
		close(r);
	if (r != -ENOSYS)
		return r < 0 ? r : 0;
	r = root_stat_path(k->root, path, &st);
	if (r == 0)
		r = find_all(k);
	if (r < 0)
		return r;
	k->ino = st.ino;
	return nslist_find(&k->l, st.ino) ? 0 : -ENOENT;
}

static int by_name(struct lookup *k, const char *name)
{
	char path[PATH_MAX];
	int r;

	if ((size_t)snprintf(path, sizeof(path), "/run/netns/%s", name) >= sizeof(path))
		return -ENOENT;
	r = by_path(k, path);
	if (r == 0 || root_exhausted(r) || r == -EACCES)
		return r;
	/* What other programs mounted elsewhere. */
	r = find_all(k);
	for (size_t i = 0; r == 0 && i < k->l.n; i++) {
		if (!k->l.v[i].name || strcmp(k->l.v[i].name, name) != 0)
			continue;
		k->ino = k->l.v[i].ino;
		return 0;
	}
	return r < 0 ? r : -ENOENT;
}

static int by_inode(struct lookup *k, uint64_t ino)
{
	int r = find_all(k);

	if (r == 0 && !nslist_find(&k->l, ino))
		r = stray_find(&k->l, k->root, ino);
	if (r < 0)
		return r;
	k->ino = ino;
	return nslist_find(&k->l, ino) ? 0 : -ENOENT;
}

static int by_number(struct lookup *k, const char *spec, uint64_t number)
{
	struct nstask task = { .pid = (pid_t)number };
	int r = -ENOENT, err;

	if (number > 0 && number <= PID_LIMIT)
		r = ns_link(k->root, &task, "net", &k->ino);
	/* There is such a process: it is meant. */
	if (r == 0 || root_exhausted(r) || r == -EACCES)
		return r;
	err = by_name(k, spec);
	if (err == 0 || root_exhausted(err))
		return err;
	return number > PID_LIMIT ? by_inode(k, number) : r;
}

static int look_up(struct lookup *k, const char *spec)
{
	struct cursor c = cursor_of(spec, strlen(spec));
	uint64_t number;

	if (cursor_u64(&c, &number) && cursor_done(&c))
		return by_number(k, spec, number);
	/* As links of processes show it. */
	number = ns_inode("net", spec, strlen(spec));
	if (number)
		return by_inode(k, number);
	return strchr(spec, '/') ? by_path(k, spec) : by_name(k, spec);
}

static int not_found(struct fdmap_error *err, const char *spec, int why)
{
	if (root_exhausted(why))
		query_error(err, "%s", strerrordesc_np(-why));
	else if (why == -EACCES || why == -EPERM)
		query_error(err, "no network namespace: %s: %s", spec, strerrordesc_np(-why));
	else
		query_error(err, "no network namespace: %s", spec);
	return root_exhausted(why) ? why : -EINVAL;
}

int fdmap_query_netns(struct fdmap_query *q, struct fdmap *m, const char *spec,
		      struct fdmap_error *err)
{
	struct lookup k = { .root = fdmap_root(m) };
	int r;

	if (strcmp(spec, "self") == 0 || strcmp(spec, "all") == 0) {
		q->netns.given = true;
		if (*spec == 's')
			q->netns.self = true;
		else
			q->netns.all = true;
		return 0;
	}
	nslist_init(&k.l);
	r = *spec ? look_up(&k, spec) : -ENOENT;
	if (r == 0)
		r = nslist_start(&k.l, NULL);
	if (r == 0)
		r = nslist_own(&k.l, k.root);
	if (r == 0) {
		q->netns.given = true;
		if (k.ino == k.l.v[0].ino)
			q->netns.self = true;
		else
			r = add_inode(&q->netns, k.ino);
	}
	nslist_fini(&k.l);
	return r < 0 ? not_found(err, spec, r) : 0;
}

bool fdmap_query_is_local(const struct fdmap_query *q)
{
	struct expr_bounds b = { .sockets = false };

	if (q->filter)
		expr_bounds(q->filter, &b);
	return !q->netns.given && (q->used & SEL_ONLY_SOCKETS || b.sockets);
}

int fdmap_other_namespaces(struct fdmap *m)
{
	struct lookup k = { .root = fdmap_root(m) };
	int r;

	nslist_init(&k.l);
	r = find_all(&k);
	if (r == 0)
		r = (int)k.l.n - 1;
	nslist_fini(&k.l);
	return r;
}

const struct fdmap_netns *fdmap_namespaces(const struct fdmap_snapshot *s, size_t *n)
{
	*n = s && s->netns ? s->ns.n : 0;
	return s ? s->netns : NULL;
}
