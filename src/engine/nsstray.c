/* SPDX-License-Identifier: MIT */
/* Descriptors that keep network namespaces, and sockets that do. */
#include "engine/nsstray.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/scan.h"
#include "os/sockfd.h"

/* A file by the name of "/": what was mounted on a file, and is no more. 0: it is not. */
static uint64_t unmounted_file(struct root *root, const struct root_dir *dir, int fd)
{
	struct fdmap_stat st;
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", fd);
	return root_stat(root, dir, name, &st) == 0 && S_ISREG(st.mode) ? st.ino : 0;
}

void stray_link(struct worker *w, const struct target *t, const struct root_dir *dir, int fd,
		const struct fdlink *link)
{
	struct stray s = { t->pd->pid, fd, 0, false };

	if (t->pd->tid)
		return;
	if (link->what == FDLINK_OTHER && span_eq(link->name, "net"))
		s.ino = link->ino;
	else if (link->what == FDLINK_PATH && link->name.n == 1)
		s.ino = unmounted_file(w->scan->root, dir, fd);
	if (s.ino && !nslist_find(w->scan->strays, s.ino))
		buf_put(&w->strays, &s, sizeof(s));
}

int stray_check(struct root *root, const struct nsheld *held, uint64_t ino)
{
	uint64_t is = 0;
	char name[48];
	int fd;

	(void)snprintf(name, sizeof(name), "%d/fd/%d", held->pid, held->fd);
	fd = root_netns_open(root, name, NULL, &is);
	if (fd >= 0)
		close(fd);
	/* A recorded tree tells by the text of the link alone. */
	if (fd == -ENOSYS)
		is = ino;
	return fd < 0 && fd != -ENOSYS ? fd : is == ino ? 0 : -ESTALE;
}

void stray_socket(struct worker *w, const struct target *t, const struct root_dir *dir, int fd,
		  uint64_t ino)
{
	struct stray s = { t->pd->pid, fd, ino, true };
	char name[16], proto[64];

	if (t->pd->tid)
		return;
	(void)snprintf(name, sizeof(name), "%d", fd);
	if (root_sockproto(w->scan->root, dir, name, proto, sizeof(proto)) < 0)
		return;
	if (family_of_protoname(proto) & w->scan->plan->gate_families)
		buf_put(&w->strays, &s, sizeof(s));
}

int ns_of_socket(struct root *root, const struct nsheld *held, uint64_t *ino, int *nsfd)
{
	int fd = sockfd_get(root, held->pid, held->fd, held->sock), r;

	if (fd < 0)
		return fd;
	r = sockfd_netns(fd, ino, nsfd);
	close(fd);
	return r;
}

bool stray_selects(struct worker *w, const struct target *t, int fd, uint64_t ino)
{
	const struct nsheld held = { t->pd->pid, fd, ino };
	const struct nstask task = { t->pd->pid, t->pd->tid };
	const struct nsset *set = &w->scan->q->netns;
	const struct nslist *l = w->scan->ns;
	uint64_t ns;
	int r;

	if (!(w->scan->q->used & SEL_SOCK) || !set->given || set->all)
		return true;
	r = fd < 0 ? -EBADF : ns_of_socket(w->scan->root, &held, &ns, NULL);
	/* Most sockets are where their process is. */
	if (r < 0 && !root_exhausted(r))
		r = ns_link(w->scan->root, &task, "net", &ns);
	if (root_exhausted(r))
		w->stray_error = r;
	if (r < 0)
		return false;
	for (size_t i = 0; i < set->n; i++)
		if (set->ino[i] == ns)
			return true;
	return set->self && l->n && l->v[0].ino == ns;
}

struct hunt {
	struct nslist *l;
	struct root *root;
	const struct root_dir *dir;
	uint64_t ino;
	struct hash asked; /* sockets, by inode */
	struct nsheld held;
	int error;
};

/* 1: this descriptor keeps it. */
static int hunt_fd(void *arg, uint32_t fd)
{
	struct hunt *h = arg;
	char name[16], text[128];
	struct fdlink link;
	uint64_t ino;
	ssize_t len;
	int r;

	(void)snprintf(name, sizeof(name), "%u", fd);
	len = root_link(h->root, h->dir, name, text, sizeof(text));
	if (len < 0)
		return 0;
	h->held.fd = (int)fd;
	h->held.sock = 0;
	if (ns_inode("net", text, (size_t)len) == h->ino)
		return 1;
	if (text[0] == '/' && len == 1 && unmounted_file(h->root, h->dir, (int)fd) == h->ino)
		return stray_check(h->root, &h->held, h->ino) == 0;
	parse_fdlink((struct span){ text, (size_t)len }, &link);
	if (link.what != FDLINK_SOCKET || hash_find(&h->asked, link.ino, NULL))
		return 0;
	h->held.sock = link.ino;
	h->error = hash_put(&h->asked, link.ino, 0);
	if (h->error < 0)
		return h->error;
	r = ns_of_socket(h->root, &h->held, &ino, NULL);
	h->error = root_exhausted(r) ? r : 0;
	return h->error < 0 ? h->error : r == 0 && ino == h->ino;
}

static int hunt_pid(struct hunt *h, uint32_t pid)
{
	struct root_dir dir;
	char name[16];
	int r;

	(void)snprintf(name, sizeof(name), "%u/fd", pid);
	r = root_dir_open(h->root, NULL, name, &dir);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	h->dir = &dir;
	h->held.pid = (pid_t)pid;
	r = root_list(h->root, &dir, hunt_fd, h);
	root_dir_close(&dir);
	if (h->error < 0)
		return h->error;
	return r > 0 ? 1 : root_exhausted(r) ? r : 0;
}

int stray_find(struct nslist *l, struct root *root, uint64_t ino)
{
	struct hunt h = { .l = l, .root = root, .ino = ino };
	struct ids pids = { 0 };
	uint32_t at;
	int r;

	hash_init(&h.asked);
	r = ids_read(root, NULL, &pids);
	for (size_t i = 0; r == 0 && i < pids.n; i++)
		r = hunt_pid(&h, pids.v[i]);
	if (r > 0) {
		r = nslist_add(l, ino, &at);
		if (r >= 0)
			l->v[at].held = h.held;
	}
	hash_fini(&h.asked);
	ids_fini(&pids);
	return r < 0 ? r : 0;
}
