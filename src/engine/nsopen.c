/* SPDX-License-Identifier: MIT */
/* Ways into a network namespace: to be entered, or to be looked at from outside. */
#include "engine/nsopen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/nsstray.h"
#include "engine/passload.h"
#include "net/unixdiag.h"
#include "os/netns.h"
#include "os/wary.h"

struct load {
	struct fdmap_snapshot *s;
	const struct socksource *how;
	struct socktab *t;
	int error; /* out of memory or descriptors */
};

/* What it has got now, where that is kept. */
static void note(const struct load *l, struct nsentry *e)
{
	if (l->t == &l->s->gate && !l->how->filter)
		e->gate |= e->want;
	else if (l->t == &l->s->rows)
		e->rows |= e->want;
	e->want = 0;
}

static int load_into(struct load *l, struct nsentry *e, const struct root_dir *dir)
{
	struct socksource from = *l->how;
	int r;

	from.dir = dir;
	from.entered = !dir;
	from.netns = (uint32_t)(e - l->s->ns.v);
	r = socktab_load(l->t, &from, e->want);
	/* Peers and files are told where their sockets are, or not at all. */
	if (r == 0 && (from.peers || from.files) && e->want & FAMILY_BIT(FDMAP_UNIX))
		r = unixdiag_load(l->t, &from);
	if (r == 0) {
		e->error = 0;
		note(l, e);
	}
	return r;
}

static int open_task(struct root *root, const struct nstask *t, uint64_t *ino)
{
	char name[64];

	if (t->tid)
		(void)snprintf(name, sizeof(name), "%d/task/%d/ns/net", t->pid, t->tid);
	else
		(void)snprintf(name, sizeof(name), "%d/ns/net", t->pid);
	return root_netns_open(root, name, NULL, ino);
}

static int open_mount(struct root *root, const struct nsentry *e, uint64_t *ino)
{
	char name[32];

	if (e->mount_pid)
		(void)snprintf(name, sizeof(name), "%d/root", e->mount_pid);
	else
		(void)snprintf(name, sizeof(name), "%s/root", root->self);
	return root_netns_open(root, name, e->mount, ino);
}

static int open_held(struct root *root, const struct nsheld *h, uint64_t *ino)
{
	char name[48];
	int fd = -1, r;

	if (h->sock) {
		r = ns_of_socket(root, h, ino, &fd);
		return r < 0 ? r : fd;
	}
	(void)snprintf(name, sizeof(name), "%d/fd/%d", h->pid, h->fd);
	return root_netns_open(root, name, NULL, ino);
}

/* A process may have ended or moved since, a mount be another one: its inode decides. */
static bool is_it(const struct nsentry *e, uint64_t ino, int *fd)
{
	if (*fd >= 0 && ino != e->ino) {
		close(*fd);
		*fd = -ESTALE;
	}
	return *fd >= 0 || root_exhausted(*fd);
}

/* A descriptor of it, or why there is none. */
static int open_entry(struct root *root, const struct nsentry *e)
{
	uint64_t ino = 0;
	int fd = -ESRCH;

	for (size_t i = 0; i < NS_PIDS && e->tasks[i].pid; i++) {
		fd = open_task(root, &e->tasks[i], &ino);
		if (is_it(e, ino, &fd))
			return fd;
	}
	if (e->mount) {
		fd = open_mount(root, e, &ino);
		if (is_it(e, ino, &fd))
			return fd;
	}
	if (e->held.pid) {
		fd = open_held(root, &e->held, &ino);
		if (is_it(e, ino, &fd))
			return fd;
	}
	return fd;
}

/* In a thread of its own, which ends where it went last. */
static void enter_all(void *arg)
{
	struct load *l = arg;
	struct root *root = l->how->root;

	for (size_t i = 1; i < l->s->ns.n && l->error == 0; i++) {
		struct nsentry *e = &l->s->ns.v[i];
		int fd, r;

		if (!e->want)
			continue;
		fd = open_entry(root, e);
		r = fd < 0 ? fd : netns_enter(fd);
		if (fd >= 0)
			close(fd);
		if (r == 0) {
			atomic_fetch_add_explicit(&root->counts.entered, 1, memory_order_relaxed);
			r = load_into(l, e, NULL);
		}
		e->error = -r;
		if (root_exhausted(r))
			l->error = r;
	}
}

static int look_into(struct load *l, struct nsentry *e, const struct nstask *task)
{
	struct root *root = l->how->root;
	struct root_dir dir;
	char name[48], text[64];
	ssize_t len;
	int r;

	if (task->tid)
		(void)snprintf(name, sizeof(name), "%d/task/%d", task->pid, task->tid);
	else
		(void)snprintf(name, sizeof(name), "%d", task->pid);
	r = root_dir_open(root, NULL, name, &dir);
	if (r < 0)
		return r;
	/* That of a zombie says nothing any more. */
	len = root_link(root, &dir, "ns/net", text, sizeof(text));
	if (len < 0)
		r = (int)len;
	else if (ns_inode("net", text, (size_t)len) != e->ino)
		r = -ESTALE;
	else
		r = load_into(l, e, &dir);
	root_dir_close(&dir);
	return r;
}

/* Without the right to enter: what the processes in it may be asked for. */
static int look_into_all(struct load *l)
{
	for (size_t i = 1; i < l->s->ns.n; i++) {
		struct nsentry *e = &l->s->ns.v[i];

		for (size_t j = 0; e->want && j < NS_PIDS && e->tasks[j].pid; j++) {
			int r = look_into(l, e, &e->tasks[j]);

			if (root_exhausted(r))
				return r;
			if (r < 0 && !e->error)
				e->error = -r;
		}
	}
	return 0;
}

/* Each is told once; it is not tried again for the same tables. */
static int give_up(struct load *l, struct nsentry *e)
{
	char text[64];
	struct buf source;
	int r;

	note(l, e);
	e->error = e->error ? e->error : ESRCH;
	if (e->told)
		return 0;
	e->told = true;
	(void)snprintf(text, sizeof(text), "%" PRIu64, e->ino);
	buf_init(&source);
	buf_printf(&source, "netns %s", e->name ? e->name : text);
	r = source.failed ? -ENOMEM : snapshot_problem(l->s, buf_str(&source), e->error);
	buf_fini(&source);
	return r;
}

static void filled(void *arg, struct nsentry *e)
{
	e->error = 0;
	note(arg, e);
}

int nsopen_load(struct fdmap_snapshot *s, const struct socksource *how, struct socktab *t)
{
	struct load l = { .s = s, .how = how, .t = t };
	bool any = false;
	int r = 0;

	r = passload(s, how, t, filled, &l);
	for (size_t i = 1; i < s->ns.n; i++)
		any = any || s->ns.v[i].want;
	if (r < 0 || !any)
		return r;
	/* No thread to be had: the same as no right to enter. */
	if (how->root->live && (how->root->dares_netns || !wary(how->root)))
		r = netns_aside(enter_all, &l);
	if (root_exhausted(r) || l.error < 0)
		return l.error < 0 ? l.error : r;
	r = look_into_all(&l);
	for (size_t i = 1; r == 0 && i < s->ns.n; i++)
		if (s->ns.v[i].want)
			r = give_up(&l, &s->ns.v[i]);
	return r;
}
