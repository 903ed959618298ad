/* SPDX-License-Identifier: MIT */
/* The descriptors of a process that a pass has seen. */
#include "base/digits.h"
#include "engine/pass.h"
#include "engine/scan.h"

/* Where a record leads: below PID itself, so that PID/fd need not be opened to be told. */
struct told {
	struct worker *w;
	const struct target *t;
	struct root_dir dir; /* PID/fd, where names below it are asked for */
	bool opened;
	char name[DIGITS_NAME];
};

/*
 * What looks at a descriptor by its number does so in PID/fd. 1; 0: the process has
 * ended, or may not be looked at; -errno.
 */
static int open_fds(struct told *k)
{
	int r;

	if (k->opened)
		return 1;
	r = root_dir_open(k->w->scan->root, &k->t->pd->dir, "fd", &k->dir);
	k->opened = r == 0;
	k->w->refused = k->w->refused || row_denied(r);
	return r == 0 ? 1 : root_exhausted(r) ? r : 0;
}

/* told NULL: read as ever. */
static int row_at(struct told *k, int fd, const struct bpf_file *told)
{
	const struct scan *s = k->w->scan;
	struct place at = { .dir = &k->t->pd->dir, .name = k->name, .descriptor = true,
			    .told = told };
	int r = 1;

	if (!told || s->strays || s->doubt) {
		r = open_fds(k);
		at.dir = &k->dir;
		(void)digits_put(k->name, (uint32_t)fd);
	} else {
		digits_name(k->name, "fd/", (uint32_t)fd);
	}
	return r > 0 ? rows_with_ring(k->w, k->t, &at, fd) : r;
}

static int told_row(struct told *k, const struct bpf_head *h)
{
	struct worker *w = k->w;
	size_t had = w->nrows, sure = w->nsure;
	int r;

	if (!pass_tells_of(w->scan, h))
		return row_at(k, h->fd, NULL);
	w->stale = false;
	r = row_at(k, h->fd, (const struct bpf_file *)h);
	if (r < 0 || !w->stale)
		return r;
	/* It has become another one: that one is the row. */
	w->nrows = had;
	w->nsure = sure;
	return row_at(k, h->fd, NULL);
}

int rows_told(struct worker *w, const struct target *t, const struct bpf_holder *h)
{
	const struct scan *s = w->scan;
	struct told k = { .w = w, .t = t };
	size_t at = h->at;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < h->n && !rows_enough(w); i++) {
		const struct bpf_head *one = bpf_next(s->pass, &at);

		if (pass_hit(s, one))
			r = told_row(&k, one);
	}
	if (k.opened)
		root_dir_close(&k.dir);
	/* Unless other ends are looked for, tables are made of them, or all is done again. */
	if (r >= 0 && s->pass->what == BPF_NAMES && !s->plan->ends && !s->strays && !s->doubt)
		bpf_pass_forget(s->pass, h->at, at);
	return r < 0 ? r : 0;
}
