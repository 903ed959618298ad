/* SPDX-License-Identifier: MIT */
/* Socket tables of network namespaces. */
#include "engine/nsload.h"

#include "engine/nsfind.h"
#include "engine/nsopen.h"
#include "engine/passload.h"

static struct socksource source_of(struct root *root, const struct plan *plan)
{
	return (struct socksource){
		.root = root,
		.diag = plan->diag_families,
		.unheld = plan->unheld,
		.peers = plan->peers,
		.whole = plan->whole,
		.more = plan->more,
		.also = plan->also_families,
		.files = plan->files && !(plan->diag_families & FAMILY_BIT(FDMAP_UNIX)),
	};
}

/* What e lacks of `tables`; how they are read goes with them. */
static uint32_t lacks(uint32_t tables, uint32_t has)
{
	uint32_t missing = tables & ~has & ~FAMILY_NO_RAW6;

	return missing ? missing | (tables & FAMILY_NO_RAW6) : 0;
}

/* Where terms select is known when all namespaces are, but for our own. */
static int know_selected(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q)
{
	const struct nsset *set = &q->netns;
	int r = set->given ? nslist_own(&s->ns, root) : 0;

	if (r < 0 || (!set->all && !set->n))
		return r;
	r = nsfind_all(&s->ns, root);
	s->ns.partial = set->all;
	for (size_t i = 0; i < set->n; i++)
		if (!nslist_find(&s->ns, set->ino[i]))
			s->ns.partial = true;
	return r;
}

static int load_some(const struct socksource *from, struct socktab *t, uint32_t tables)
{
	return tables & ~FAMILY_NO_RAW6 ? socktab_load(t, from, tables) : 0;
}

/* Of our own namespace: while a pass tells of some, the others are asked for. */
static int load_own(struct fdmap_snapshot *s, const struct socksource *from, struct socktab *t,
		    uint32_t tables)
{
	uint32_t by_pass = passload_can(s, from, tables);
	int r = load_some(from, t, tables & ~by_pass);
	bool told = true;

	if (r == 0 && by_pass)
		r = passload_own(s, from, t, by_pass, &told);
	return r < 0 || told ? r : load_some(from, t, by_pass | (tables & FAMILY_NO_RAW6));
}

int nsload_gate(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
		const struct plan *plan)
{
	struct socksource from = source_of(root, plan);
	int r = know_selected(s, root, q);

	/* What is in no table may be in a namespace that is not known: all must be in. */
	from.filter = plan->has_filter && !s->ns.partial ? &plan->filter : NULL;
	from.checked = true;
	if (r == 0 && s->ns.v[0].selects) {
		r = load_own(s, &from, &s->gate, plan->gate_families);
		s->ns.v[0].gate |= from.filter ? 0 : plan->gate_families;
	}
	for (size_t i = 1; i < s->ns.n; i++)
		if (s->ns.v[i].selects)
			s->ns.v[i].want = lacks(plan->gate_families, s->ns.v[i].gate);
	return r < 0 ? r : nsopen_load(s, &from, &s->gate);
}

int nsload_own(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
	       const struct plan *plan, uint32_t tables)
{
	struct socksource from = source_of(root, plan);

	(void)q;
	s->ns.v[0].rows |= tables;
	return load_own(s, &from, &s->rows, tables);
}

int nsload_again(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
		 uint32_t tables)
{
	struct socksource from = source_of(root, plan);
	/* While the walk goes on, its table stays as it is. */
	uint32_t gate = s->ns.v[0].selects && !s->in_parts ? tables & plan->gate_families : 0;
	int r = gate ? socktab_load(&s->gate, &from, gate) : 0;

	return r < 0 || tables == gate ? r : socktab_load(&s->rows, &from, tables & ~gate);
}

void nsload_forget(struct nslist *l)
{
	for (size_t i = 1; i < l->n; i++)
		l->v[i].rows = 0;
}

int nsload_wanted(struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
	struct socksource from = source_of(root, plan);

	for (size_t i = 0; i < s->ns.n; i++) {
		struct nsentry *e = &s->ns.v[i];

		e->want = lacks(e->want, e->gate | e->rows);
	}
	return nsopen_load(s, &from, &s->rows);
}

int nsload_all(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
	       const struct plan *plan, uint32_t tables)
{
	uint32_t own = lacks(tables, s->ns.v[0].gate | s->ns.v[0].rows);
	int r = own ? nsload_own(s, root, q, plan, own) : 0;

	if (r == 0)
		r = nsfind_all(&s->ns, root);
	for (size_t i = 1; i < s->ns.n; i++)
		s->ns.v[i].want = tables;
	return r < 0 ? r : nsload_wanted(s, root, plan);
}

int nsload_fresh(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
		 const struct plan *plan, uint32_t tables, struct socktab *t)
{
	struct socksource from = source_of(root, plan);
	int r = q->netns.given ? know_selected(s, root, q) : 0;

	from.unheld = true;
	if (r == 0 && s->ns.v[0].selects)
		r = socktab_load(t, &from, tables);
	for (size_t i = 1; i < s->ns.n; i++)
		s->ns.v[i].want = s->ns.v[i].selects ? tables : 0;
	return r < 0 ? r : nsopen_load(s, &from, t);
}

/* The namespace a stray keeps, if it is a new one. */
static int take_stray(struct fdmap_snapshot *s, struct root *root, const struct stray *stray,
		      uint32_t tables)
{
	const struct nsheld held = { stray->pid, stray->fd, stray->sock ? stray->ino : 0 };
	uint64_t ino = stray->ino;
	uint32_t i;
	int r = stray->sock ? ns_of_socket(root, &held, &ino, NULL) : stray_check(root, &held, ino);

	if (r == 0)
		r = nslist_add(&s->ns, ino, &i);
	if (r <= 0)
		return root_exhausted(r) ? r : 0;
	s->ns.v[i].held = held;
	s->ns.v[i].want = s->ns.v[i].selects ? tables : 0;
	return 0;
}

int nsload_strays(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
		  const struct buf *strays, bool *more)
{
	struct socksource from = source_of(root, plan);
	const struct stray *v = (const void *)strays->p;
	size_t before = s->gate.socks.n;
	int r = 0;

	for (size_t i = 0; r == 0 && i < strays->n / sizeof(*v); i++)
		r = take_stray(s, root, &v[i], plan->gate_families);
	if (r == 0)
		r = nsopen_load(s, &from, &s->gate);
	*more = s->gate.socks.n > before;
	return r;
}
