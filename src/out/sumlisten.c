/* SPDX-License-Identifier: MIT */
/*
 * Listeners: how many wait at each, how many may, and what was dropped; the fullest
 * first. Sockets of UDP do not listen, but those that dropped something are here, too.
 */
#include "out/summary.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "out/extra.h"
#include "out/quote.h"

#define MOST_LISTENERS 20
#define MEM_DROPS 8 /* SK_MEMINFO_DROPS */
#define QUEUED_IN_TEXT (1u << FDMAP_TCP | 1u << FDMAP_MPTCP)

struct listener {
	struct fdmap_row row; /* the first that holds it */
	uint32_t holders;     /* processes */
	bool has_used, has_max, has_drops;
	uint32_t used, max, drops;
};

struct totals {
	struct hash by; /* number of the socket -> index */
	struct buf v;	/* struct listener */
};

static struct listener *listeners_of(const struct totals *t, size_t *n)
{
	*n = t->v.n / sizeof(struct listener);
	return (struct listener *)(void *)t->v.p;
}

static bool drops_of(const struct fdmap_sock *sock, uint32_t *drops)
{
	if (!sock->x || !(sock->x->told & (FDMAP_X_MEM | FDMAP_X_DROPS)))
		return false;
	*drops = sock->x->mem[MEM_DROPS];
	return true;
}

static bool listens(const struct fdmap_sock *sock)
{
	const char *state = fdmap_sock_state(sock);

	return state && strcmp(state, "LISTEN") == 0;
}

static bool belongs(const struct fdmap_sock *sock)
{
	uint32_t drops = 0;

	if (!sock)
		return false;
	if (sock->table == FDMAP_UDP || sock->table == FDMAP_UDPLITE)
		return drops_of(sock, &drops) && drops;
	return listens(sock);
}

static struct listener listener_of(const struct fdmap_row *row)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_sock *sock = f->sock;
	bool backlog = sock->told & FDMAP_TOLD_BACKLOG;
	struct listener l = {
		.row = *row,
		.has_used = backlog || (f->have & FDMAP_QUEUES && sock->table < 32 &&
					QUEUED_IN_TEXT >> sock->table & 1),
		.has_max = backlog,
	};

	l.has_drops = drops_of(sock, &l.drops);
	l.used = l.has_used ? sock->rq : 0;
	l.max = l.has_max ? sock->backlog : 0;
	return l;
}

static int listeners_row(struct totals *t, const struct seen *x)
{
	struct listener l;
	uint32_t at;
	size_t n;

	if (!x->is_socket || !belongs(x->row->file->sock))
		return 0;
	if (hash_find(&t->by, x->socket, &at)) {
		/* What a ring holds has a row that says so, too, of a process that is none. */
		listeners_of(t, &n)[at].holders += x->first_here && !x->row->proc->nobody;
		return 0;
	}
	l = listener_of(x->row);
	l.holders = 1;
	at = (uint32_t)(t->v.n / sizeof(l));
	buf_put(&t->v, &l, sizeof(l));
	return t->v.failed ? -ENOMEM : hash_put(&t->by, x->socket, at);
}

/* Which is fuller; a backlog of nothing takes one all the same. */
static int fuller(const struct listener *x, const struct listener *y)
{
	uint64_t a = (uint64_t)x->used * ((uint64_t)y->max + 1);
	uint64_t b = (uint64_t)y->used * ((uint64_t)x->max + 1);

	return (a < b) - (a > b);
}

static int compare_addresses(const struct fdmap_sock *x, const struct fdmap_sock *y)
{
	int order;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->table == FDMAP_UNIX)
		return strcmp(x->path ? x->path : "", y->path ? y->path : "");
	order = memcmp(&x->laddr, &y->laddr, sizeof(x->laddr));
	if (order)
		return order;
	return (x->lport > y->lport) - (x->lport < y->lport);
}

static int compare(const void *a, const void *b)
{
	const struct listener *x = a, *y = b;
	int order = fuller(x, y);

	if (!order)
		order = (x->drops < y->drops) - (x->drops > y->drops);
	if (!order)
		order = compare_addresses(x->row.file->sock, y->row.file->sock);
	return order ? order : (x->row.file->ino > y->row.file->ino) -
				       (x->row.file->ino < y->row.file->ino);
}

static int listeners_end(struct totals *t, const struct format *fmt)
{
	size_t n;
	struct listener *v = listeners_of(t, &n);

	(void)fmt;
	if (n)
		qsort(v, n, sizeof(*v), compare);
	return 0;
}

/* "127.0.0.1:80", "[::]:80", a name of UNIX as it is; "" when it is bound to nothing. */
static void put_local(const struct fdmap_sock *sock, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (sock->table == FDMAP_UNIX) {
		if (sock->path)
			buf_puts(out, sock->path);
	} else if (sock->table == FDMAP_VSOCK) {
		if (sock->lcid != UINT32_MAX)
			buf_put_u64(out, sock->lcid);
		else
			buf_putc(out, '*');
		buf_putc(out, ':');
		buf_put_u64(out, sock->lport32);
	} else if (sock->family == AF_INET6) {
		buf_printf(out, "[%s]:%u",
			   inet_ntop(AF_INET6, &sock->laddr.v6, text, sizeof(text)),
			   (unsigned)sock->lport);
	} else if (sock->family == AF_INET) {
		buf_printf(out, "%s:%u", inet_ntop(AF_INET, &sock->laddr.v4, text, sizeof(text)),
			   (unsigned)sock->lport);
	}
}

static void grid_maybe(struct grid *g, bool has, uint32_t v)
{
	if (has)
		grid_number(g, v);
	else
		grid_head(g, "-", true);
}

/* Where it listens, and in which network namespace, if it is not ours. */
static void grid_local(struct grid *g, const struct listener *l)
{
	const struct fdmap_netns *ns = l->row.snap ? extra_netns(&l->row) : NULL;
	struct buf local;

	buf_init(&local);
	put_local(l->row.file->sock, &local);
	quote_text(buf_str(&local), local.n, &g->text);
	g->text.failed |= local.failed;
	buf_fini(&local);
	if (ns && l->row.file->sock->netns) {
		buf_puts(&g->text, " [netns ");
		if (ns->name)
			quote_text(ns->name, strlen(ns->name), &g->text);
		else
			buf_put_u64(&g->text, ns->ino);
		buf_putc(&g->text, ']');
	}
	grid_left(g);
}

static void listeners_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;
	size_t n;
	const struct listener *v = listeners_of(t, &n);

	if (!n)
		return;
	summary_title("LISTENERS, the fullest first; and sockets of UDP that dropped", out);
	grid_init(&g, 9, 1);
	grid_head(&g, "WAIT", true);
	grid_head(&g, "BACKLOG", true);
	grid_head(&g, "DROPS", true);
	grid_word(&g, "PROTO");
	summary_process_heads(&g);
	grid_head(&g, "MORE", true);
	grid_word(&g, "LOCAL");
	for (size_t i = 0; i < summary_some(n, MOST_LISTENERS); i++) {
		grid_maybe(&g, v[i].has_used, v[i].used);
		grid_maybe(&g, v[i].has_max, v[i].max);
		grid_maybe(&g, v[i].has_drops, v[i].drops);
		grid_word(&g, summary_table(v[i].row.file->sock));
		summary_process_cells(&g, fmt, v[i].row.proc);
		if (v[i].holders > 1)
			buf_printf(&g.text, "+%u", (unsigned)v[i].holders - 1);
		grid_right(&g);
		grid_local(&g, &v[i]);
	}
	grid_put(&g, 0, out);
	grid_fini(&g);
	summary_more(n, MOST_LISTENERS, "", out);
}

static void json_listener(struct jsonw *w, const struct format *fmt, const struct listener *l)
{
	const struct fdmap_netns *ns = l->row.snap ? extra_netns(&l->row) : NULL;
	struct buf local;

	buf_init(&local);
	put_local(l->row.file->sock, &local);
	w->out->failed |= local.failed;
	jsonw_object(w);
	summary_word(w, "protocol", summary_table(l->row.file->sock));
	if (local.n)
		jsonw_text(w, "local", buf_str(&local), local.n);
	if (ns && l->row.file->sock->netns && ns->name)
		jsonw_text(w, "netns", ns->name, strlen(ns->name));
	if (ns && l->row.file->sock->netns && ns->ino)
		jsonw_number_text(w, "netns_inode", ns->ino);
	if (l->has_used)
		summary_member(w, "backlog_used", l->used);
	if (l->has_max)
		summary_member(w, "backlog_max", l->max);
	if (l->has_drops)
		summary_member(w, "drops", l->drops);
	summary_member(w, "holders", l->row.proc->nobody ? 0 : l->holders);
	summary_process_json(w, fmt, l->row.proc);
	jsonw_object_end(w);
	buf_fini(&local);
}

static void listeners_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n;
	const struct listener *v = listeners_of(t, &n);

	jsonw_object(w);
	summary_member(w, "total", n);
	jsonw_key(w, "fullest");
	jsonw_array(w);
	for (size_t i = 0; i < summary_some(n, MOST_LISTENERS); i++)
		json_listener(w, fmt, &v[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void listeners_fini(struct totals *t)
{
	hash_fini(&t->by);
	buf_fini(&t->v);
}

const struct summary_part summary_listeners = {
	.key = "listeners",
	.needs = FDMAP_SOCK | FDMAP_QUEUES | FDMAP_SKMEM,
	.size = sizeof(struct totals),
	.row = listeners_row,
	.end = listeners_end,
	.text = listeners_text,
	.json = listeners_json,
	.fini = listeners_fini,
};
