/* SPDX-License-Identifier: MIT */
/* Whose the sockets are that our own tables do not tell of. */
#include "engine/nsjoin.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/nsfind.h"
#include "engine/nsload.h"

/* The tables that may tell of a socket elsewhere: those that were of use here. */
static uint32_t tables_of(const struct plan *plan, const struct fdmap_file *f)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	uint32_t tables = plan->row_families | plan->gate_families;

	/* Rare families are asked for only where a socket says that it is of one. */
	if (more->sockproto)
		tables = (tables | (plan->diag_families & FAMILY_RARE)) &
			 (family_of_protoname(more->sockproto) | FAMILY_NO_RAW6);
	return tables & ~FAMILY_NO_RAW6 ? tables : 0;
}

static uint32_t tables_left(const struct plan *plan, const struct fdmap_process *p)
{
	uint32_t tables = 0;

	for (uint32_t i = 0; i < p->nfiles; i++)
		if (snapshot_lacks_sock(&p->files[i]))
			tables |= tables_of(plan, &p->files[i]);
	return tables;
}

static int load_and_find(struct fdmap_snapshot *s, struct root *root, const struct plan *plan)
{
	int r = nsload_wanted(s, root, plan);

	if (r == 0)
		r = snapshot_problems(s, &s->rows);
	if (r == 0)
		snapshot_join_socks(s);
	return r;
}

/* The namespace of a process, in the list. 0: our own, or not known; 1; -errno. */
static int entry_of(struct fdmap_snapshot *s, struct root *root, const struct fdmap_process *p,
		    uint32_t *index)
{
	const struct nstask task = { p->pid, p->tid };
	uint64_t ino;
	int r = ns_link(root, &task, "net", &ino);

	if (r < 0)
		return root_exhausted(r) ? r : 0;
	if (ino == s->ns.v[0].ino)
		return 0;
	r = nslist_add(&s->ns, ino, index);
	if (r < 0)
		return r;
	nsentry_task(&s->ns.v[*index], task);
	return 1;
}

int nsjoin_processes(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
		     const struct plan *plan)
{
	bool any = false;
	int r = 0;

	(void)q;
	for (size_t i = 0; r >= 0 && i < s->nprocs; i++) {
		uint32_t tables = tables_left(plan, &s->procs[i]), ns;

		if (!tables)
			continue;
		r = nslist_own(&s->ns, root);
		/* Nothing is known of namespaces at all. */
		if (r < 0 || !s->ns.v[0].ino)
			return r;
		r = entry_of(s, root, &s->procs[i], &ns);
		if (r <= 0)
			continue;
		s->ns.v[ns].want |= tables;
		any = true;
	}
	return r < 0 || !any ? (r < 0 ? r : 0) : load_and_find(s, root, plan);
}

/*
 * The namespace of one socket, from itself. 1: *index; 0: it may not be asked. Else
 * -errno.
 */
static int ask(struct fdmap_snapshot *s, struct root *root, const struct fdmap_process *p,
	       const struct fdmap_file *f, uint32_t *index)
{
	const struct nsheld held = { p->pid, f->fd, f->ino };
	uint64_t ino;
	int r = f->fd < 0 || p->tid ? -ENOTSUP : ns_of_socket(root, &held, &ino, NULL);

	*index = 0;
	if (r < 0)
		return root_exhausted(r) ? r : 0;
	if (ino == s->ns.v[0].ino)
		return 1;
	r = nslist_add(&s->ns, ino, index);
	if (r > 0)
		s->ns.v[*index].held = held;
	return r < 0 ? r : 1;
}

struct leftovers {
	struct fdmap_snapshot *s;
	struct root *root;
	const struct plan *plan;
	bool all;            /* FDMAP_NETNS: of sockets that no table could tell of, too */
	bool any;            /* some entry wants tables */
	uint32_t everywhere; /* tables that all namespaces are asked for */
};

/* abroad: the process is in another namespace; -1: not looked yet. */
static int place(struct leftovers *l, const struct fdmap_process *p, struct fdmap_file *f,
		 int *abroad)
{
	uint32_t tables = fdmap_more(f)->sockproto ? tables_of(l->plan, f) : 0, ns;
	int r;

	if (!tables && !l->all)
		return 0;
	r = ask(l->s, l->root, p, f, &ns);
	if (r < 0)
		return r;
	if (r > 0) {
		f->netns = ns;
		f->have |= FDMAP_NETNS;
		if (ns && tables) {
			l->s->ns.v[ns].want |= tables;
			l->any = true;
		}
		return 0;
	}
	if (*abroad < 0)
		*abroad = entry_of(l->s, l->root, p, &ns);
	if (*abroad > 0)
		l->everywhere |= tables;
	return *abroad < 0 ? *abroad : 0;
}

int nsjoin_leftovers(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q,
		     const struct plan *plan)
{
	struct leftovers l = { s, root, plan, q->want & FDMAP_NETNS, false, 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->nprocs; i++) {
		int abroad = -1;

		for (uint32_t j = 0; r == 0 && j < s->procs[i].nfiles; j++) {
			struct fdmap_file *f = snapshot_row(&s->procs[i], j);

			if (!snapshot_lacks_sock(f))
				continue;
			r = nslist_own(&s->ns, root);
			if (r < 0 || !s->ns.v[0].ino)
				return r;
			r = place(&l, &s->procs[i], f, &abroad);
		}
	}
	if (r == 0 && l.everywhere) {
		r = nsfind_all(&s->ns, root);
		for (size_t i = 1; i < s->ns.n; i++)
			s->ns.v[i].want |= l.everywhere;
		l.any = true;
	}
	return r < 0 || !l.any ? r : load_and_find(s, root, plan);
}

int nsjoin_show(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q)
{
	bool wanted = q->want & FDMAP_NETNS;
	int r = wanted ? nslist_own(&s->ns, root) : 0;

	if (r == 0 && (wanted || s->ns.n > 1))
		r = nsfind_names(&s->ns, root);
	for (size_t i = 0; wanted && r == 0 && i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			struct fdmap_file *f = snapshot_row(&s->procs[i], j);

			if (!f->sock)
				continue;
			f->netns = f->sock->netns;
			f->have |= FDMAP_NETNS;
		}
	}
	s->ns.set = NULL;
	free(s->netns);
	s->netns = r == 0 ? nslist_show(&s->ns) : NULL;
	return r < 0 || s->netns ? r : -ENOMEM;
}
