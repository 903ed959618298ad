/* SPDX-License-Identifier: MIT */
/* The public entry points: a system, and taking a query of it. */
#include "fdmap.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "engine/plan.h"
#include "engine/query.h"
#include "engine/snapshot.h"
#include "engine/take.h"

#define MAX_THREADS 64

struct fdmap {
	struct root *root;
	struct resolve *resolve;
	unsigned threads;
};

const char *fdmap_version(void)
{
	return FDMAP_VERSION;
}

/* A thread has its process, a directory and a file of it open, and libproc2's. */
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

int fdmap_open(struct fdmap **out, const struct fdmap_config *cfg)
{
	struct fdmap *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return -ENOMEM;
	m->threads = cfg && cfg->threads ? cfg->threads : allowed_cpus();
	if (m->threads > MAX_THREADS)
		m->threads = MAX_THREADS;
	m->threads = limited_threads(m->threads);
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
	return resolve_uid(m->resolve, login, uid);
}

void fdmap_counts(const struct fdmap *m, struct fdmap_counts *c)
{
	const struct root *r = m->root;

	*c = (struct fdmap_counts){
		r->counts.dirs,	  r->counts.lists,  r->counts.reads,  r->counts.fdinfos,
		r->counts.links,  r->counts.stats,  r->counts.lmodes, r->counts.owners,
		r->counts.protos, r->counts.paths,  r->counts.tables, r->counts.bytes,
		r->counts.diags,  r->counts.entered, r->counts.names,
	};
}

int fdmap_take(struct fdmap *m, const struct fdmap_query *q, struct fdmap_snapshot **out)
{
	struct fdmap_query whole = *q;
	struct fdmap_snapshot *s;
	struct plan plan;
	unsigned threads = m->threads;
	int r;

	/* -a without anything to select by. */
	if (q->match == FDMAP_MATCH_ALL && !q->used)
		return -EINVAL;
	plan_make(q, &plan);
	/* What the filter needs is read like what is shown. */
	whole.want = plan.want;
	/* A few processes are read before a thread has started. */
	if (plan.direct && q->pid.included < 16 && !plan.ends)
		threads = 1;
	r = snapshot_new(&s, threads, q->nterms);
	if (r < 0)
		return r;
	r = take(m->root, &whole, &plan, threads, s);
	if (r < 0) {
		fdmap_snapshot_free(s);
		return r;
	}
	*out = s;
	return 0;
}
