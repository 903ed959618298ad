/* SPDX-License-Identifier: MIT */
/* The plan: pure. */
#include "engine/plan.h"

#include "engine/filter.h"
#include "engine/pass.h"
#include "net/family.h"

#define LISTS_ALL (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)
#define SLOT_BIT(slot) (1u << -(slot))
#define SLOTS_SPECIAL \
	(SLOT_BIT(FDMAP_FD_CWD) | SLOT_BIT(FDMAP_FD_RTD) | SLOT_BIT(FDMAP_FD_TXT))
#define SLOTS_MAPS (SLOT_BIT(FDMAP_FD_MEM) | SLOT_BIT(FDMAP_FD_DEL))
#define SLOTS_ALL \
	(SLOTS_SPECIAL | SLOTS_MAPS | SLOT_BIT(FDMAP_FD_NOFD) | SLOT_BIT(FDMAP_FD_URING))

static bool has_states(const struct fdmap_query *q)
{
	return q->tcp.include || q->tcp.exclude || q->udp.include || q->udp.exclude;
}

static uint32_t list_slots(const struct fdmap_query *q)
{
	uint32_t slots = 0;

	for (int s = FDMAP_FD_CWD; s >= FDMAP_FD_URING; s--) {
		bool in = q->slots & SLOT_BIT(s);

		if (in != q->fd_exclude)
			slots |= SLOT_BIT(s);
	}
	return slots;
}

static uint32_t lists_of(const struct fdmap_query *q, uint32_t slots)
{
	/* NOFD stands where the descriptors would; rings are descriptors. */
	bool fds = q->fd_exclude || q->fds.n ||
		   slots & (SLOT_BIT(FDMAP_FD_NOFD) | SLOT_BIT(FDMAP_FD_URING));

	return (slots & SLOTS_SPECIAL ? FDMAP_SPECIAL : 0) | (slots & SLOTS_MAPS ? FDMAP_MAPS : 0) |
	       (fds ? FDMAP_FDS : 0);
}

static void plan_lists(const struct fdmap_query *q, struct plan *p)
{
	uint32_t rows = q->used & ~(uint32_t)SEL_PROC;
	bool all = q->match == FDMAP_MATCH_ALL;

	p->slots = SLOTS_ALL;
	p->lists_all = LISTS_ALL;
	/* What is not in the -d list can't be selected: it need not be walked. */
	if ((rows & SEL_FD) && (all || q->used == SEL_FD)) {
		p->slots = list_slots(q);
		p->lists_all = lists_of(q, p->slots);
	}
	/* A context that selects does so for descriptors only. */
	if ((q->used & SEL_LATE) && (all || q->used == SEL_LATE))
		p->lists_all &= FDMAP_FDS;
	p->only_sockets = all ? (rows & SEL_ONLY_SOCKETS) != 0
			      : rows && !(rows & ~(uint32_t)SEL_ONLY_SOCKETS);
	p->lists = p->only_sockets ? p->lists_all & FDMAP_FDS : p->lists_all;
	if (q->used && !rows)
		p->lists = 0;
}

static void plan_processes(const struct fdmap_query *q, struct plan *p)
{
	uint32_t others = q->used & ~(uint32_t)SEL_PID;

	/* A user or a group is found when any process has it: all must be seen. */
	p->direct = (q->used & SEL_PID) && !(others & (SEL_UID | SEL_PGID)) &&
		    (q->match == FDMAP_MATCH_ALL || !others);
	p->tasks = q->tasks == FDMAP_TASKS_SELECT ||
		   (q->tasks == FDMAP_TASKS_DEFAULT && !q->used && !q->filter);
	if (q->uid.included || q->uid.excluded)
		p->proc_gate |= FDMAP_CRED;
	if (q->ncmd || q->nre || q->pgid.included || q->pgid.excluded)
		p->proc_gate |= FDMAP_COMM;
	if (q->ncontexts)
		p->proc_gate |= FDMAP_CONTEXT;
	p->proc_row = q->want & FILTER_PROC;
	if (p->proc_row & FDMAP_START)
		p->proc_row |= FDMAP_COMM;
	/* Only the state tells a zombie from a process that may not be read. */
	if (!q->hide_failed)
		p->proc_row |= FDMAP_COMM;
}

/* The tables that a protocol named in an address is found in. */
static uint32_t proto_families(int proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return FAMILY_BIT(FDMAP_TCP);
	case IPPROTO_UDP:
		return FAMILY_BIT(FDMAP_UDP);
	case IPPROTO_UDPLITE:
		return FAMILY_BIT(FDMAP_UDPLITE);
	default:
		return FAMILY_INET;
	}
}

/* What terms select by is read of our own namespace, too, unless they select elsewhere. */
static uint32_t own_gate(const struct fdmap_query *q, const struct plan *p)
{
	return !q->netns.given || q->netns.self || q->netns.all ? p->gate_families : 0;
}

static void plan_sockets(const struct fdmap_query *q, struct plan *p)
{
	uint32_t rows = q->used & ~(uint32_t)SEL_PROC, inet = SEL_NET | SEL_NA;
	bool sockets_shown = p->lists & FDMAP_FDS || p->lists_all & FDMAP_FDS;

	if (!sockets_shown)
		return;
	if (rows & SEL_NET)
		p->gate_families |= FAMILY_INET;
	for (size_t i = 0; i < q->ninet; i++)
		p->gate_families |= proto_families(q->inet[i].spec.proto);
	if (rows & SEL_UNX || q->path.nsockets || q->ntrees)
		p->gate_families |= FAMILY_BIT(FDMAP_UNIX);
	if (has_states(q) && (!p->only_sockets || rows & SEL_SOCK))
		p->gate_families |= FAMILY_INET;
	/* A state that is looked for may be on a socket that no address matches. */
	if (q->tcp.include && rows & inet)
		p->gate_families |= FAMILY_BIT(FDMAP_TCP);
	/* Which sockets are there is told by all tables there. */
	if (rows & SEL_SOCK && q->netns.given && !q->netns.all)
		p->gate_families |= FAMILY_ALL;
	p->need_match = p->only_sockets && !(rows & SEL_SOCK) &&
			(q->match == FDMAP_MATCH_ALL || !(q->used & SEL_PROC));
	p->by_terms = p->need_match;
	if (q->filter)
		filter_plan_gate(q, p);
	if (q->want & (FDMAP_SOCK | FDMAP_QUEUES) && !p->need_match)
		p->row_families = FAMILY_ALL & ~own_gate(q, p);
	if (q->skip_inet) {
		p->gate_families &= ~(uint32_t)FAMILY_INET;
		p->row_families &= ~(uint32_t)FAMILY_INET;
		if (p->gate_families & FAMILY_BIT(FDMAP_RAW))
			p->gate_families |= FAMILY_NO_RAW6;
		if (p->row_families & FAMILY_BIT(FDMAP_RAW))
			p->row_families |= FAMILY_NO_RAW6;
	}
	p->ask_proto = p->direct && p->row_families && q->pid.included <= 16;
}

static void plan_files(const struct fdmap_query *q, struct plan *p)
{
	uint32_t rows = q->used & ~(uint32_t)SEL_PROC;

	if (rows & (SEL_NLINK | SEL_NM | SEL_NFS))
		p->file_gate |= FDMAP_STAT;
	/* Where a file lies is told by its name. */
	if (rows & SEL_NFS || q->ntrees || q->nexempt)
		p->file_gate |= FDMAP_LINK;
	if (rows & (SEL_ONLY_SOCKETS | SEL_NLINK) || q->path.nsockets || has_states(q))
		p->file_gate |= FDMAP_LINK;
	p->file_row = q->want & FILTER_FILE;
	p->first_hit = !(q->want & LISTS_ALL);
	/* A row is something that could be read: by its link, or by its inode. */
	if (!p->first_hit || !(p->file_gate & FDMAP_STAT))
		p->file_row |= FDMAP_LINK;
	p->locks = q->want & (FDMAP_LOCK | FDMAP_LOCKS) && !p->only_sockets && !p->bounds.sockets;
	p->mounts = (q->want & FDMAP_STAT) && !p->only_sockets && !p->bounds.sockets;
}

/* The facts that tell a row's other ends, and those that tell of a holder. */
static void plan_ends(const struct fdmap_query *q, struct plan *p)
{
	const uint32_t paired =
		FAMILY_BIT(FDMAP_UNIX) | (q->skip_inet ? 0 : (uint32_t)FAMILY_INET);
	bool asked = q->filter && q->want & FDMAP_ENDS;

	p->ends = q->ends;
	/* A note is for a row that is shown, or for the filter. */
	if (p->ends != FDMAP_ENDS_SELECT)
		p->ends = (q->ends || q->want & FDMAP_ENDS) && (!p->first_hit || asked)
				  ? FDMAP_ENDS_NOTE
				  : FDMAP_ENDS_NONE;
	if (!p->ends)
		return;
	p->first_hit = false;
	p->proc_row |= FDMAP_COMM | FDMAP_CRED;
	p->file_row |= FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_DETAIL | FDMAP_ENDS;
	p->mounts = !p->only_sockets && !p->bounds.sockets;
	/* Numbers are not looked behind that are no rows, and what is a row may be so no more. */
	p->notes_socks = p->only_sockets && !(q->used & SEL_FD) && !q->ntrees && !q->filter;
	/* Who waits to be accepted is at the other end of a client. */
	p->unheld = true;
	if (!p->need_match)
		p->row_families |= paired & ~own_gate(q, p);
}

/*
 * Terms on processes match no socket that nobody holds; on files, those of UNIX
 * sockets only.
 */
static void plan_unowned(const struct fdmap_query *q, struct plan *p)
{
	uint32_t used = q->used;
	bool all = q->match == FDMAP_MATCH_ALL;

	if (!q->unowned || (all && used & ~(uint32_t)(SEL_ONLY_SOCKETS | SEL_NM)))
		return;
	if (!used || used & SEL_SOCK)
		p->unowned_families = FAMILY_ALL;
	if (used & SEL_NET)
		p->unowned_families |= FAMILY_INET;
	for (size_t i = 0; i < q->ninet; i++)
		p->unowned_families |= proto_families(q->inet[i].spec.proto);
	if (used & SEL_UNX || (used & SEL_NM && (q->path.nsockets || q->ntrees)))
		p->unowned_families |= FAMILY_BIT(FDMAP_UNIX);
	/* Who holds a listener is told as in a row. */
	p->file_row |= FDMAP_ACCESS;
	if (q->skip_inet)
		p->unowned_families &= ~(uint32_t)FAMILY_INET;
	if (q->skip_inet && p->unowned_families & FAMILY_BIT(FDMAP_RAW))
		p->unowned_families |= FAMILY_NO_RAW6;
	if (q->filter)
		filter_plan_unowned(q, p);
}

/* Adds a range of ports unless it is there. false: no room. */
static bool add_ports(struct plan *p, const struct inetspec_ports *range)
{
	for (size_t i = 0; i < p->filter.nports; i++)
		if (range->lo >= p->ports[i].lo && range->hi <= p->ports[i].hi)
			return true;
	if (p->filter.nports == ARRAY_LEN(p->ports))
		return false;
	p->ports[p->filter.nports++] = (struct sockports){ range->lo, range->hi };
	return true;
}

/* Only sockets with certain ports can be selected, or found for what they are. */
static bool has_ports(const struct fdmap_query *q, struct plan *p)
{
	/* A state that is looked for counts as found on any port. */
	if (q->used & SEL_NET || !q->ninet || q->tcp.include || q->udp.include)
		return false;
	for (size_t i = 0; i < q->ninet; i++) {
		const struct inetspec *spec = &q->inet[i].spec;

		if (!spec->nports)
			return false;
		for (unsigned j = 0; j < spec->nports; j++)
			if (!add_ports(p, &spec->ports[j]))
				return false;
	}
	return true;
}

static uint32_t states_of(const struct statelist *l)
{
	return (l->include ? l->include : UINT32_MAX) & ~l->exclude;
}

/* What the filter lets pass, where no state that is looked for may be on another port. */
static void narrow_filter(const struct fdmap_query *q, struct plan *p)
{
	const struct expr_bounds *b = &p->bounds;
	bool has = p->filter.nports;

	if (q->tcp.include || q->udp.include)
		return;
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		if (FAMILY_BIT(i) & FAMILY_INET)
			p->filter.states[i] &= b->states[i];
	for (unsigned i = 0; !has && i < b->nports; i++)
		p->ports[p->filter.nports++] =
			(struct sockports){ b->ports[i].lo, b->ports[i].hi };
}

static bool lets_all_pass(const struct sockfilter *f)
{
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		if (f->states[i] != UINT32_MAX)
			return false;
	return !f->nports;
}

/* What the kernel may leave out of the tables that gate. */
static void plan_filter(const struct fdmap_query *q, struct plan *p)
{
	bool udp = q->udp.include || q->udp.exclude;

	p->filter.ports = p->ports;
	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		p->filter.states[i] = UINT32_MAX;
	/* Other ends, and what nobody holds, may be any socket. */
	if (!p->need_match || p->ends || q->unowned || !(p->gate_families & FAMILY_INET))
		return;
	/* As select.c has it: TCP's list counts for the others unless UDP has one. */
	if (p->by_terms) {
		p->filter.states[FDMAP_TCP] = states_of(&q->tcp);
		p->filter.states[FDMAP_UDP] = states_of(udp ? &q->udp : &q->tcp);
		p->filter.states[FDMAP_UDPLITE] = p->filter.states[FDMAP_UDP];
	}
	if (!p->by_terms || !has_ports(q, p))
		p->filter.nports = 0;
	if (p->narrows)
		narrow_filter(q, p);
	p->has_filter = !lets_all_pass(&p->filter);
}

static void plan_source(const struct fdmap_query *q, struct plan *p)
{
	const uint32_t unixes = FAMILY_BIT(FDMAP_UNIX);
	bool any = q->want & (FDMAP_SOCKX | FDMAP_SKMEM);

	p->more = q->want & (FDMAP_SOCKX | FDMAP_TCPINFO | FDMAP_SKMEM);
	switch (q->source) {
	case FDMAP_SOURCE_TEXT:
		break;
	case FDMAP_SOURCE_DIAG:
		p->diag_families = FAMILY_ALL | FAMILY_RARE;
		break;
	case FDMAP_SOURCE_AUTO:
		/* What a text does not tell at all is worth the longer messages. */
		p->diag_families = (any ? FAMILY_ALL : FAMILY_DIAG) | FAMILY_RARE;
		/* Sockets that wait to be accepted are in the text alone. */
		if (q->want & FDMAP_POINTER || p->unowned_families & unixes) {
			p->diag_families &= ~unixes;
			p->also_families = any ? unixes : 0;
		}
		break;
	}
	p->peers = p->ends || q->unowned;
	/* The same name is another file where the mounts are others. */
	p->files = q->netns.given && p->gate_families & FAMILY_BIT(FDMAP_UNIX) && q->path.nsockets;
	p->whole = q->source == FDMAP_SOURCE_DIAG || q->unowned || p->files ||
		   p->more & FDMAP_SOCKX;
	/* What tells more of a socket, or of others, is not in so short an answer. */
	p->exact = q->source == FDMAP_SOURCE_AUTO && !p->peers && !p->whole && !p->more;
	p->few = p->ask_proto && p->exact;
}

/* Who locks a file of a row may do so by a descriptor that is none. */
static void plan_locks(const struct fdmap_query *q, struct plan *p)
{
	p->few_locks = p->locks && !(q->want & FDMAP_LOCKS) && p->direct && !p->tasks &&
		       !(q->used & ~(uint32_t)SEL_PROC) && !q->filter && !p->first_hit &&
		       p->lists_all & FDMAP_FDS && p->ends != FDMAP_ENDS_SELECT;
}

static void plan_for(const struct fdmap_query *q, struct plan *p)
{
	*p = (struct plan){ .want = q->want };
	plan_lists(q, p);
	if (q->filter)
		filter_plan_lists(q, p);
	plan_processes(q, p);
	if (q->filter)
		filter_plan_processes(q, p);
	plan_sockets(q, p);
	plan_files(q, p);
	plan_ends(q, p);
	plan_unowned(q, p);
	plan_filter(q, p);
	plan_source(q, p);
	plan_locks(q, p);
}

void plan_make(const struct fdmap_query *q, struct plan *p)
{
	struct fdmap_query plain = *q, whole;
	uint32_t shown;

	plain.filter = NULL;
	plan_for(&plain, p);
	shown = p->file_row;
	if (q->filter) {
		whole = filter_whole(q);
		plan_for(&whole, p);
	}
	p->file_shown = shown;
	plan_pass(q, p);
}
