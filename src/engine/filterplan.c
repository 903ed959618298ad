/* SPDX-License-Identifier: MIT */
/* What a filter makes of a plan: what no row outside of its bounds can pass is not read. */
#include "engine/filter.h"

#define SLOT_BIT(slot) (1u << -(slot))
#define SLOTS_SPECIAL \
	(SLOT_BIT(FDMAP_FD_CWD) | SLOT_BIT(FDMAP_FD_RTD) | SLOT_BIT(FDMAP_FD_TXT))
#define SLOTS_MAPS (SLOT_BIT(FDMAP_FD_MEM) | SLOT_BIT(FDMAP_FD_DEL))
#define LISTS_ALL (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)

uint32_t filter_tables(const struct expr_bounds *b)
{
	const uint32_t all = FAMILY_ALL | FAMILY_RARE;
	uint32_t tables = b->tables & all;

	/* A table none of whose states can pass is none of them. */
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		if (FAMILY_BIT(i) & FAMILY_INET && !b->states[i])
			tables &= ~FAMILY_BIT(i);
	return b->sockets && (b->tables & all) != all ? tables : 0;
}

struct fdmap_query filter_whole(const struct fdmap_query *q)
{
	struct fdmap_query whole = *q;
	bool late;

	/* What is listed is not the filter's to say. */
	whole.want |= expr_needs(q->filter, &late) & ~(uint32_t)LISTS_ALL;
	return whole;
}

static enum truth truth_of(const struct fdmap_query *q, const struct fdmap_process *proc,
			   const struct fdmap_file *file, uint32_t known)
{
	const struct expr_row row = { .row = { .proc = proc, .file = file }, .known = known };
	struct fdmap_value v;
	int truth;

	fdmap_value_init(&v, NULL);
	truth = expr_eval(q->filter, &row, &v);
	fdmap_value_fini(&v);
	return truth < 0 ? TRUTH_UNKNOWN : (enum truth)truth;
}

/* Descriptors without a number that can't pass for what they are. */
static uint32_t slots_left(const struct fdmap_query *q, uint32_t slots)
{
	for (int s = FDMAP_FD_CWD; s >= FDMAP_FD_URING; s--) {
		const struct fdmap_file file = { .fd = s, .access = ' ', .lock = ' ' };

		if (slots & SLOT_BIT(s) && truth_of(q, NULL, &file, 0) == TRUTH_NO)
			slots &= ~SLOT_BIT(s);
	}
	return slots;
}

void filter_plan_lists(const struct fdmap_query *q, struct plan *p)
{
	uint32_t lists = LISTS_ALL;

	expr_bounds(q->filter, &p->bounds);
	if (p->bounds.sockets)
		p->slots &= SLOT_BIT(FDMAP_FD_URING);
	p->slots = slots_left(q, p->slots);
	if (!(p->slots & SLOTS_SPECIAL))
		lists &= ~(uint32_t)FDMAP_SPECIAL;
	if (!(p->slots & SLOTS_MAPS))
		lists &= ~(uint32_t)FDMAP_MAPS;
	p->lists &= lists;
	p->lists_all &= lists;
}

const uint32_t filter_steps[FILTER_STEPS] = {
	FDMAP_CRED,   FDMAP_COMM, FDMAP_START,	 FDMAP_CGROUP, FDMAP_CONTEXT,
	FDMAP_STATUS, FDMAP_EXE,  FDMAP_CMDLINE, FDMAP_LIMITS,
};

/* What only together can reject is read together. */
void filter_plan_processes(const struct fdmap_query *q, struct plan *p)
{
	uint32_t open = 0, needs;
	bool late;

	needs = expr_needs(q->filter, &late) & FILTER_PROC;
	for (size_t i = 0; i < FILTER_STEPS; i++) {
		open |= needs & filter_steps[i];
		if (!(needs & filter_steps[i]) || !expr_can_reject(q->filter, open, false))
			continue;
		p->proc_filter |= open;
		open = 0;
	}
	/* Terms on processes are found by looking at all of them. */
	p->direct = p->direct || (p->bounds.pids && !(q->used & SEL_PROC));
}

/* Any row that passes is one of the only term there is: what it leaves out misses no other. */
static bool has_one_term(const struct fdmap_query *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->nterms; i++)
		n += q->terms[i].what != FDMAP_TERM_OTHER && q->terms[i].what != FDMAP_TERM_FILTER;
	return n <= 1;
}

void filter_plan_gate(const struct fdmap_query *q, struct plan *p)
{
	uint32_t tables = filter_tables(&p->bounds), both = p->gate_families & tables;

	if (!tables)
		return;
	if (p->need_match) {
		p->narrows = has_one_term(q);
		if (p->narrows && both)
			p->gate_families = both;
		return;
	}
	p->narrows = !p->gate_families;
	p->gate_families |= tables & FAMILY_ALL;
	p->need_match = true;
	p->rare = tables & FAMILY_RARE;
}

void filter_plan_unowned(const struct fdmap_query *q, struct plan *p)
{
	const struct fdmap_process nobody = { .nobody = true };
	uint32_t tables = filter_tables(&p->bounds);

	if (tables)
		p->unowned_families &= tables | FAMILY_NO_RAW6;
	if (p->bounds.pids || truth_of(q, &nobody, NULL, FILTER_PROC) == TRUTH_NO)
		p->unowned_families = 0;
}
