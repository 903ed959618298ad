/* SPDX-License-Identifier: MIT */
/* The DOT language: nodes in the clusters of their containers, then edges. */
#include "out/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "out/jsonw.h"
#include "out/quote.h"

/* More ports than that in one box tell nobody anything. */
#define SERVES_SHOWN 8
/* Of a container without a name: as many of its id's digits as its tools show. */
#define SHORT_ID 12

/* ---- texts -------------------------------------------------------------------------- */

/* Escaped as everywhere; what is not ASCII stays if all of it is UTF-8. */
static void put_printable(const char *s, size_t n, struct buf *out)
{
	bool utf8 = jsonw_is_utf8(s, n);

	for (size_t i = 0, len; i < n; i += len) {
		uint32_t c;
		bool plain = utf8 && (unsigned char)s[i] >= 0x80;

		len = quote_control(s + i, n - i, &c);
		if (!len && plain)
			buf_putc(out, s[i]);
		else
			quote_ascii(s + i, len ? len : 1, out);
		len = len ? len : 1;
	}
}

/* In quotes a label is no text yet: \N is its node's name there, &lt; a character. */
static void put_text(const char *s, size_t n, struct buf *out)
{
	struct buf text;

	buf_init(&text);
	put_printable(s, n, &text);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '&') {
			buf_puts(out, "&amp;");
			continue;
		}
		if (c == '"' || c == '\\')
			buf_putc(out, '\\');
		buf_putc(out, c);
	}
	out->failed |= text.failed;
	buf_fini(&text);
}

static void put_label(const char *s, struct buf *out)
{
	put_text(s, strlen(s), out);
}

/* ---- nodes --------------------------------------------------------------------------- */

static bool is_shown(const struct graph_node *node)
{
	return node->linked || node->nserves;
}

static void put_id(const struct graph *g, uint32_t i, struct buf *out)
{
	const struct graph_node *node = &g->nodes[i];

	if (!node->address) {
		buf_putc(out, 'p');
		buf_put_i64(out, node->pid);
	} else {
		buf_putc(out, node->thing ? 't' : 'a');
		buf_put_u64(out, i + 1 - (uint32_t)g->pids.n);
	}
}

static void put_node(const struct graph *g, uint32_t i, const char *indent, struct buf *out)
{
	const struct graph_node *node = &g->nodes[i];
	size_t shown = node->nserves > SERVES_SHOWN ? SERVES_SHOWN - 1 : node->nserves;

	buf_puts(out, indent);
	put_id(g, i, out);
	buf_puts(out, " [label=\"");
	if (node->address) {
		put_label(node->address, out);
		buf_puts(out, node->thing ? "\", shape=hexagon];\n" : "\", shape=ellipse];\n");
		return;
	}
	put_label(node->comm ? node->comm : "?", out);
	buf_puts(out, "\\n");
	buf_put_i64(out, node->pid);
	for (size_t k = 0; k < shown; k++) {
		buf_puts(out, "\\n");
		put_label(node->serves[k], out);
	}
	if (node->nserves > shown)
		buf_printf(out, "\\nand %zu more", node->nserves - shown);
	buf_puts(out, "\"];\n");
}

/* ---- containers ----------------------------------------------------------------------- */

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static bool in_container(const struct graph_node *node)
{
	return node->proc && (node->proc->container || node->proc->pod);
}

static int by_container(const struct fdmap_process *x, const struct fdmap_process *y)
{
	int order = strcmp(text_of(x->container_name), text_of(y->container_name));

	if (!order)
		order = strcmp(text_of(x->container), text_of(y->container));
	if (!order)
		order = strcmp(text_of(x->pod), text_of(y->pod));
	return order ? order : strcmp(text_of(x->runtime), text_of(y->runtime));
}

static int by_cluster(const void *a, const void *b)
{
	const struct graph_node *x = *(const struct graph_node *const *)a;
	const struct graph_node *y = *(const struct graph_node *const *)b;
	int order = by_container(x->proc, y->proc);

	return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

static void put_container(const struct fdmap_process *p, struct buf *out)
{
	const char *name = p->container_name ? p->container_name : p->container;
	size_t n;

	if (!name)
		name = text_of(p->pod);
	n = strlen(name);
	put_text(name, name == p->container && n > SHORT_ID ? SHORT_ID : n, out);
	if (p->runtime) {
		buf_puts(out, " (");
		put_label(p->runtime, out);
		buf_putc(out, ')');
	}
}

static void put_clusters(const struct graph *g, const struct graph_node **v, size_t n,
			 struct buf *out)
{
	unsigned clusters = 0;

	for (size_t i = 0; i < n; i++) {
		if (!i || by_container(v[i]->proc, v[i - 1]->proc) != 0) {
			if (i)
				buf_puts(out, "\t}\n");
			buf_printf(out, "\tsubgraph cluster_%u {\n\t\tlabel=\"", ++clusters);
			put_container(v[i]->proc, out);
			buf_puts(out, "\";\n");
		}
		put_node(g, (uint32_t)(v[i] - g->nodes), "\t\t", out);
	}
	if (n)
		buf_puts(out, "\t}\n");
}

static void put_nodes(const struct graph *g, struct buf *out)
{
	const struct graph_node **v = (const struct graph_node **)calloc(g->nnodes + 1, sizeof(*v));
	size_t n = 0;

	if (!v) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < g->nnodes; i++)
		if (is_shown(&g->nodes[i]) && in_container(&g->nodes[i]))
			v[n++] = &g->nodes[i];
	if (n)
		qsort(v, n, sizeof(*v), by_cluster);
	put_clusters(g, v, n, out);
	for (size_t i = 0; i < g->nnodes; i++)
		if (is_shown(&g->nodes[i]) && !in_container(&g->nodes[i]))
			put_node(g, (uint32_t)i, "\t", out);
	free(v);
}

/* ---- edges ----------------------------------------------------------------------------- */

static bool same_edge(const struct graph_link *x, const struct graph_link *y)
{
	return x->from == y->from && x->to == y->to && x->directed == y->directed &&
	       strcmp(x->label, y->label) == 0;
}

/* [label="pipe (2)", dir=none]: without anything to say, nothing. */
static void put_edge_looks(const struct graph_link *l, size_t things, struct buf *out)
{
	if (!*l->label) {
		buf_puts(out, l->directed ? "" : " [dir=none]");
		return;
	}
	buf_puts(out, " [label=\"");
	put_label(l->label, out);
	if (things > 1)
		buf_printf(out, " (%zu)", things);
	buf_puts(out, l->directed ? "\"]" : "\", dir=none]");
}

static void put_edge(const struct graph *g, const struct graph_link *l, size_t things,
		     struct buf *out)
{
	buf_putc(out, '\t');
	put_id(g, l->from, out);
	buf_puts(out, " -> ");
	put_id(g, l->to, out);
	put_edge_looks(l, things, out);
	buf_puts(out, ";\n");
}

void graph_put(const struct graph *g, struct buf *out)
{
	size_t i = 0;

	buf_puts(out, "digraph fdmap {\n\trankdir=LR;\n\tnode [shape=box];\n");
	put_nodes(g, out);
	while (i < g->nlinks) {
		const struct graph_link *first = &g->links[i], *last = first;
		size_t things = 0;

		for (; i < g->nlinks && same_edge(first, &g->links[i]); i++) {
			const struct graph_link *l = &g->links[i];

			/* Told by both sides, or held twice. */
			things += l == first || l->id[0] != last->id[0] || l->id[1] != last->id[1];
			last = l;
		}
		put_edge(g, first, things, out);
	}
	buf_puts(out, "}\n");
}
