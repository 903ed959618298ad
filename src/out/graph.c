/* SPDX-License-Identifier: MIT */
/* Who talks to whom, as a graph: gathered from rows, written at the end. */
#include "out/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "out/column.h"
#include "out/sink.h"

static uint32_t graph_wants(const struct format *fmt)
{
	(void)fmt;
	return FDMAP_FDS | FDMAP_COMM | FDMAP_CRED | FDMAP_LINK | FDMAP_ACCESS | FDMAP_STAT |
	       FDMAP_SOCK | FDMAP_ENDS | FDMAP_CGROUP | FDMAP_CONTAINER;
}

static int graph_begin(struct sink *s)
{
	struct graph *g = calloc(1, sizeof(*g));

	if (!g)
		return -ENOMEM;
	arena_init(&g->arena);
	hash_init(&g->pids);
	hash_init(&g->held);
	hash_init(&g->serving);
	s->priv = g;
	return 0;
}

static void graph_fini(struct sink *s)
{
	struct graph *g = s->priv;

	if (!g)
		return;
	arena_fini(&g->arena);
	hash_fini(&g->pids);
	hash_fini(&g->held);
	hash_fini(&g->serving);
	free(g->rows);
	free(g->nodes);
	free(g->links);
	free(g);
}

/* Room for one more in an array of n, which has room for a power of two. NULL: no memory. */
static void *one_more(void *v, size_t n, size_t size)
{
	if (n & (n - 1) || (n && n < 16))
		return v;
	return reallocarray(v, n ? n * 2 : 16, size);
}

/* Threads hold what their process holds; sockets that nobody holds connect nobody. */
static int graph_row(struct sink *s, const struct fdmap_row *row)
{
	struct graph *g = s->priv;
	struct graph_row *rows;

	if (row->proc->nobody || row->proc->tid)
		return 0;
	if (!fdmap_more(row->file)->nends && row->file->kind != FDMAP_KIND_SOCKET)
		return 0;
	rows = one_more(g->rows, g->nrows, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	g->rows = rows;
	rows[g->nrows++] = (struct graph_row){ row->proc, row->file };
	return 0;
}

/* ---- nodes ------------------------------------------------------------------------ */

static int add_node(struct graph *g, const struct graph_node *node)
{
	struct graph_node *nodes = one_more(g->nodes, g->nnodes, sizeof(*nodes));

	if (!nodes)
		return -ENOMEM;
	g->nodes = nodes;
	nodes[g->nnodes++] = *node;
	return 0;
}

/* What a row tells of a process is more than what an end of one tells. */
static int add_process(struct graph *g, const struct graph_node *node)
{
	int r;

	if (hash_find(&g->pids, (uint64_t)node->pid, NULL))
		return 0;
	r = hash_put(&g->pids, (uint64_t)node->pid, (uint32_t)g->nnodes);
	return r < 0 ? r : add_node(g, node);
}

static int add_rows(struct graph *g)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->nrows; i++) {
		const struct fdmap_process *p = g->rows[i].proc;
		const struct fdmap_file *f = g->rows[i].file;
		const struct graph_node node = { .pid = p->pid,
						 .comm = column_comm(p),
						 .proc = p };

		r = add_process(g, &node);
		if (r == 0 && f->fd >= 0)
			r = hash_put(&g->held, (uint64_t)p->pid << 32 | (uint32_t)f->fd,
				     (uint32_t)i);
		if (r == 0 && f->sock && graph_serves(f->sock))
			r = hash_put(&g->serving, graph_port_key(f->sock, f->sock->lport), 0);
	}
	return r;
}

static int add_ends(struct graph *g)
{
	int r = 0;

	for (size_t i = 0; i < g->nrows; i++) {
		const struct fdmap_file *f = g->rows[i].file;
		const struct fdmap_file_more *more = fdmap_more(f);

		for (uint32_t k = 0; r == 0 && k < more->nends; k++) {
			const struct graph_node node = { .pid = more->ends[k].pid,
							 .comm = more->ends[k].comm };

			r = add_process(g, &node);
		}
	}
	return r;
}

static int by_pid(const void *a, const void *b)
{
	const struct graph_node *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Ends may be of any process: their nodes are put among the others. */
static int add_processes(struct graph *g)
{
	int r = add_rows(g);

	if (r == 0)
		r = add_ends(g);
	if (r == 0 && g->nnodes)
		qsort(g->nodes, g->nnodes, sizeof(*g->nodes), by_pid);
	for (size_t i = 0; r == 0 && i < g->nnodes; i++)
		r = hash_put(&g->pids, (uint64_t)g->nodes[i].pid, (uint32_t)i);
	return r;
}

uint32_t graph_node_of(const struct graph *g, pid_t pid)
{
	uint32_t at = 0;

	(void)hash_find(&g->pids, (uint64_t)pid, &at);
	return at;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What a process listens at, from one of its sockets to the first of another process. */
static int add_servers(struct graph *g, size_t from, size_t to, struct graph_node *node)
{
	const char **v = arena_alloc(&g->arena, (to - from) * sizeof(*v));
	struct buf text;
	bool failed = false;
	size_t n = 0;

	buf_init(&text);
	for (size_t i = from; v && i < to; i++) {
		const struct fdmap_sock *sock = g->rows[i].file->sock;

		if (!sock || !graph_serves(sock))
			continue;
		buf_reset(&text);
		graph_put_server(sock, &text);
		failed |= text.failed;
		v[n++] = arena_strndup(&g->arena, buf_str(&text), text.n);
	}
	buf_fini(&text);
	if (failed || arena_failed(&g->arena))
		return -ENOMEM;
	if (n)
		qsort(v, n, sizeof(*v), by_text);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(v[i], v[node->nserves - 1]) != 0)
			v[node->nserves++] = v[i];
	node->serves = v;
	return 0;
}

static int add_all_servers(struct graph *g)
{
	size_t to;
	int r = 0;

	for (size_t from = 0; r == 0 && from < g->nrows; from = to) {
		pid_t pid = g->rows[from].proc->pid;

		for (to = from + 1; to < g->nrows && g->rows[to].proc->pid == pid; to++)
			;
		r = add_servers(g, from, to, &g->nodes[graph_node_of(g, pid)]);
	}
	return r;
}

/* ---- links ------------------------------------------------------------------------- */

int graph_add_link(struct graph *g, uint32_t near, uint32_t far, const struct graph_way *w,
		   const struct buf *label, const struct buf *address, uint8_t thing)
{
	struct graph_link *links = one_more(g->links, g->nlinks, sizeof(*links));
	struct graph_link *l;
	bool turned = w->way < 0 || (!w->way && !address && far < near);

	if (!links)
		return -ENOMEM;
	g->links = links;
	l = &links[g->nlinks++];
	*l = (struct graph_link){
		.from = turned ? far : near,
		.to = turned ? near : far,
		.directed = w->way != 0,
		.label = arena_strndup(&g->arena, buf_str(label), label->n),
		.id = { w->id[0], w->id[1] },
		.thing = thing,
	};
	if (address)
		l->address = arena_strndup(&g->arena, buf_str(address), address->n);
	return label->failed || (address && address->failed) || arena_failed(&g->arena) ? -ENOMEM
											 : 0;
}

static int link_row(struct graph *g, const struct graph_row *row, struct buf *label,
		    struct buf *address)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	uint32_t near = graph_node_of(g, row->proc->pid);
	struct graph_way w = { 0 };
	int r = 0;

	if (graph_is_shared(row))
		return graph_share(g, row, label, address);
	for (uint32_t k = 0; r == 0 && k < more->nends; k++) {
		if (more->ends[k].pid == row->proc->pid)
			continue;
		buf_reset(label);
		if (graph_relate(g, row, &more->ends[k], &w, label))
			r = graph_add_link(g, near, graph_node_of(g, more->ends[k].pid), &w, label,
					   NULL, 0);
	}
	if (more->nends || !f->sock)
		return r;
	buf_reset(label);
	buf_reset(address);
	if (graph_relate_address(g, f->sock, &w, label, address))
		r = graph_add_link(g, near, UINT32_MAX, &w, label, address, 0);
	return r;
}

/* Addresses are told by their text. A thing may have several names. */
static int compare_far(const struct graph_link *x, const struct graph_link *y)
{
	int order = 0;

	if (!x->address || !y->address)
		return (x->address != NULL) - (y->address != NULL);
	if (x->thing != y->thing)
		return x->thing < y->thing ? -1 : 1;
	if (!x->thing)
		return strcmp(x->address, y->address);
	for (size_t i = 0; !order && i < ARRAY_LEN(x->id); i++)
		order = (x->id[i] > y->id[i]) - (x->id[i] < y->id[i]);
	return order;
}

static int by_far(const void *a, const void *b)
{
	const struct graph_link *x = a, *y = b;
	int order = compare_far(x, y);

	return order || !x->address ? order : strcmp(x->address, y->address);
}

/* What is no process becomes nodes behind the processes, in its order. */
static int add_others(struct graph *g)
{
	const struct graph_link *last = NULL;
	int r = 0;

	if (g->nlinks)
		qsort(g->links, g->nlinks, sizeof(*g->links), by_far);
	for (size_t i = 0; r == 0 && i < g->nlinks; i++) {
		struct graph_link *l = &g->links[i];
		const struct graph_node node = { .address = l->address, .thing = l->thing != 0 };

		if (!l->address)
			continue;
		if (!last || compare_far(last, l) != 0)
			r = add_node(g, &node);
		last = l;
		if (l->from == UINT32_MAX)
			l->from = (uint32_t)g->nnodes - 1;
		else
			l->to = (uint32_t)g->nnodes - 1;
	}
	return r;
}

static int by_place(const void *a, const void *b)
{
	const struct graph_link *x = a, *y = b;
	int order;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->directed != y->directed)
		return x->directed ? -1 : 1;
	order = strcmp(x->label, y->label);
	for (size_t i = 0; !order && i < ARRAY_LEN(x->id); i++)
		order = (x->id[i] > y->id[i]) - (x->id[i] < y->id[i]);
	return order;
}

static int add_links(struct graph *g)
{
	struct buf label, address;
	int r = 0;

	buf_init(&label);
	buf_init(&address);
	for (size_t i = 0; r == 0 && i < g->nrows; i++)
		r = link_row(g, &g->rows[i], &label, &address);
	buf_fini(&label);
	buf_fini(&address);
	if (r == 0)
		r = add_others(g);
	if (r == 0 && g->nlinks)
		qsort(g->links, g->nlinks, sizeof(*g->links), by_place);
	for (size_t i = 0; r == 0 && i < g->nlinks; i++) {
		g->nodes[g->links[i].from].linked = true;
		g->nodes[g->links[i].to].linked = true;
	}
	return r;
}

static int graph_end(struct sink *s)
{
	struct graph *g = s->priv;
	int r = add_processes(g);

	if (r == 0)
		r = add_all_servers(g);
	if (r == 0)
		r = add_links(g);
	if (r < 0)
		return r;
	graph_put(g, &s->out);
	return sink_flush(s, true);
}

/* Each cycle is a graph of its own, and says so itself. */
static void graph_marker(const struct format *fmt, const char *text, struct buf *out)
{
	(void)fmt;
	(void)text;
	(void)out;
}

const struct sink_ops sink_graph = {
	.name = "graph",
	.whole = true,
	.wants = graph_wants,
	.begin = graph_begin,
	.row = graph_row,
	.end = graph_end,
	.fini = graph_fini,
	.marker = graph_marker,
};
