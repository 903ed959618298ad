/* SPDX-License-Identifier: MIT */
/* The walk over processes and their threads. */
#include "engine/scan.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "engine/filter.h"
#include "engine/maplock.h"
#include "engine/pass.h"
#include "engine/unseen.h"
#include "os/lateread.h"
#include "proc/tgid.h"

int worker_init(struct worker *w, const struct scan *scan)
{
	size_t words = hits_words(scan->q);

	/* A worker that is never needed need not cost the pages of its link. */
	memset(w, 0, offsetof(struct worker, link));
	w->scan = scan;
	arena_init(&w->arena);
	buf_init(&w->text);
	buf_init(&w->about);
	buf_init(&w->strays);
	buf_init(&w->late);
	buf_init(&w->seen);
	buf_init(&w->unseen);
	mapstat_init(&w->mapped);
	fdmap_value_init(&w->value, NULL);
	w->hits = calloc(words ? words : 1, sizeof(*w->hits));
	return w->hits ? 0 : -ENOMEM;
}

void worker_fini(struct worker *w)
{
	lateread_free(w->late_thread);
	source_free(w->source);
	forest_view_free(w->view);
	free(w->hits);
	free(w->rows);
	buf_fini(&w->text);
	buf_fini(&w->about);
	buf_fini(&w->strays);
	buf_fini(&w->late);
	buf_fini(&w->seen);
	buf_fini(&w->unseen);
	mapstat_fini(&w->mapped);
	fdmap_value_fini(&w->value);
	ids_fini(&w->ids);
	ids_fini(&w->tids);
}

int worker_need(struct worker *w, const struct procdir *pd, uint32_t facts, struct about *a)
{
	int r;

	if (facts & ~a->have & FDMAP_CRED) {
		r = root_owner(w->scan->root, &pd->dir, &a->uid);
		w->refused = w->refused || row_denied(r);
		if (r < 0)
			return 0;
		a->have |= FDMAP_CRED;
	}
	/* The command's file tells it, in ticks. */
	if (facts & FDMAP_START)
		facts |= FDMAP_COMM;
	if (facts & ~a->have & FDMAP_COMM) {
		if (!w->source) {
			r = source_new(&w->source, w->scan->root);
			if (r < 0)
				return r;
		}
		r = source_facts(w->source, pd, &w->arena, &a->facts);
		if (root_exhausted(r))
			return r;
		w->refused = w->refused || row_denied(r);
		/* Its number, which was listed as a process', is a thread's by now. */
		if (r < 0 || a->facts.state == 'Z' || (a->facts.is_task && !pd->tid))
			return 0;
		a->have |= FDMAP_COMM;
	}
	return worker_more(w, pd, facts, a);
}

/* Exclusions, then what the process itself is selected by. 1: go on, 0: no. */
static int gate(struct worker *w, const struct procdir *pd, const char *comm, bool task,
		struct about *a, uint32_t *got)
{
	const struct fdmap_query *q = w->scan->q;
	int r = worker_need(w, pd, w->scan->plan->proc_gate, a);
	struct select_ids ids;

	if (r <= 0)
		return r;
	ids = (struct select_ids){ pd->pid, a->facts.pgid, a->uid, task };
	if (!select_ids(q, &ids, w->hits, got))
		return 0;
	/* A process rejected here is not examined for its command (lsof's order). */
	if (!select_possible(q, *got | SEL_CMD | SEL_CNTX))
		return 0;
	if ((q->ncmd || q->nre) && !select_command(q, comm ? comm : a->facts.comm, w->hits, got))
		return 0;
	if (q->ncontexts && select_possible(q, *got | SEL_CNTX)) {
		r = worker_need(w, pd, FDMAP_CONTEXT, a);
		if (r <= 0)
			return r;
		select_context(q, a->context, w->hits, got);
	}
	return select_possible(q, *got);
}

struct fdmap_process worker_process(const struct worker *w, const struct procdir *pd,
				    const struct about *a, const char *comm)
{
	return (struct fdmap_process){
		.pid = pd->pid,
		.tid = pd->tid,
		.ppid = a->facts.ppid,
		.pgid = a->facts.pgid,
		.ticks = a->facts.start,
		.uid = a->uid,
		.have = a->have,
		.comm = comm ? comm : a->facts.comm,
		.task = pd->tid ? a->facts.comm : NULL,
		.context = a->context,
		.runtime = a->cgroup.runtime,
		.container = a->cgroup.container,
		.pod = a->cgroup.pod,
		.unit = a->cgroup.unit,
		.cgroup = a->cgroup.path,
		.sid = a->facts.sid,
		.start = a->start,
		.age = a->age,
		.cmdline = a->cmdline,
		.cmdline_len = a->cmdline_len,
		.exe = a->exe,
		.nspids = a->nspids,
		.nnspids = a->nnspids,
		.pidns = a->pidns,
		.netns = a->netns,
		.caps = a->caps,
		.caps_known = w->scan->sys.caps,
		.nofile = a->nofile,
		.nfds = a->nfds,
	};
}

/* Keeps the rows in hand as a process; those of one that has ended are dropped. */
int worker_keep(struct worker *w, const struct procdir *pd, struct about *a, const char *comm,
		struct fdmap_process *p)
{
	int r = worker_need(w, pd, w->scan->plan->proc_row, a);

	if (r <= 0)
		return r;
	*p = worker_process(w, pd, a, comm);
	p->nfiles = (uint32_t)w->nrows;
	p->files = arena_memdup(&w->arena, w->rows, w->nrows * sizeof(*w->rows));
	w->cache.fresh = false;
	return p->files ? 1 : -ENOMEM;
}

static int read_and_keep(struct worker *w, const struct target *t, struct about *a,
			 const char *comm, struct fdmap_process *p)
{
	int r = rows_read(w, t);

	/* A PID may be another's by now: its start tells. */
	if (r == 0 && w->nrows && w->told && pass_tells(w->scan))
		r = worker_need(w, t->pd, FDMAP_COMM, a);
	else if (r == 0)
		r = 1;
	if (r <= 0)
		return r;
	return w->nrows ? worker_keep(w, t->pd, a, comm, p) : 0;
}

/* 1: a process was added to *p; 0: not; or -ENOMEM. */
static int read_one(struct worker *w, const struct procdir *pd, const struct procdir *leader,
		    struct about *a, const char *comm, uint32_t got, struct fdmap_process *p)
{
	struct target t = {
		.pd = pd, .leader = leader, .got = got, .whole = select_done(w->scan->q, got),
		.waits = a->have & FDMAP_COMM && a->facts.state == 'D'
	};
	struct arena_mark mark = arena_mark(&w->arena);
	int r = filter_process(w, pd, a, comm, &t.proc);

	w->walked += r > 0 && !pd->tid;
	w->nrows = 0;
	if (r > 0)
		r = read_and_keep(w, &t, a, comm, p);
	if (r > 0 && pass_outdated(w->scan->pass, w->told, a)) {
		t.by_proc = true;
		r = read_and_keep(w, &t, a, comm, p);
	}
	if (r < 0)
		return r;
	/* All of its descriptors are rows. */
	if (r > 0 && t.whole && !w->scan->q->filter && w->scan->plan->lists_all & FDMAP_FDS &&
	    !w->scan->plan->first_hit)
		p->have |= FDMAP_FDS;
	if (r == 0)
		worker_rewind(w, mark);
	return r;
}

static int slot_add(struct worker *w, struct slot *s, const struct fdmap_process *p)
{
	/* Powers of two from the arena: threads are few, processes one each. */
	if (!(s->n & (s->n - 1))) {
		uint32_t cap = s->n ? s->n * 2 : 1;
		struct fdmap_process *v = arena_alloc(&w->arena, cap * sizeof(*v));

		if (!v)
			return -ENOMEM;
		if (s->n)
			memcpy(v, s->v, s->n * sizeof(*v));
		s->v = v;
	}
	s->v[s->n++] = *p;
	return 0;
}

/* 1: the thread was not rejected; 0; or -ENOMEM. */
static int read_task(struct worker *w, const struct procdir *leader, const struct about *of,
		     pid_t tid, struct slot *s)
{
	struct about a = { .uid = of->uid, .have = of->have & FDMAP_CRED };
	struct fdmap_process p;
	struct procdir pd;
	uint32_t got = 0;
	int r;

	r = procdir_task(w->scan->root, leader, tid, &pd);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = worker_need(w, &pd, FDMAP_COMM, &a);
	if (r > 0)
		r = gate(w, &pd, of->facts.comm, true, &a, &got);
	if (r > 0) {
		r = read_one(w, &pd, leader, &a, of->facts.comm, got, &p);
		if (r > 0)
			r = slot_add(w, s, &p);
		if (r == 0)
			r = 1;
	}
	procdir_close(&pd);
	return r;
}

/* Threads: every one but the leader. Number of those not rejected, or -ENOMEM. */
static int read_tasks(struct worker *w, const struct procdir *pd, const struct about *a,
		      struct slot *s)
{
	struct root_dir dir;
	int n = 0, r = root_dir_open(w->scan->root, &pd->dir, "task", &dir);

	w->refused = w->refused || row_denied(r);
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	r = ids_read(w->scan->root, &dir, &w->tids);
	root_dir_close(&dir);
	w->refused = w->refused || row_denied(r);
	if (root_exhausted(r))
		return r;
	for (size_t i = 0; i < w->tids.n; i++) {
		if ((pid_t)w->tids.v[i] == pd->pid)
			continue;
		r = read_task(w, pd, a, (pid_t)w->tids.v[i], s);
		if (r < 0)
			return r;
		n += r;
	}
	return n;
}

static int read_process(struct worker *w, const struct procdir *pd, struct slot *s)
{
	const struct fdmap_query *q = w->scan->q;
	struct about a = { .have = 0 };
	struct slot tasks = { 0 };
	struct fdmap_process p;
	uint32_t got = 0;
	int r, ntasks = 0;

	if (w->scan->plan->tasks) {
		/* All threads of a zombie have ended. */
		r = worker_need(w, pd, FDMAP_COMM | (w->scan->plan->proc_row & FDMAP_CRED), &a);
		if (r <= 0)
			return r;
		if (a.facts.threads != 1)
			ntasks = read_tasks(w, pd, &a, &tasks);
		if (ntasks < 0)
			return ntasks;
	}
	/* -a -K lists the leader with its threads, as if it were one of them. */
	r = gate(w, pd, NULL, q->match == FDMAP_MATCH_ALL && ntasks > 0, &a, &got);
	if (r > 0)
		r = read_one(w, pd, pd, &a, NULL, got, &p);
	if (r > 0)
		r = slot_add(w, s, &p);
	for (uint32_t i = 0; r >= 0 && i < tasks.n; i++)
		r = slot_add(w, s, &tasks.v[i]);
	return r < 0 ? r : 0;
}

struct job {
	const struct ids *pids;
	struct slot *slots;
	const struct scan_watch *watch; /* or NULL */
	struct crew crew;
};

static int scan_pid(struct worker *w, uint32_t pid, struct slot *s)
{
	const struct fdmap_query *q = w->scan->q;
	struct arena_mark mark = arena_mark(&w->arena);
	struct procdir pd;
	unsigned term;
	bool not;
	int r;

	w->looked++;
	w->refused = w->held_back = false;
	if (q->pid.excluded && idterms_find(&q->pid, pid, &not, &term) && not)
		return 0;
	if (w->scan->pass && w->scan->plan->pass_skips && pass_skips(w, pid))
		return w->error;
	r = procdir_open(w->scan->root, (pid_t)pid, &pd);
	if (r < 0) {
		unseen_closed(w, pid, r);
		return root_exhausted(r) ? r : 0;
	}
	/* A thread's directory can be opened by its number, though it is not listed. */
	if (!w->scan->plan->direct || read_is_leader(w->scan->root, &pd, &w->text))
		r = read_process(w, &pd, s);
	procdir_close(&pd);
	if (w->held_back)
		unseen_held(w, pid);
	else if (w->refused)
		unseen_refused(w, pid);
	/* Nothing of a rejected process is kept. */
	if (r == 0 && !s->n)
		worker_rewind(w, mark);
	return r;
}

static int scan_one(struct worker *w, uint32_t pid, struct slot *s)
{
	int r = scan_pid(w, pid, s);

	progress_add(w->scan->progress, 1);
	return r;
}

static void scan_chunk(void *arg, unsigned id, size_t lo, size_t hi)
{
	struct job *j = arg;
	struct worker *w = &j->crew.workers[id];

	if (j->watch && !j->watch->before(j->watch->arg, w, lo))
		return;
	for (size_t i = lo; i < hi && !w->error; i++)
		w->error = scan_one(w, j->pids->v[i], &j->slots[i]);
	if (j->watch)
		j->watch->after(j->watch->arg, w, lo, hi - lo);
}

/* So many are read before a thread has started; one with many descriptors asks for some. */
#define FEW 16

int scan_run(const struct scan *scan, const struct ids *pids, struct slot *slots,
	     struct worker *workers, unsigned nthreads, const struct scan_watch *watch)
{
	size_t chunk = scan->plan->direct && pids->n < FEW ? FEW : SCAN_CHUNK;
	struct job j = {
		.pids = pids, .slots = slots, .watch = watch, .crew.workers = workers
	};
	int r = 0;

	pool_init(&j.crew.pool, nthreads);
	for (unsigned i = 0; i < nthreads; i++) {
		workers[i].crew = &j.crew;
		workers[i].id = i;
	}
	pool_work(&j.crew.pool, pids->n, chunk, scan_chunk, &j);
	pool_fini(&j.crew.pool);
	for (unsigned i = 0; i < nthreads; i++) {
		workers[i].crew = NULL;
		r = r ? r : workers[i].error;
	}
	return r;
}
