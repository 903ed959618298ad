/* SPDX-License-Identifier: MIT */
/* Is a pass over all descriptors worth it, and what must it tell? Pure. */
#include "engine/pass.h"

/* Terms that leave few processes: these are looked at one by one. */
static bool names_processes(const struct fdmap_query *q, const struct plan *p)
{
	uint32_t few = SEL_CMD | SEL_PID | SEL_PGID | SEL_TASK | SEL_CNTX;
	bool must = q->match == FDMAP_MATCH_ALL || !(q->used & ~(uint32_t)SEL_PROC);
	bool exclude, root = false;
	unsigned term;

	if (p->proc_filter)
		return true;
	if (!must)
		return false;
	if (q->used & SEL_UID)
		root = idterms_find(&q->uid, 0, &exclude, &term) && !exclude;
	return q->used & few || (q->used & SEL_UID && !root);
}

/* All that is selected is told by stat. */
static bool by_stat(const struct fdmap_query *q, const struct plan *p)
{
	return p->file_gate == FDMAP_STAT && !(q->used & SEL_PROC) && !q->filter &&
	       (q->match == FDMAP_MATCH_ALL || q->used == SEL_NM);
}

/* A list of a few numbers costs three calls a process. */
static bool few_numbers(const struct fdmap_query *q)
{
	return q->used & SEL_FD && !q->fd_exclude &&
	       (q->match == FDMAP_MATCH_ALL || q->used == SEL_FD);
}

static enum plan_pass wanted_pass(const struct fdmap_query *q, const struct plan *p)
{
	if (p->only_sockets && !(q->used & SEL_PROC && q->match == FDMAP_MATCH_ANY))
		return PLAN_PASS_SOCKETS;
	/* Files are compared as the kernel does: what has numbers of its own is not asked. */
	if (by_stat(q, p) && !p->ends)
		return q->used == SEL_NM && q->path.n <= BPF_FEW && !q->path.nfilesystems &&
				       !q->path.ndevices && !q->path.nsockets
			       ? PLAN_PASS_FILES
			       : PLAN_PASS_STATS;
	return PLAN_PASS_NAMES;
}

static const char *why_none(const struct fdmap_query *q, const struct plan *p)
{
	if (q->engine == FDMAP_ENGINE_PROC)
		return "it was not wanted";
	if (p->direct)
		return "only a few processes are looked at";
	if (!((p->lists | p->lists_all) & FDMAP_FDS))
		return "descriptors are not looked at";
	if (q->engine == FDMAP_ENGINE_BPF)
		return NULL;
	if (names_processes(q, p))
		return "processes are rejected before their descriptors are looked at";
	if (p->first_hit && !q->used && !q->filter)
		return "the first link of each process is enough";
	if (few_numbers(q))
		return "only certain numbers are looked at";
	return NULL;
}

void plan_pass(const struct fdmap_query *q, struct plan *p)
{
	p->pass = PLAN_PASS_NONE;
	p->pass_why = why_none(q, p);
	if (p->pass_why)
		return;
	p->pass = wanted_pass(q, p);
	/* No process is selected as a whole. */
	p->pass_skips = p->need_match && !(q->used & SEL_PROC) && !p->proc_filter && !p->tasks &&
			!((q->used ? p->lists : p->lists_all) & ~(uint32_t)FDMAP_FDS);
}
