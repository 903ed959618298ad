/* SPDX-License-Identifier: MIT */
/* Joins: after the scan, on the caller's thread, only what some row needs. */
#include "engine/join.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/few.h"
#include "engine/late.h"
#include "engine/mountjoin.h"
#include "engine/nsjoin.h"
#include "engine/nsload.h"
#include "engine/scan.h"
#include "net/family.h"
#include "proc/fdlink.h"
#include "proc/procdir.h"

/* Families of the sockets no table has told of yet; 0: there are none. */
static uint32_t families_missing(const struct fdmap_snapshot *s, const struct plan *plan)
{
	uint32_t missing = 0;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_file *f = &s->procs[i].files[j];
			const struct fdmap_file_more *more = fdmap_more(f);

			if (!snapshot_is_socket(f) || f->sock)
				continue;
			if (!plan->ask_proto || !more->sockproto)
				return plan->row_families;
			missing |= family_of_protoname(more->sockproto);
		}
	}
	/* MPTCP is shown as the connection of TCP that it is made of. */
	if (missing & FAMILY_BIT(FDMAP_MPTCP))
		missing |= FAMILY_BIT(FDMAP_TCP);
	return missing ? plan->row_families & (missing | FAMILY_NO_RAW6) : 0;
}

static int join_sockets(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
			const struct fdmap_query *q)
{
	uint32_t missing = families_missing(s, plan);
	int r;

	if (!missing)
		return 0;
	r = few_join(s, root, q, plan, &missing);
	if (r < 0)
		return r;
	missing = missing & ~s->ns.v[0].rows & ~FAMILY_NO_RAW6 ? missing & ~s->ns.v[0].rows : 0;
	r = missing ? nsload_own(s, root, q, plan, missing) : 0;
	if (r < 0)
		return r;
	snapshot_join_socks(s);
	return snapshot_problems(s, &s->rows);
}

/* Families that nobody asks for unless a socket says that it is of one. */
static int join_rare(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
		     const struct fdmap_query *q)
{
	uint32_t rare = 0;
	int r;

	for (size_t i = 0; i < s->nprocs; i++) {
		for (uint32_t j = 0; j < s->procs[i].nfiles; j++) {
			const struct fdmap_file *f = &s->procs[i].files[j];
			const struct fdmap_file_more *more = fdmap_more(f);

			if (snapshot_is_socket(f) && !f->sock && more->sockproto)
				rare |= family_of_protoname(more->sockproto);
		}
	}
	rare &= FAMILY_RARE & plan->diag_families;
	r = rare ? nsload_own(s, root, q, plan, rare) : 0;
	if (rare && r == 0)
		snapshot_join_socks(s);
	return r;
}

/* lsof shows sockets of no table, or of one it does not read, by sockfs' own inode. */
static bool shown_by_inode(const struct fdmap_file *f)
{
	return snapshot_is_socket(f) && !(f->sock && family_has_face(f->sock));
}

/*
 * Asks the descriptor itself, after making sure that it is still the same socket. 1: it
 * has been closed; 0; -ENOMEM.
 */
static int ask_socket(struct root *root, const struct procdir *pd, struct fdmap_file *f,
		      uint32_t want, struct arena *arena)
{
	char name[24], text[64], proto[64];
	struct fdmap_stat st;
	struct fdlink link;
	ssize_t n;

	(void)snprintf(name, sizeof(name), "fd/%d", f->fd);
	n = root_link(root, &pd->dir, name, text, sizeof(text));
	if (n < 0)
		return row_ended((int)n);
	parse_fdlink((struct span){ text, (size_t)n }, &link);
	if (link.what != FDLINK_SOCKET || link.ino != f->ino)
		return 1;
	if (!fdmap_more(f)->sockproto && !f->sock && !f->inet_skipped &&
	    root_sockproto(root, &pd->dir, name, proto, sizeof(proto)) >= 0) {
		struct fdmap_file_more *more = snapshot_more(arena, f);

		if (more)
			more->sockproto = arena_strdup(arena, proto);
	}
	if ((want & FDMAP_STAT) && !f->stat && root_stat(root, &pd->dir, name, &st) == 0 &&
	    st.ino == f->ino) {
		f->stat = arena_memdup(arena, &st, sizeof(st));
		f->have |= FDMAP_STAT;
	}
	return arena_failed(arena) ? -ENOMEM : 0;
}

static int open_again(struct root *root, const struct fdmap_process *p, struct procdir *pd)
{
	struct procdir leader;
	int r = procdir_open(root, p->pid, p->tid ? &leader : pd);

	if (r < 0 || !p->tid)
		return r;
	r = procdir_task(root, &leader, p->tid, pd);
	procdir_close(&leader);
	return r;
}

static int join_leftovers(struct fdmap_snapshot *s, struct root *root, const struct fdmap_query *q)
{
	bool gone = false;

	for (size_t i = 0; i < s->nprocs; i++) {
		const struct fdmap_process *p = &s->procs[i];
		struct procdir pd;
		bool open = false;
		int r = 0;

		for (uint32_t j = 0; r == 0 && j < p->nfiles; j++) {
			struct fdmap_file *f = snapshot_row(p, j);

			if (!shown_by_inode(f))
				continue;
			f->inet_skipped = q->skip_inet && !f->sock;
			/* What is registered in a ring has no number to be asked by. */
			if (f->fd < 0)
				continue;
			if (!open && open_again(root, p, &pd) < 0)
				break;
			open = true;
			r = ask_socket(root, &pd, f, q->want, snapshot_arena(s));
			if (r > 0 && !f->sock) {
				f->kind = FDMAP_KIND_UNKNOWN;
				gone = true;
			}
			r = r < 0 ? r : 0;
		}
		if (open)
			procdir_close(&pd);
		if (r < 0)
			return r;
	}
	if (gone)
		snapshot_drop(s);
	return 0;
}

int join_rows(struct fdmap_snapshot *s, struct root *root, const struct plan *plan,
	      const struct fdmap_query *q, const struct mounts *mounts)
{
	/* All tables may have been read here, and yet not tell of sockets in other places. */
	bool elsewhere = q->want & (FDMAP_SOCK | FDMAP_QUEUES) && !plan->need_match;
	bool whole_mounts = plan->want & FDMAP_MOUNTS;
	int r = 0;

	elsewhere = elsewhere || plan->row_families || plan->rare;
	if (plan->row_families)
		r = join_sockets(s, root, plan, q);
	if (r == 0 && elsewhere)
		r = nsjoin_processes(s, root, q, plan);
	if (r == 0 && (q->want & FDMAP_SOCK || plan->ends))
		r = join_leftovers(s, root, q);
	/* Those that were opened while rows were handed out already. */
	if (r == 0 && s->in_parts && plan->row_families)
		r = few_late(s, root, plan);
	if (r == 0 && q->want & FDMAP_SOCK)
		r = join_rare(s, root, plan, q);
	if (r == 0 && elsewhere)
		r = nsjoin_leftovers(s, root, q, plan);
	if (r == 0 && plan->row_families | plan->gate_families)
		r = late_join(s, root, plan);
	if (r == 0 && (plan->mounts || whole_mounts))
		r = mountjoin_rows(s, root, whole_mounts, mounts);
	return r;
}
