/* SPDX-License-Identifier: MIT */
/*
 * The second walk: over the processes of which the rows, the notes of the first walk, and
 * a pass have not told all. What a link tells is compared with what is looked for; only
 * what matches, or what a link can't tell, costs more.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/digits.h"
#include "base/pool.h"
#include "engine/ends.h"
#include "engine/exempt.h"
#include "engine/pass.h"
#include "engine/unseen.h"
#include "proc/fdinfo.h"

#define BIT(what) (1u << (what))
/* What only stat tells. */
#define BY_STAT (BIT(END_FIFO) | BIT(END_MQUEUE) | BIT(END_MASTER) | BIT(END_SLAVE))

struct found {
	struct end_holder *v;
	size_t n;
};

struct walk {
	const struct scan *scan;
	struct worker *workers;
	const struct endset *set;
	const struct fdmap_snapshot *s;
	const struct endseen *seen;
	const struct ids *pids;
	struct found *found; /* of each worker */
	struct endrows *rows;
};

/* A descriptor, as far as it is known. */
struct held {
	const struct procdir *pd;
	const struct root_dir *dir;
	char name[DIGITS_NAME];
	int fd;
	const struct bpf_file *told; /* or NULL: its link is read */
	struct fdmap_stat st;
	bool own;
};

static int read_fdinfo(struct worker *w, const struct held *h, struct fdinfo *info)
{
	char name[DIGITS_NAME];
	int r;

	digits_name(name, "fdinfo/", (uint32_t)h->fd);
	buf_reset(&w->text);
	r = root_read(w->scan->root, &h->pd->dir, name, &w->text);
	if (r < 0)
		return r;
	return parse_fdinfo((struct span){ buf_str(&w->text), w->text.n }, &w->arena, info);
}

/* A path: a FIFO, a queue, a pty? 1: so it is; 0; -ENOMEM. */
static int id_of_path(struct worker *w, uint32_t whats, struct held *h, struct end_id *id)
{
	uint32_t tty = 0;
	struct fdinfo info;
	int r;

	if (!(whats & BY_STAT))
		return 0;
	if (!(h->told && bpf_stat(h->told, &h->st)) &&
	    root_stat(w->scan->root, h->dir, h->name, &h->st) < 0)
		return 0;
	if (!S_ISCHR(h->st.mode)) {
		*id = (struct end_id){ S_ISFIFO(h->st.mode) ? END_FIFO : END_MQUEUE, h->st.dev,
				       h->st.ino };
		return 1;
	}
	if (!end_id_of_tty(&h->st, &tty, id))
		return 0;
	if (id->what != END_MASTER)
		return 1;
	h->own = end_is_own(&h->st);
	r = whats & BIT(END_MASTER) ? read_fdinfo(w, h, &info) : -ENOENT;
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	id->a = info.tty;
	return info.has_tty;
}

/* What is it an end of? 1, 0: of nothing that is looked for, -ENOMEM. */
static int id_of_link(struct worker *w, uint32_t whats, size_t len, struct held *h,
		      struct end_id *id)
{
	struct fdinfo info;
	struct fdlink link;
	int r;

	parse_fdlink((struct span){ w->link, len }, &link);
	switch (link.what) {
	case FDLINK_PIPE:
		*id = (struct end_id){ .what = END_PIPE, .a = link.ino };
		return 1;
	case FDLINK_SOCKET:
		*id = (struct end_id){ .what = END_SOCKET, .a = link.ino };
		return 1;
	case FDLINK_PATH:
		/* What is not to be asked is not asked here, either. */
		if (exempt_find(w->scan->q, w->link, len))
			return 0;
		return id_of_path(w, whats, h, id);
	case FDLINK_ANON:
		if (!(whats & BIT(END_EVENTFD)) || !span_eq(link.name, "[eventfd]"))
			return 0;
		r = read_fdinfo(w, h, &info);
		if (r < 0 || !info.anon.has_id)
			return root_exhausted(r) ? r : 0;
		*id = (struct end_id){ .what = END_EVENTFD, .a = info.anon.id };
		return 1;
	case FDLINK_OTHER:
		break;
	}
	return 0;
}

static int add_found(struct found *f, const struct end_holder *h)
{
	if (!(f->n & (f->n - 1))) {
		size_t cap = f->n ? f->n * 2 : 1;
		struct end_holder *v = reallocarray(f->v, cap < 16 ? 16 : cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		f->v = v;
	}
	f->v[f->n++] = *h;
	return 0;
}

static int look_at(struct walk *walk, unsigned id, struct held *h, struct about *a)
{
	struct worker *w = &walk->workers[id];
	struct root *root = walk->scan->root;
	struct end_holder holder = { .end = { .pid = h->pd->pid, .fd = h->fd } };
	struct end_id what;
	uint32_t mode;
	ssize_t len;
	int r;

	digits_name(h->name, h->told ? "fd/" : "", (uint32_t)h->fd);
	len = h->told ? pass_link(h->told, w->link, sizeof(w->link))
		      : root_link(root, h->dir, h->name, w->link, sizeof(w->link));
	w->refused = w->refused || row_denied(len);
	if (len < 0)
		return 0;
	r = id_of_link(w, walk->set->whats, (size_t)len, h, &what);
	if (r <= 0 || !endset_find(walk->set, &what, &holder.key))
		return r < 0 ? r : 0;
	r = worker_need(w, h->pd, FDMAP_COMM | FDMAP_CRED, a);
	if (r <= 0)
		return r;
	if (h->told)
		holder.end.access = access_of(pass_lmode(h->told));
	else if (root_lmode(root, h->dir, h->name, &mode) < 0)
		holder.end.access = ' ';
	else
		holder.end.access = access_of(mode);
	holder.end.uid = a->uid;
	holder.end.comm = a->facts.comm;
	holder.own = h->own;
	holder.dev = h->st.dev;
	return add_found(&walk->found[id], &holder);
}

static bool excluded(const struct idterms *t, uint64_t id)
{
	unsigned term;
	bool not;

	return t->excluded && idterms_find(t, id, &not, &term) && not;
}

/*
 * Whose owner or group is excluded is no end, either; who is left out by PID or by
 * command is one, as lsof has it. 1: go on, 0, -ENOMEM.
 */
static int may_hold(struct worker *w, const struct procdir *pd, struct about *a)
{
	const struct fdmap_query *q = w->scan->q;
	uint32_t facts = (q->uid.excluded ? FDMAP_CRED : 0) | (q->pgid.excluded ? FDMAP_COMM : 0);
	int r = worker_need(w, pd, facts, a);

	if (r > 0 && (excluded(&q->uid, a->uid) || excluded(&q->pgid, (uint64_t)a->facts.pgid)))
		return 0;
	return r;
}

/* Does a pass tell of all that is looked for? */
static const struct bpf_holder *told_of(struct walk *walk, struct worker *w,
					const struct procdir *pd)
{
	const struct scan *s = walk->scan;

	if (!s->pass || !pass_tells(s) ||
	    (s->pass->what == BPF_SOCKETS && walk->set->whats & ~BIT(END_SOCKET)))
		return NULL;
	return pass_holder(w, pd);
}

/* 1: all was told; 0: it was of another process; -ENOMEM. */
static int walk_told(struct walk *walk, unsigned id, const struct procdir *pd,
		     const struct bpf_holder *told, struct about *a)
{
	size_t had = walk->found[id].n, at = told->at;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < told->n; i++) {
		const struct bpf_head *head = bpf_next(walk->scan->pass, &at);
		struct held h = { .pd = pd, .dir = &pd->dir, .fd = head->fd,
				  .told = (const struct bpf_file *)head };

		if (pass_tells_of(walk->scan, head) && !head->tid && head->fd >= 0)
			r = look_at(walk, id, &h, a);
	}
	if (r < 0 || !pass_outdated(walk->scan->pass, told, a))
		return r < 0 ? r : 1;
	walk->found[id].n = had;
	return 0;
}

/* some: of all descriptors only these, or NULL. */
static int walk_fds(struct walk *walk, unsigned id, const struct procdir *pd,
		    const struct endrows *some)
{
	struct worker *w = &walk->workers[id];
	const struct bpf_holder *told;
	struct about a = { .have = 0 };
	struct root_dir dir;
	int r = may_hold(w, pd, &a);

	if (r <= 0)
		return r;
	told = some ? NULL : told_of(walk, w, pd);
	r = told ? walk_told(walk, id, pd, told, &a) : 0;
	if (r != 0)
		return r < 0 ? r : 0;
	r = root_dir_open(walk->scan->root, &pd->dir, "fd", &dir);
	w->refused = row_denied(r);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	if (!some)
		r = ids_read(walk->scan->root, &dir, &w->ids);
	for (size_t i = 0; r >= 0 && i < (some ? some->nfds : w->ids.n); i++) {
		int fd = some ? some->fds[i] : (int)w->ids.v[i];
		struct held h = { .pd = pd, .dir = &dir, .fd = fd };

		r = look_at(walk, id, &h, &a);
	}
	root_dir_close(&dir);
	return root_exhausted(r) ? r : 0;
}

static void walk_chunk(void *arg, unsigned id, size_t lo, size_t hi)
{
	struct walk *walk = arg;
	struct worker *w = &walk->workers[id];

	for (size_t i = lo; i < hi && !w->error; i++) {
		struct arena_mark mark = arena_mark(&w->arena);
		size_t had = walk->found[id].n;
		pid_t pid = (pid_t)walk->pids->v[i];
		const struct endrows *some = NULL;
		struct procdir pd;
		int r;

		if (endseen_knows(walk->seen, pid, &some)
			    ? !some
			    : endseen_told(walk->scan, walk->s, walk->set, pid))
			continue;
		w->refused = false;
		r = procdir_open(walk->scan->root, pid, &pd);
		if (r == 0) {
			r = walk_fds(walk, id, &pd, some);
			procdir_close(&pd);
		} else {
			unseen_closed(w, (uint32_t)pid, r);
		}
		if (w->refused)
			unseen_refused(w, (uint32_t)pid);
		if (root_exhausted(r))
			w->error = r;
		else if (walk->found[id].n == had)
			worker_rewind(w, mark);
	}
	progress_add(walk->scan->progress, hi - lo);
}

static int workers_error(const struct worker *workers, unsigned n)
{
	int r = 0;

	for (unsigned i = 0; i < n && r == 0; i++)
		r = workers[i].error;
	return r;
}

int endscan_holders(const struct scan *scan, const struct fdmap_snapshot *s, struct worker *workers,
		    unsigned threads, const struct endseen *seen, struct endset *set)
{
	struct ids pids = { 0 };
	struct walk walk = { .scan = scan, .workers = workers, .set = set, .s = s, .seen = seen,
			     .pids = &pids };
	int r = ids_read(scan->root, NULL, &pids);

	walk.found = calloc(threads, sizeof(*walk.found));
	if (!walk.found)
		r = -ENOMEM;
	if (r == 0) {
		progress_walk(scan->progress, 0, pids.n);
		pool_run(threads, pids.n, 4, walk_chunk, &walk);
		r = workers_error(workers, threads);
	}
	for (unsigned i = 0; walk.found && i < threads; i++) {
		if (r == 0)
			r = endset_hold(set, walk.found[i].v, walk.found[i].n);
		free(walk.found[i].v);
	}
	free(walk.found);
	ids_fini(&pids);
	return root_exhausted(r) ? r : 0;
}

static int read_rows(struct worker *w, struct endrows *e)
{
	struct about a = { .have = 0 };
	struct root_dir dir;
	struct procdir pd;
	int r = procdir_open(w->scan->root, e->pid, &pd);

	if (r < 0)
		return r;
	w->nrows = 0;
	r = root_dir_open(w->scan->root, &pd.dir, "fd", &dir);
	if (r == 0) {
		struct target t = { .pd = &pd, .leader = &pd, .got = UINT32_MAX, .whole = true };

		for (size_t i = 0; r == 0 && i < e->nfds; i++)
			r = rows_fd(w, &t, &dir, e->fds[i]);
		root_dir_close(&dir);
	}
	if (r == 0 && w->nrows)
		r = worker_keep(w, &pd, &a, NULL, &e->proc);
	procdir_close(&pd);
	return r;
}

static void rows_chunk(void *arg, unsigned id, size_t lo, size_t hi)
{
	struct walk *walk = arg;
	struct worker *w = &walk->workers[id];

	for (size_t i = lo; i < hi && !w->error; i++) {
		int r = read_rows(w, &walk->rows[i]);

		w->error = root_exhausted(r) ? r : 0;
	}
}

int endscan_rows(const struct scan *scan, struct worker *workers, unsigned threads,
		 const struct endlist *list)
{
	struct walk walk = { .scan = scan, .workers = workers, .rows = list->v };

	pool_run(threads, list->n, 1, rows_chunk, &walk);
	return workers_error(workers, threads);
}
