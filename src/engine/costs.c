/* SPDX-License-Identifier: MIT */
/* The clock and the counters are always on: a stage is one reading of a clock. */
#include "engine/costs.h"


#include "base/clock.h"
#include "engine/scan.h"
#include "engine/snapshot.h"

void costs_calls(const struct root *root, struct fdmap_counts *c)
{
	*c = (struct fdmap_counts){
		root->counts.dirs,    root->counts.lists,   root->counts.reads,
		root->counts.fdinfos, root->counts.links,   root->counts.stats,
		root->counts.lmodes,  root->counts.owners,  root->counts.protos,
		root->counts.paths,   root->counts.tables,  root->counts.bytes,
		root->counts.diags,   root->counts.entered, root->counts.names,
		.unused = { 0 },
	};
}

void costs_begin(struct costs *c, const struct root *root, struct progress *progress)
{
	c->progress = progress;
	costs_calls(root, &c->told.calls);
	costs_stage(c, FDMAP_STAGE_TABLES);
}

static void stop(struct costs *c, uint64_t at)
{
	if (c->runs && at > c->since)
		c->told.ns[c->stage] += at - c->since;
	c->runs = false;
}

void costs_stage(struct costs *c, enum fdmap_stage stage)
{
	uint64_t at = clock_ns();

	stop(c, at);
	c->stage = stage;
	c->since = at;
	c->runs = true;
	progress_stage(c->progress, stage);
}

void costs_scan(struct costs *c)
{
	costs_stage(c, FDMAP_STAGE_SCAN);
	c->told.scans++;
	/* It is the same processes again. */
	c->told.listed = c->told.walked = 0;
	c->told.threads = 0;
}

void costs_walk(struct costs *c)
{
	costs_stage(c, FDMAP_STAGE_SCAN);
	c->told.scans++;
	c->told.threads = 0;
}

void costs_worker(struct costs *c, const struct worker *w)
{
	if (w->looked)
		c->told.threads++;
	c->told.listed += w->looked;
	c->told.walked += w->walked;
	c->told.examined += w->examined;
}

void costs_pass(struct costs *c, uint64_t records, uint64_t bytes, uint64_t reads)
{
	c->told.bpf_records += records;
	c->told.bpf_bytes += bytes;
	c->told.bpf_reads += reads;
}

/* What was used meanwhile. */
static void subtract(struct fdmap_counts *c, const struct fdmap_counts *before)
{
	*c = (struct fdmap_counts){
		c->dirs - before->dirs,	    c->lists - before->lists,
		c->reads - before->reads,   c->fdinfos - before->fdinfos,
		c->links - before->links,   c->stats - before->stats,
		c->lmodes - before->lmodes, c->owners - before->owners,
		c->protos - before->protos, c->paths - before->paths,
		c->tables - before->tables, c->bytes - before->bytes,
		c->diags - before->diags,   c->entered - before->entered,
		c->names - before->names,   .unused = { 0 },
	};
}

static void count_kept(struct fdmap_costs *c, const struct fdmap_snapshot *s)
{
	for (size_t i = 0; i < s->nprocs; i++) {
		const struct fdmap_process *p = &s->procs[i];

		c->rows += p->nfiles;
		if (p->nobody)
			c->unowned += p->nfiles;
		else if (p->tid)
			c->tasks++;
		else
			c->kept++;
	}
}

void costs_part(struct fdmap_snapshot *s)
{
	count_kept(&s->costs.told, s);
	s->costs.told.parts++;
	stop(&s->costs, clock_ns());
}

static void count_sockets(struct fdmap_costs *c, const struct socktab *t)
{
	c->text_tables |= t->by_text;
	c->diag_tables |= t->by_diag;
	c->bpf_tables |= t->by_bpf;
	c->sockets += t->socks.n + t->unheld.n;
}

void costs_end(struct fdmap_snapshot *s, const struct root *root)
{
	struct fdmap_costs *c = &s->costs.told;
	struct fdmap_counts before = c->calls;

	if (!s->in_parts)
		count_kept(c, s);
	count_sockets(c, &s->gate);
	count_sockets(c, &s->rows);
	count_sockets(c, &s->fresh);
	c->engine = s->engine;
	c->engine_why = s->engine_why;
	costs_calls(root, &c->calls);
	subtract(&c->calls, &before);
	stop(&s->costs, clock_ns());
}

const struct fdmap_costs *fdmap_snapshot_costs(const struct fdmap_snapshot *s)
{
	return &s->costs.told;
}
