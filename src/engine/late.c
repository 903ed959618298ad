/* SPDX-License-Identifier: MIT */
/* Tables are read once more, but only where a socket shows that they lack something. */
#include "engine/late.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/nsload.h"
#include "engine/scan.h"
#include "os/sockfd.h"
#include "proc/fdlink.h"

/* So many sockets a worker asks for their protocols; what comes after may be of any. */
#define MAX_ASKED 64
/* A table whose text is read is not whole for certain the second time, either. */
#define MAX_LOADS 6

void late_note(struct worker *w, const struct place *at, uint64_t ino)
{
	char proto[64];

	if (w->asked < MAX_ASKED) {
		w->asked++;
		if (root_sockproto(w->scan->root, at->dir, at->name, proto, sizeof(proto)) < 0 ||
		    !(family_of_protoname(proto) & w->scan->doubt))
			return;
	}
	buf_put(&w->late, &ino, sizeof(ino));
}

/* How many of the noted sockets are in the table. */
static size_t count_found(const struct fdmap_snapshot *s, const struct buf *noted)
{
	const uint64_t *v = (const void *)noted->p;
	size_t n = 0;

	for (size_t i = 0; i < noted->n / sizeof(*v); i++)
		n += socktab_find(&s->gate, v[i]) != NULL;
	return n;
}

int late_gate(struct fdmap_snapshot *s, const struct scan *scan, const struct buf *noted,
	      bool *more)
{
	size_t had = s->gate.socks.n, now = noted ? 0 : had, last, rows;
	unsigned same = 0;
	int r = 0;

	*more = false;
	if (!scan->doubt || (noted && !noted->n))
		return 0;
	/* What is still missing may have ended, or may have been left out again. */
	for (unsigned i = 0; r == 0 && i < MAX_LOADS && same < 2; i++) {
		last = now;
		rows = s->gate.socks.n;
		r = nsload_again(s, scan->root, scan->plan, scan->doubt);
		now = noted ? count_found(s, noted) : s->gate.socks.n;
		same = now == last ? same + 1 : 0;
		if (noted && now == noted->n / sizeof(uint64_t))
			break;
		/* No socket has come at all: nothing that comes and goes, nothing left out. */
		if (noted && s->gate.socks.n == rows)
			break;
	}
	*more = noted ? now > 0 : now > had;
	return r;
}

/* Is it still there? What has been closed before anything told of it is no row. */
static bool is_held(struct root *root, const struct fdmap_process *p, const struct fdmap_file *f)
{
	char name[64], text[64];
	struct fdlink link;
	ssize_t n;

	if (p->tid)
		(void)snprintf(name, sizeof(name), "%d/task/%d/fd/%d", p->pid, p->tid, f->fd);
	else
		(void)snprintf(name, sizeof(name), "%d/fd/%d", p->pid, f->fd);
	n = root_link(root, NULL, name, text, sizeof(text));
	if (n < 0)
		return !row_ended((int)n);
	parse_fdlink((struct span){ text, (size_t)n }, &link);
	return link.what == FDLINK_SOCKET && link.ino == f->ino;
}

/*
 * The tables that should tell of it; none, where it says itself that it is in none. What
 * may not be asked is looked for, but only once. 1: it has been closed; 0; or -errno.
 */
static int tables_of(struct root *root, const struct fdmap_process *p, const struct fdmap_file *f,
		     bool again, uint32_t *tables)
{
	int fd = p->tid ? -ENOTSUP : sockfd_get(root, p->pid, f->fd, f->ino), r;

	/* The number is another file's by now, nobody's, or its process has ended. */
	if (fd == -ESTALE || fd == -EBADF || fd == -ESRCH)
		return 1;
	if (fd < 0) {
		*tables = again ? 0 : *tables;
		return root_exhausted(fd) ? fd : 0;
	}
	r = sockfd_told(fd);
	close(fd);
	*tables = r > 0 || (r < 0 && !again) ? *tables : 0;
	return 0;
}

struct late {
	struct fdmap_snapshot *s;
	struct root *root;
	const struct plan *plan;
	uint32_t tables; /* that are to be read once more */
	bool again;      /* they were, already */
	bool gone;       /* some rows are none any more */
};

static void drop(struct late *l, struct fdmap_file *f)
{
	f->kind = FDMAP_KIND_UNKNOWN;
	l->gone = true;
}

static int look_at(struct late *l, const struct fdmap_process *p, struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	uint32_t tables = l->plan->gate_families | l->plan->row_families;
	int r;

	if (!snapshot_lacks_sock(f) || f->fd < 0)
		return 0;
	f->sock = socktab_find(&l->s->gate, f->ino);
	if (!f->sock)
		f->sock = socktab_find(&l->s->rows, f->ino);
	if (f->sock) {
		f->have |= FDMAP_SOCK | FDMAP_QUEUES;
		return 0;
	}
	if (!is_held(l->root, p, f)) {
		drop(l, f);
		return 0;
	}
	tables &= FAMILY_NO_RAW6 | (more->sockproto ? family_of_protoname(more->sockproto) : 0);
	if (!(tables & ~FAMILY_NO_RAW6) || (f->have & FDMAP_NETNS && f->netns))
		return 0;
	r = tables_of(l->root, p, f, l->again, &tables);
	if (r > 0)
		drop(l, f);
	else
		l->tables |= tables;
	return r < 0 ? r : 0;
}

static int look_at_all(struct late *l)
{
	int r = 0;

	l->tables = 0;
	for (size_t i = 0; r == 0 && i < l->s->nprocs; i++)
		for (uint32_t j = 0; r == 0 && j < l->s->procs[i].nfiles; j++)
			r = look_at(l, &l->s->procs[i], snapshot_row(&l->s->procs[i], j));
	return r;
}

int late_join(struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
	struct late l = { .s = s, .root = root, .plan = plan };
	int r;

	/* What was recorded does not change. */
	if (!root->live)
		return 0;
	r = look_at_all(&l);
	for (unsigned i = 0; r == 0 && l.tables && i < MAX_LOADS; i++) {
		r = nsload_again(s, root, plan, l.tables);
		l.again = true;
		if (r == 0)
			r = look_at_all(&l);
	}
	if (l.gone)
		snapshot_drop(s);
	return r;
}
