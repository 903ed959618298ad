/* SPDX-License-Identifier: MIT */
/* The plan: pure. */
#include "engine/plan.h"

#include "net/family.h"

#define LISTS_ALL (FDMAP_SPECIAL | FDMAP_MAPS | FDMAP_FDS)
#define SLOT_BIT(slot) (1u << -(slot))
#define SLOTS_SPECIAL \
	(SLOT_BIT(FDMAP_FD_CWD) | SLOT_BIT(FDMAP_FD_RTD) | SLOT_BIT(FDMAP_FD_TXT))
#define SLOTS_MAPS (SLOT_BIT(FDMAP_FD_MEM) | SLOT_BIT(FDMAP_FD_DEL))
#define SLOTS_ALL (SLOTS_SPECIAL | SLOTS_MAPS | SLOT_BIT(FDMAP_FD_NOFD))
#define ROW_FACTS                                                                          \
	(FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_POS | FDMAP_OFFSETS | FDMAP_DETAIL | \
	 FDMAP_FLAGS)

static bool has_states(const struct fdmap_query *q)
{
	return q->tcp.include || q->tcp.exclude || q->udp.include || q->udp.exclude;
}

static uint32_t list_slots(const struct fdmap_query *q)
{
	uint32_t slots = 0;

	for (int s = FDMAP_FD_CWD; s >= FDMAP_FD_NOFD; s--) {
		bool in = q->slots & SLOT_BIT(s);

		if (in != q->fd_exclude)
			slots |= SLOT_BIT(s);
	}
	return slots;
}

static uint32_t lists_of(const struct fdmap_query *q, uint32_t slots)
{
	/* NOFD stands where the descriptors would. */
	bool fds = q->fd_exclude || q->fds.n || slots & SLOT_BIT(FDMAP_FD_NOFD);

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
		   (q->tasks == FDMAP_TASKS_DEFAULT && !q->used);
	if (q->uid.included || q->uid.excluded)
		p->proc_gate |= FDMAP_CRED;
	if (q->ncmd || q->nre || q->pgid.included || q->pgid.excluded)
		p->proc_gate |= FDMAP_COMM;
	if (q->ncontexts)
		p->proc_gate |= FDMAP_CONTEXT;
	p->proc_row = q->want & (FDMAP_COMM | FDMAP_CRED | FDMAP_CONTEXT);
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
	p->need_match = p->only_sockets && !(rows & SEL_SOCK) &&
			(q->match == FDMAP_MATCH_ALL || !(q->used & SEL_PROC));
	if (q->want & (FDMAP_SOCK | FDMAP_QUEUES) && !p->need_match)
		p->row_families = FAMILY_ALL & ~p->gate_families;
	if (q->skip_inet) {
		p->gate_families &= ~(uint32_t)FAMILY_INET;
		p->row_families &= ~(uint32_t)FAMILY_INET;
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
	p->file_row = q->want & ROW_FACTS;
	p->first_hit = !(q->want & LISTS_ALL);
	/* A row is something that could be read: by its link, or by its inode. */
	if (!p->first_hit || !(p->file_gate & FDMAP_STAT))
		p->file_row |= FDMAP_LINK;
	p->locks = q->want & FDMAP_LOCKS;
	p->mounts = (q->want & FDMAP_STAT) && !p->only_sockets;
}

/* The facts that tell a row's other ends, and those that tell of a holder. */
static void plan_ends(const struct fdmap_query *q, struct plan *p)
{
	const uint32_t paired =
		FAMILY_BIT(FDMAP_UNIX) | (q->skip_inet ? 0 : (uint32_t)FAMILY_INET);

	p->ends = q->ends;
	/* A note is for a row that is shown. */
	if (p->ends != FDMAP_ENDS_SELECT)
		p->ends = (q->ends || q->want & FDMAP_ENDS) && !p->first_hit ? FDMAP_ENDS_NOTE
									  : FDMAP_ENDS_NONE;
	if (!p->ends)
		return;
	p->first_hit = false;
	p->proc_row |= FDMAP_COMM | FDMAP_CRED;
	p->file_row |= FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT | FDMAP_DETAIL | FDMAP_ENDS;
	p->mounts = !p->only_sockets;
	if (!p->need_match)
		p->row_families |= paired & ~p->gate_families;
}

void plan_make(const struct fdmap_query *q, struct plan *p)
{
	*p = (struct plan){ 0 };
	plan_lists(q, p);
	plan_processes(q, p);
	plan_sockets(q, p);
	plan_files(q, p);
	plan_ends(q, p);
}
