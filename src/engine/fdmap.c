/* SPDX-License-Identifier: MIT */
/* The public entry points: a system, and taking a query of it. */
#include "fdmap.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/util.h"
#include "bpf/pass.h"
#include "engine/explain.h"
#include "engine/plan.h"
#include "engine/progress.h"
#include "engine/query.h"
#include "engine/snapshot.h"
#include "engine/take.h"
#include "os/errand.h"
#include "os/peak.h"
#include "os/reach.h"

#define MAX_THREADS 64
#define DIRECT_THREADS 8

struct fdmap {
	struct root *root;
	struct resolve *resolve;
	unsigned threads, part;
	struct progress progress;
	const char *engine_why; /* why the last run did without BPF, or NULL */
};

const char *fdmap_version(void)
{
	return FDMAP_VERSION;
}

/* A thread has a process, one of its threads, a directory and a file of these open; some are to spare. */
#define THREAD_FDS 8
#define OWN_FDS 12

/* As many as may have their descriptors open at once. */
static unsigned limited_threads(unsigned threads)
{
	struct rlimit limit;
	rlim_t most;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return threads;
	most = limit.rlim_cur > OWN_FDS ? (limit.rlim_cur - OWN_FDS) / THREAD_FDS : 1;
	if (most < 1)
		most = 1;
	return threads < most ? threads : (unsigned)most;
}

static unsigned allowed_cpus(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < 1 ? 1 : (unsigned)n;
}

/* A wish of a later version's is none that we could fulfil. */
static bool knows_all(const struct fdmap_config *cfg)
{
	for (size_t i = 0; i < ARRAY_LEN(cfg->unused); i++)
		if (cfg->unused[i])
			return false;
	return true;
}

int fdmap_open(struct fdmap **out, const struct fdmap_config *cfg)
{
	struct fdmap *m;
	int r;

	if (cfg && !knows_all(cfg))
		return -EINVAL;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->threads = cfg && cfg->threads ? cfg->threads : allowed_cpus();
	if (m->threads > MAX_THREADS)
		m->threads = MAX_THREADS;
	m->threads = limited_threads(m->threads);
	m->part = cfg ? cfg->part : 0;
	progress_stage(&m->progress, FDMAP_STAGES);
	r = root_open(&m->root, cfg ? cfg->proc : NULL);
	if (r == 0)
		r = resolve_new(&m->resolve, m->root);
	if (r < 0) {
		fdmap_close(m);
		return r;
	}
	*out = m;
	return 0;
}

void fdmap_close(struct fdmap *m)
{
	if (!m)
		return;
	resolve_free(m->resolve);
	root_close(m->root);
	free(m);
}

void fdmap_set_timeout(struct fdmap *m, unsigned ms)
{
	if (!root_is_recorded(m->root))
		reach_set_timeout(m->root->reach, ms);
}

struct root *fdmap_root(struct fdmap *m)
{
	return m->root;
}

struct resolve *fdmap_resolve(struct fdmap *m)
{
	return m->resolve;
}

int fdmap_uid_of(struct fdmap *m, const char *login, uid_t *uid)
{
	return resolve_uid(m->resolve, login, ERRAND_MS, uid);
}

void fdmap_counts(const struct fdmap *m, struct fdmap_counts *c)
{
	costs_calls(m->root, c);
}

const char *fdmap_engine_why(const struct fdmap *m)
{
	return m->engine_why;
}

void fdmap_progress(const struct fdmap *m, struct fdmap_progress *p)
{
	const struct progress *at = &m->progress;

	p->stage = (enum fdmap_stage)atomic_load_explicit(&at->stage, memory_order_relaxed);
	p->total = atomic_load_explicit(&at->total, memory_order_relaxed);
	p->done = atomic_load_explicit(&at->done, memory_order_relaxed);
	if ((int)p->stage != atomic_load_explicit(&at->walks, memory_order_relaxed))
		p->total = 0;
	/* The two may be of two walks. */
	if (p->done > p->total)
		p->done = p->total;
}

uint64_t fdmap_peak_memory(void)
{
	return peak_memory();
}

static void dare(const struct fdmap *m, const struct fdmap_query *q)
{
	m->root->dares_bpf = q->engine == FDMAP_ENGINE_BPF;
	m->root->dares_netns = q->netns.all || q->netns.n;
}

/* None of them is started for a few processes that have few descriptors. */
static unsigned threads_for(const struct fdmap *m, const struct fdmap_query *q,
			    const struct plan *plan)
{
	bool few = plan->direct && q->pid.included < 16 && !plan->ends;

	return few && m->threads > DIRECT_THREADS ? DIRECT_THREADS : m->threads;
}

int fdmap_explain(const struct fdmap *m, const struct fdmap_query *q,
		  int (*each)(void *arg, const char *part, const char *text), void *arg)
{
	struct explain_system system = { .asks = m->root->live };
	struct plan plan;

	if (q->match == FDMAP_MATCH_ALL && !q->used)
		return -EINVAL;
	dare(m, q);
	plan_make(q, &plan);
	system.threads = threads_for(m, q, &plan);
	if (plan.pass == PLAN_PASS_NONE || bpf_may(m->root, &system.no_bpf) == 0)
		system.no_bpf = NULL;
	return explain_plan(&plan, q, &system, each, arg);
}

static int take_snapshot(struct fdmap *m, const struct fdmap_query *q,
			 const struct visitor *visitor, struct fdmap_snapshot **out)
{
	struct fdmap_query whole = *q;
	struct fdmap_snapshot *s;
	struct plan plan;
	unsigned threads;
	int r;

	/* -a without anything to select by. */
	if (q->match == FDMAP_MATCH_ALL && !q->used)
		return -EINVAL;
	dare(m, q);
	plan_make(q, &plan);
	/* What the filter needs is read like what is shown. */
	whole.want = plan.want;
	threads = threads_for(m, q, &plan);
	r = snapshot_new(&s, threads, q->nterms);
	if (r < 0)
		return r;
	/* Who has looked up names is no process of those that are listed. */
	if (!root_is_recorded(m->root))
		reach_rest(m->root->reach);
	costs_begin(&s->costs, m->root, &m->progress);
	(void)!root_lost(m->root);
	r = take(m->root, &whole, &plan, threads, s, visitor);
	if (r == 0)
		r = root_lost(m->root);
	m->engine_why = s->engine_why;
	progress_stage(&m->progress, FDMAP_STAGES);
	if (r < 0) {
		fdmap_snapshot_free(s);
		return r;
	}
	costs_end(s, m->root);
	*out = s;
	return 0;
}

int fdmap_take(struct fdmap *m, const struct fdmap_query *q, struct fdmap_snapshot **out)
{
	return take_snapshot(m, q, NULL, out);
}

/* Who is shown parts, and what was said to them. */
struct visit {
	int (*each)(void *arg, const struct fdmap_snapshot *part);
	void *arg;
	struct root *root;
	int said;
};

static int show_part(void *arg, const struct fdmap_snapshot *part)
{
	struct visit *v = arg;

	/* Something of it may be missing; or of the next one, which can wait for its own. */
	v->said = root_lost(v->root);
	if (v->said == 0)
		v->said = v->each(v->arg, part);
	return v->said;
}

int fdmap_visit(struct fdmap *m, const struct fdmap_query *q,
		int (*each)(void *arg, const struct fdmap_snapshot *part), void *arg,
		struct fdmap_snapshot **out)
{
	struct visit visit = { each, arg, m->root, 0 };
	const struct visitor visitor = { show_part, &visit, m->part };
	struct fdmap_snapshot *s;
	int r = take_snapshot(m, q, &visitor, &s);

	if (r < 0)
		return visit.said ? visit.said : r;
	if (!s->in_parts && s->nprocs && show_part(&visit, s)) {
		fdmap_snapshot_free(s);
		return visit.said;
	}
	*out = s;
	return 0;
}
