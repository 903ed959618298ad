/* SPDX-License-Identifier: MIT */
/*
 * A filter during the walk: what is known so far may be enough to reject a process or a
 * row, or to let it pass. Of what a row is known to lack, nothing is unknown.
 */
#include "engine/filter.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "engine/scan.h"
#include "kind/detail.h"

static int judge(struct worker *w, const struct fdmap_process *proc, const struct fdmap_file *file,
		 uint32_t known)
{
	const struct expr_row row = { .row = { .proc = proc, .file = file }, .known = known };

	return expr_eval(w->scan->q->filter, &row, &w->value);
}

int filter_process(struct worker *w, const struct procdir *pd, struct about *a, const char *comm,
		   const struct fdmap_process **proc)
{
	uint32_t facts = w->scan->plan->proc_filter;
	int truth;

	*proc = NULL;
	if (!w->scan->q->filter)
		return 1;
	w->known = a->have & FILTER_PROC;
	for (size_t i = 0; i <= FILTER_STEPS; i++) {
		uint32_t step = i ? filter_steps[i - 1] & facts & ~w->known : 0;
		int r = step ? worker_need(w, pd, step, a) : 1;

		if (r <= 0)
			return r;
		if (i && !step)
			continue;
		/* What was refused is known, too: it has none. */
		w->known |= step;
		w->proc = worker_process(w, pd, a, comm);
		truth = judge(w, &w->proc, NULL, w->known);
		if (truth < 0 || truth == TRUTH_NO)
			return truth < 0 ? truth : 0;
		if (truth == TRUTH_YES)
			return 1;
	}
	*proc = &w->proc;
	return 1;
}

int filter_fd(struct worker *w, const struct target *t, int fd)
{
	const struct fdmap_file file = { .fd = fd, .access = ' ', .lock = ' ' };
	int truth;

	if (!t->proc)
		return 0;
	truth = judge(w, t->proc, &file, w->known);
	return truth < 0 ? truth : truth == TRUTH_NO;
}

/* Only a mount tells whether it is a message queue. */
static bool may_be_queue(const struct cand *c)
{
	return c->has_stat && (S_ISREG(c->st.mode) || S_ISDIR(c->st.mode)) &&
	       major(c->st.dev) == 0;
}

uint32_t filter_known(const struct cand *c, uint32_t facts)
{
	uint32_t known = FDMAP_LINK | (facts & ~(uint32_t)FDMAP_STAT);

	/* Sockets in no table, and all by their stat, are looked up again behind the walk. */
	if (c->link.what == FDLINK_SOCKET)
		return known | (c->f.sock ? FILTER_SOCK : 0);
	known |= FILTER_SOCK;
	return facts & FDMAP_STAT && !may_be_queue(c) ? known | FDMAP_STAT : known;
}

bool filter_rare(struct worker *w, const struct place *at, struct cand *c)
{
	const struct scan *s = w->scan;
	char proto[64];

	if (!s->plan->rare || !at->descriptor ||
	    root_sockproto(s->root, at->dir, at->name, proto, sizeof(proto)) < 0 ||
	    !(family_of_protoname(proto) & s->plan->rare))
		return false;
	c->more.sockproto = arena_strdup(&w->arena, proto);
	return true;
}

int filter_row(struct worker *w, const struct target *t, struct cand *c, uint32_t known,
	       const char *path)
{
	struct fdmap_file file = c->f;
	int truth;

	if (!t->proc || c->truth != TRUTH_UNKNOWN)
		return 1;
	file.path = path;
	file.more = &c->more;
	file.stat = c->has_stat ? &c->st : NULL;
	file.have |= c->has_stat ? FDMAP_STAT : 0;
	if (!file.ino && c->has_stat)
		file.ino = c->st.ino;
	truth = judge(w, t->proc, &file, w->known | known);
	if (truth < 0)
		return truth;
	c->truth = (uint8_t)truth;
	return truth != TRUTH_NO;
}
