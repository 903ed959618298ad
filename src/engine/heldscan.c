/* SPDX-License-Identifier: MIT */
/*
 * The walk. A link costs one call; only what is behind one (a message, a ring) is
 * read from fdinfo, and only when asked for. A process is never left out because
 * the query does: who holds a socket holds it all the same.
 */
#include "engine/heldscan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "proc/scmfds.h"
#include "proc/uring.h"

#define RING_TRIES 3

struct found {
	struct heldrow *v;
	size_t n, cap;
	bool refused;
};

struct walk {
	struct heldscan *h;
	const struct ids *pids;
	struct found *found; /* of each worker */
};

/* A process at hand, or one of its threads. */
struct holder {
	struct walk *walk;
	unsigned id; /* of the worker */
	const struct procdir *pd;
	const struct root_dir *fds, *infos; /* fd; where fdinfo/N is found */
	struct about about;
	int fd;
};

static int add_row(struct heldrow **v, size_t *n, size_t *cap, const struct heldrow *row)
{
	if (*n == *cap) {
		size_t more = *cap ? *cap * 2 : 16;
		struct heldrow *p = reallocarray(*v, more, sizeof(*p));

		if (!p)
			return -ENOMEM;
		*v = p;
		*cap = more;
	}
	(*v)[(*n)++] = *row;
	return 0;
}

int heldscan_add(struct heldscan *h, const struct heldrow *row)
{
	return add_row(&h->rows, &h->nrows, &h->cap, row);
}

void heldscan_fini(struct heldscan *h)
{
	free(h->rows);
	h->rows = NULL;
	h->nrows = h->cap = 0;
}

static struct worker *worker_of(const struct holder *o)
{
	return &o->walk->h->workers[o->id];
}

/* The descriptor at hand is told of with PID, command and access. */
static int add_holder(struct holder *o, enum heldrow_what what, uint64_t key)
{
	struct found *f = &o->walk->found[o->id];
	struct heldrow row = { .what = what, .key = key };
	uint32_t mode;
	char name[16];
	int r = worker_need(worker_of(o), o->pd, FDMAP_COMM | FDMAP_CRED, &o->about);

	if (r <= 0)
		return r;
	(void)snprintf(name, sizeof(name), "%d", o->fd);
	row.end = (struct fdmap_end){
		.pid = o->pd->pid,
		.fd = o->fd,
		.access = ' ',
		.uid = o->about.uid,
		.comm = o->about.facts.comm,
	};
	if (root_lmode(o->walk->h->scan->root, o->fds, name, &mode) == 0)
		row.end.access = access_of(mode);
	return add_row(&f->v, &f->n, &f->cap, &row);
}

static int read_info(struct holder *o, struct span *text)
{
	struct worker *w = worker_of(o);
	char name[24];
	int r;

	(void)snprintf(name, sizeof(name), "fdinfo/%d", o->fd);
	buf_reset(&w->text);
	r = root_read(w->scan->root, o->infos, name, &w->text);
	*text = (struct span){ buf_str(&w->text), r < 0 ? 0 : w->text.n };
	return root_exhausted(r) ? r : 0;
}

static int look_at_socket(struct holder *o, uint64_t ino)
{
	const struct heldscan *h = o->walk->h;
	const struct fdmap_sock *other;
	struct span text;
	uint32_t i;
	int r = 0;

	if (hash_find(&h->keys->by_ino, ino, &i) &&
	    atomic_fetch_or_explicit(&h->keys->flags[i], HELD, memory_order_relaxed) & HELD_NAMED)
		r = add_holder(o, HELD_FD, ino);
	if (r < 0 || !h->deep)
		return r;
	other = socktab_find(h->others, ino);
	if (other && other->table != FDMAP_UNIX)
		return 0;
	r = read_info(o, &text);
	return r == 0 && parse_scm_fds(text) ? add_holder(o, HELD_CARRIER, 0) : r;
}

/* A ring in use tells nothing, but will be free in a moment. */
static int look_at_ring(struct holder *o)
{
	struct span text;
	struct uring ring;
	struct uring_file file;
	struct fdlink link;
	bool told = false;
	int r = 0;

	for (int i = 0; i < RING_TRIES && r == 0 && !told; i++) {
		r = read_info(o, &text);
		told = r == 0 && parse_uring(text, &ring);
	}
	while (r == 0 && told && uring_next(&ring, &file)) {
		parse_fdlink(file.name, &link);
		if (link.what == FDLINK_SOCKET &&
		    hash_find(&o->walk->h->keys->by_ino, link.ino, NULL))
			r = add_holder(o, HELD_URING, link.ino);
	}
	return r;
}

/* 0 or -errno; a descriptor that may not be read is told as `refused`. */
static int look_at(struct holder *o)
{
	struct worker *w = worker_of(o);
	struct fdlink link;
	char name[16];
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%d", o->fd);
	len = root_link(w->scan->root, o->fds, name, w->link, sizeof(w->link));
	if (len == -EACCES || len == -EPERM)
		o->walk->found[o->id].refused = true;
	if (len < 0)
		return root_exhausted((int)len) ? (int)len : 0;
	parse_fdlink((struct span){ w->link, (size_t)len }, &link);
	if (link.what == FDLINK_SOCKET)
		return look_at_socket(o, link.ino);
	if (o->walk->h->deep && link.what == FDLINK_ANON && span_eq(link.name, "[io_uring]"))
		return look_at_ring(o);
	return 0;
}

/* The descriptors in `up`, the directory of a process or of a thread. */
static int walk_fds(struct holder *o, const struct root_dir *up)
{
	struct worker *w = worker_of(o);
	struct root *root = w->scan->root;
	struct root_dir dir;
	int r = root_dir_open(root, up, "fd", &dir);

	if (r == 0) {
		o->fds = &dir;
		o->infos = up;
		r = ids_read(root, &dir, &w->ids);
		for (size_t i = 0; r == 0 && i < w->ids.n; i++) {
			o->fd = (int)w->ids.v[i];
			r = look_at(o);
		}
		root_dir_close(&dir);
	}
	if (r == -EACCES || r == -EPERM)
		o->walk->found[o->id].refused = true;
	return root_exhausted(r) ? r : 0;
}

/* How many descriptors it has; 0: none, or that is not told (before Linux 6.2). */
static uint64_t count_fds(struct root *root, const struct root_dir *up)
{
	struct fdmap_stat st;

	return root_stat(root, up, "fd", &st) == 0 ? st.size : 0;
}

/*
 * Threads may have descriptors that are not those of their process. Which have is
 * told by their number only, so that two tables of one length are taken for one.
 */
static int walk_threads(struct holder *o)
{
	struct worker *w = worker_of(o);
	struct root *root = w->scan->root;
	uint64_t own = count_fds(root, &o->pd->dir);
	struct root_dir dir;
	int r = root_dir_open(root, &o->pd->dir, "task", &dir);

	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = ids_read(root, &dir, &w->tids);
	root_dir_close(&dir);
	for (size_t i = 0; r == 0 && i < w->tids.n; i++) {
		struct procdir task;

		if ((pid_t)w->tids.v[i] == o->pd->pid)
			continue;
		r = procdir_task(root, o->pd, (pid_t)w->tids.v[i], &task);
		if (r < 0) {
			r = root_exhausted(r) ? r : 0;
			continue;
		}
		if (count_fds(root, &task.dir) != own)
			r = walk_fds(o, &task.dir);
		procdir_close(&task);
	}
	return root_exhausted(r) ? r : 0;
}

static int walk_pid(struct walk *walk, unsigned id, pid_t pid)
{
	struct holder o = { .walk = walk, .id = id };
	struct root *root = walk->h->scan->root;
	struct procdir pd;
	int r = procdir_open(root, pid, &pd);

	if (r == -EACCES || r == -EPERM)
		walk->found[id].refused = true;
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	o.pd = &pd;
	r = walk_fds(&o, &pd.dir);
	if (r == 0 && walk->h->deep)
		r = walk_threads(&o);
	procdir_close(&pd);
	return r;
}

static void walk_chunk(void *arg, unsigned id, size_t lo, size_t hi)
{
	struct walk *walk = arg;
	struct worker *w = &walk->h->workers[id];

	for (size_t i = lo; i < hi && !w->error; i++) {
		struct arena_mark mark = arena_mark(&w->arena);
		size_t had = walk->found[id].n;

		if (walk->h->known && hash_find(walk->h->known, walk->pids->v[i], NULL))
			continue;
		w->error = walk_pid(walk, id, (pid_t)walk->pids->v[i]);
		if (walk->found[id].n == had)
			worker_rewind(w, mark);
	}
	progress_add(walk->h->scan->progress, hi - lo);
}

/*
 * Processes that are not even listed: those of others, where /proc is mounted so,
 * and what is outside of our PID namespace. The first process is always there.
 */
static bool hides_processes(struct root *root, const struct ids *pids)
{
	static const char init_ns[] = "pid:[4026531836]"; /* PROC_PID_INIT_INO, the kernel's own */
	char name[32], text[64];

	if (!root->live)
		return false;
	if (!pids->n || pids->v[0] != 1)
		return true;
	(void)snprintf(name, sizeof(name), "%s/ns/pid", root->self);
	return root_link(root, NULL, name, text, sizeof(text)) >= 0 &&
	       !span_eq((struct span){ text, strlen(text) }, init_ns);
}

static int gather(struct walk *walk, int r)
{
	struct heldscan *h = walk->h;

	for (unsigned i = 0; i < h->threads; i++) {
		struct found *f = &walk->found[i];

		if (r == 0)
			r = h->workers[i].error;
		h->refused = h->refused || f->refused;
		for (size_t j = 0; r == 0 && j < f->n; j++)
			r = heldscan_add(h, &f->v[j]);
		free(f->v);
	}
	return r;
}

int heldscan_run(struct heldscan *h)
{
	struct ids pids = { 0 };
	struct walk walk = { .h = h, .pids = &pids };
	int r;

	walk.found = calloc(h->threads, sizeof(*walk.found));
	if (!walk.found)
		return -ENOMEM;
	r = ids_read(h->scan->root, NULL, &pids);
	if (r == 0) {
		h->refused = h->refused || hides_processes(h->scan->root, &pids);
		progress_walk(h->scan->progress, 0, pids.n);
		pool_run(h->threads, pids.n, 4, walk_chunk, &walk);
	}
	r = gather(&walk, r);
	free(walk.found);
	ids_fini(&pids);
	return r;
}

static int compare_rows(const struct heldrow *x, const struct heldrow *y)
{
	if (x->what != y->what)
		return (x->what > y->what) - (x->what < y->what);
	return (x->key > y->key) - (x->key < y->key);
}

static int by_key(const void *a, const void *b)
{
	const struct heldrow *x = a, *y = b;
	int r = compare_rows(x, y);

	if (!r)
		r = (x->end.pid > y->end.pid) - (x->end.pid < y->end.pid);
	return r ? r : (x->end.fd > y->end.fd) - (x->end.fd < y->end.fd);
}

void heldscan_sort(struct heldscan *h)
{
	size_t kept = 0;

	if (h->nrows)
		qsort(h->rows, h->nrows, sizeof(*h->rows), by_key);
	for (size_t i = 0; i < h->nrows; i++)
		if (!kept || by_key(&h->rows[kept - 1], &h->rows[i]) != 0)
			h->rows[kept++] = h->rows[i];
	h->nrows = kept;
}

const struct heldrow *heldscan_find(const struct heldscan *h, enum heldrow_what what, uint64_t key,
				    size_t *n)
{
	const struct heldrow wanted = { .what = what, .key = key };
	size_t lo = 0, hi = h->nrows, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_rows(&h->rows[mid], &wanted) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < h->nrows && compare_rows(&h->rows[end], &wanted) == 0; end++)
		;
	*n = end - lo;
	return *n ? &h->rows[lo] : NULL;
}
