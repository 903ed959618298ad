/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own totals, beside what was counted: net/sockstat and sockstat6, printed by
 * sockstat_seq_show() in net/ipv4/proc.c and sockstat6_seq_show() in net/ipv6/proc.c.
 *
 *	sockets: used 17
 *	TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 125
 *
 * Of what stands on one line some is of the network namespace, some of the whole machine.
 */
#include "out/summary.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "out/quote.h"

struct total {
	const char *proto, *what;
	uint64_t n;
	bool machine;
};

struct totals {
	struct buf v; /* struct total */
	struct arena names;
};

/* tcp_orphan_count, tcp_sockets_allocated, tcp_memory_allocated, udp_memory_allocated */
static const struct {
	const char *proto, *what;
} of_machine[] = {
	{ "TCP", "orphan" }, { "TCP", "alloc" }, { "TCP", "mem" }, { "UDP", "mem" },
};

static const struct total *totals_of(const struct totals *t, size_t *n)
{
	*n = t->v.n / sizeof(struct total);
	return (const struct total *)(const void *)t->v.p;
}

static bool is_of_machine(const char *proto, const char *what)
{
	for (size_t i = 0; i < ARRAY_LEN(of_machine); i++)
		if (strcmp(of_machine[i].proto, proto) == 0 &&
		    strcmp(of_machine[i].what, what) == 0)
			return true;
	return false;
}

static int kernel_row(struct totals *t, const struct seen *x)
{
	(void)t;
	(void)x;
	return 0;
}

/* The kernel says each thing once, in one place; whoever recorded it may not: the first counts. */
static bool is_told(const struct totals *t, const char *proto, const char *what)
{
	size_t n;
	const struct total *v = totals_of(t, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].proto, proto) == 0 &&
		    (strcmp(v[i].what, what) == 0 || strcmp(v[n - 1].proto, proto) != 0))
			return true;
	return false;
}

static int take_total(void *arg, const char *proto, const char *what, uint64_t n)
{
	struct totals *t = arg;

	if (is_told(t, proto, what))
		return 0;
	const struct total total = {
		.proto = arena_strdup(&t->names, proto),
		.what = arena_strdup(&t->names, what),
		.n = n,
		.machine = is_of_machine(proto, what),
	};

	if (!total.proto || !total.what)
		return -ENOMEM;
	buf_put(&t->v, &total, sizeof(total));
	return t->v.failed ? -ENOMEM : 0;
}

/* Without these files there is no such section. */
static int kernel_end(struct totals *t, const struct format *fmt)
{
	int rc = fmt->m ? fdmap_sockstat(fmt->m, take_total, t) : 0;

	return rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE ? rc : 0;
}

/* The end of those that begin at i and are of the same protocol. */
static size_t same_proto(const struct total *v, size_t n, size_t i)
{
	size_t end = i;

	while (end < n && strcmp(v[end].proto, v[i].proto) == 0)
		end++;
	return end;
}

/* "alloc 1, mem 125 pages" */
static void grid_totals(struct grid *g, const struct total *v, size_t n, bool machine)
{
	bool next = false;

	for (size_t i = 0; i < n; i++) {
		if (v[i].machine != machine)
			continue;
		buf_puts(&g->text, next ? ", " : "");
		quote_text(v[i].what, strlen(v[i].what), &g->text);
		buf_putc(&g->text, ' ');
		buf_put_u64(&g->text, v[i].n);
		if (strcmp(v[i].what, "mem") == 0)
			buf_puts(&g->text, " pages");
		next = true;
	}
	grid_left(g);
}

static void kernel_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct total *v = totals_of(t, &n);

	(void)fmt;
	if (!n)
		return;
	summary_title("KERNEL'S OWN TOTALS, not counted from rows and never narrowed", out);
	grid_init(&g, 3, 2);
	grid_word(&g, "");
	grid_word(&g, "THIS NETWORK NAMESPACE");
	grid_word(&g, "WHOLE MACHINE");
	for (size_t i = 0, end; i < n; i = end) {
		end = same_proto(v, n, i);
		quote_text(v[i].proto, strlen(v[i].proto), &g.text);
		grid_left(&g);
		grid_totals(&g, v + i, end - i, false);
		grid_totals(&g, v + i, end - i, true);
	}
	grid_put(&g, 0, out);
	grid_fini(&g);
}

static void json_scope(struct jsonw *w, const char *key, const struct total *v, size_t n,
		       bool machine)
{
	jsonw_key(w, key);
	jsonw_object(w);
	for (size_t i = 0, end; i < n; i = end) {
		bool any = false;

		end = same_proto(v, n, i);
		for (size_t k = i; k < end; k++) {
			if (v[k].machine != machine)
				continue;
			if (!any) {
				jsonw_key(w, v[k].proto);
				jsonw_object(w);
			}
			any = true;
			summary_member(w, v[k].what, v[k].n);
		}
		if (any)
			jsonw_object_end(w);
	}
	jsonw_object_end(w);
}

static void kernel_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n;
	const struct total *v = totals_of(t, &n);

	(void)fmt;
	jsonw_object(w);
	json_scope(w, "namespace", v, n, false);
	json_scope(w, "machine", v, n, true);
	jsonw_object_end(w);
}

static void kernel_fini(struct totals *t)
{
	buf_fini(&t->v);
	arena_fini(&t->names);
}

const struct summary_part summary_kernel = {
	.key = "kernel",
	.size = sizeof(struct totals),
	.row = kernel_row,
	.end = kernel_end,
	.text = kernel_text,
	.json = kernel_json,
	.fini = kernel_fini,
};
