/* SPDX-License-Identifier: MIT */
/* The processes that are nearest to the number of descriptors they may have. */
#include "out/summary.h"

#include <errno.h>
#include <stdlib.h>

struct totals {
	struct buf v; /* const struct fdmap_process * */
};

static int limits_row(struct totals *t, const struct seen *x)
{
	const struct fdmap_process *p = x->row->proc;

	/* Without a limit nothing is near it. */
	if (!x->begins || p->nobody || !(p->have & FDMAP_LIMITS) || p->nofile == UINT64_MAX ||
	    p->nfds == UINT32_MAX)
		return 0;
	buf_put(&t->v, &p, sizeof(p));
	return t->v.failed ? -ENOMEM : 0;
}

static const struct fdmap_process **procs_of(const struct totals *t, size_t *n)
{
	*n = t->v.n / sizeof(const struct fdmap_process *);
	return (const struct fdmap_process **)(void *)t->v.p;
}

/* A process may have more than its limit: it was lowered later, to 0 perhaps. */
static uint64_t per_mille(const struct fdmap_process *p)
{
	return p->nofile ? (uint64_t)p->nfds * 1000 / p->nofile : p->nfds ? UINT64_MAX : 0;
}

static int compare(const void *a, const void *b)
{
	const struct fdmap_process *x = *(const struct fdmap_process *const *)a;
	const struct fdmap_process *y = *(const struct fdmap_process *const *)b;
	uint64_t mx = per_mille(x), my = per_mille(y);

	if (mx != my)
		return mx < my ? 1 : -1;
	if (x->nfds != y->nfds)
		return x->nfds < y->nfds ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int limits_end(struct totals *t, const struct format *fmt)
{
	size_t n;
	const struct fdmap_process **v = procs_of(t, &n);

	(void)fmt;
	if (n)
		qsort(v, n, sizeof(*v), compare);
	return 0;
}

static void grid_percent(struct grid *g, const struct fdmap_process *p)
{
	uint64_t m = per_mille(p);

	if (p->nofile)
		buf_printf(&g->text, "%lu.%u%%", (unsigned long)(m / 10), (unsigned)(m % 10));
	else
		buf_putc(&g->text, '-');
	grid_right(g);
}

static void limits_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct fdmap_process **v = procs_of(t, &n);

	if (!n)
		return;
	summary_title("NEAREST TO THEIR LIMIT of descriptors (RLIMIT_NOFILE)", out);
	grid_init(&g, 6, 2);
	grid_head(&g, "USED", true);
	grid_head(&g, "OPEN", true);
	grid_head(&g, "LIMIT", true);
	summary_process_heads(&g);
	for (size_t i = 0; i < summary_some(n, SUMMARY_TOP); i++) {
		grid_percent(&g, v[i]);
		grid_number(&g, v[i]->nfds);
		grid_number(&g, v[i]->nofile);
		summary_process_cells(&g, fmt, v[i]);
	}
	grid_put(&g, 0, out);
	grid_fini(&g);
	summary_more(n, SUMMARY_TOP, "", out);
}

static void limits_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n;
	const struct fdmap_process **v = procs_of(t, &n);

	jsonw_object(w);
	summary_member(w, "total", n);
	jsonw_key(w, "nearest");
	jsonw_array(w);
	for (size_t i = 0; i < summary_some(n, SUMMARY_TOP); i++) {
		jsonw_object(w);
		summary_process_json(w, fmt, v[i]);
		summary_member(w, "nfds", v[i]->nfds);
		summary_member(w, "nofile", v[i]->nofile);
		if (v[i]->nofile)
			summary_member(w, "fd_use", per_mille(v[i]) / 10);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void limits_fini(struct totals *t)
{
	buf_fini(&t->v);
}

const struct summary_part summary_limits = {
	.key = "limits",
	.needs = FDMAP_LIMITS,
	.size = sizeof(struct totals),
	.row = limits_row,
	.end = limits_end,
	.text = limits_text,
	.json = limits_json,
	.fini = limits_fini,
};
