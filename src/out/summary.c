/* SPDX-License-Identifier: MIT */
/*
 * The page of totals: counted from rows. A socket counts once, however many descriptors
 * and processes hold it; a descriptor counts for each process that has it.
 */
#include "out/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "out/quote.h"
#include "out/tableword.h"

#define SUMMARY_SCHEMA "fdmap-summary-1"

static const struct summary_part *const parts[] = {
	&summary_seen,	 &summary_sockets, &summary_unowned, &summary_owners, &summary_listeners,
	&summary_kernel, &summary_limits,  &summary_kinds,   &summary_deleted,
};
#define PARTS ARRAY_LEN(parts)

struct summary {
	struct totals *totals[PARTS];
	uint32_t nprocs;
	struct hash by_ino, by_sock; /* inode or, without one, address -> number of the socket */
	struct buf holder;	     /* uint32_t of each socket: the last process that had it */
	uint32_t nsockets;
};

static uint32_t summary_wants(const struct format *fmt)
{
	uint32_t wants = COLUMN_ROWS | FDMAP_COMM | FDMAP_CRED | FDMAP_LINK;

	(void)fmt;
	for (size_t i = 0; i < PARTS; i++)
		wants |= parts[i]->needs;
	return wants;
}

static void summary_fini(struct sink *s)
{
	struct summary *m = s->priv;

	for (size_t i = 0; m && i < PARTS; i++) {
		if (m->totals[i] && parts[i]->fini)
			parts[i]->fini(m->totals[i]);
		free(m->totals[i]);
	}
	if (m) {
		hash_fini(&m->by_ino);
		hash_fini(&m->by_sock);
		buf_fini(&m->holder);
	}
	free(m);
}

static int summary_begin(struct sink *s)
{
	struct summary *m = calloc(1, sizeof(*m));

	s->priv = m;
	for (size_t i = 0; m && i < PARTS; i++) {
		m->totals[i] = calloc(1, parts[i]->size);
		if (!m->totals[i])
			return -ENOMEM;
	}
	return m ? 0 : -ENOMEM;
}

/* Which socket it is. Those without an inode are told by where they are kept. */
static int see_socket(struct summary *m, const struct fdmap_file *f, struct seen *x)
{
	struct hash *by = f->ino ? &m->by_ino : &m->by_sock;
	uint64_t key = f->ino ? f->ino : (uintptr_t)f->sock;
	uint32_t *holders;

	x->first = !hash_find(by, key, &x->socket);
	if (x->first) {
		x->socket = m->nsockets;
		buf_put(&m->holder, &(uint32_t){ 0 }, sizeof(uint32_t));
		if (m->nsockets == UINT32_MAX || m->holder.failed ||
		    hash_put(by, key, m->nsockets) < 0)
			return -ENOMEM;
		m->nsockets++;
	}
	holders = (uint32_t *)(void *)m->holder.p;
	x->first_here = holders[x->socket] != m->nprocs;
	holders[x->socket] = m->nprocs;
	return 0;
}

static int summary_row(struct sink *s, const struct fdmap_row *row)
{
	struct summary *m = s->priv;
	struct seen x = {
		.row = row,
		.begins = s->begins,
		.is_socket = row->file->kind == FDMAP_KIND_SOCKET,
	};
	int rc = 0;

	/* Threads share what their process has. */
	if (row->proc->tid)
		return 0;
	m->nprocs += x.begins;
	if (x.is_socket)
		rc = see_socket(m, row->file, &x);
	for (size_t i = 0; rc >= 0 && i < PARTS; i++)
		rc = parts[i]->row(m->totals[i], &x);
	return rc;
}

static void put_json(struct sink *s, struct summary *m)
{
	struct jsonw w;

	jsonw_init(&w, &s->out);
	jsonw_object(&w);
	summary_word(&w, "schema", SUMMARY_SCHEMA);
	summary_word(&w, "fdmap_version", fdmap_version());
	jsonw_key(&w, "narrowed");
	jsonw_bool(&w, s->fmt->narrowed);
	for (size_t i = 0; i < PARTS; i++) {
		jsonw_key(&w, parts[i]->key);
		parts[i]->json(m->totals[i], s->fmt, &w);
	}
	jsonw_object_end(&w);
	buf_putc(&s->out, '\n');
	jsonw_fini(&w);
}

static int summary_end(struct sink *s)
{
	struct summary *m = s->priv;
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < PARTS; i++)
		if (parts[i]->end)
			rc = parts[i]->end(m->totals[i], s->fmt);
	if (rc < 0)
		return rc;
	if (s->fmt->as == FORMAT_AS_TABLE)
		for (size_t i = 0; i < PARTS; i++)
			parts[i]->text(m->totals[i], s->fmt, &s->out);
	else
		put_json(s, m);
	return sink_flush(s, true);
}

const struct sink_ops sink_summary = {
	.name = "summary",
	.whole = true,
	.wants = summary_wants,
	.begin = summary_begin,
	.row = summary_row,
	.end = summary_end,
	.fini = summary_fini,
	.marker = sink_totals_marker,
};

/* ---- what several parts do ------------------------------------------------------------ */

void summary_more(size_t n, size_t most, const char *what, struct buf *out)
{
	if (n <= most)
		return;
	buf_puts(out, "  and ");
	buf_put_u64(out, n - most);
	buf_printf(out, " more%s\n", what);
}

void summary_title(const char *title, struct buf *out)
{
	buf_printf(out, "\n%s\n", title);
}

void summary_process_heads(struct grid *g)
{
	grid_head(g, "PID", true);
	grid_word(g, "USER");
	grid_word(g, "COMMAND");
}

static const char *login_of(const struct format *fmt, const struct fdmap_process *p)
{
	bool known = fmt->namer && p->have & FDMAP_CRED && !p->nobody;

	return known ? fdmap_namer_user(fmt->namer, p->uid) : NULL;
}

void summary_process_cells(struct grid *g, const struct format *fmt, const struct fdmap_process *p)
{
	const char *login = login_of(fmt, p);

	if (p->nobody) {
		grid_head(g, "-", true);
		grid_word(g, "-");
		grid_word(g, "-");
		return;
	}
	buf_put_i64(&g->text, p->pid);
	grid_right(g);
	if (login)
		quote_command(login, 0, &g->text);
	else if (p->have & FDMAP_CRED)
		buf_put_u64(&g->text, p->uid);
	else
		buf_putc(&g->text, '-');
	grid_left(g);
	quote_command(column_comm(p), 0, &g->text);
	grid_left(g);
}

void summary_process_json(struct jsonw *w, const struct format *fmt, const struct fdmap_process *p)
{
	const char *login = login_of(fmt, p);

	if (p->nobody)
		return;
	jsonw_key(w, "pid");
	jsonw_i64(w, p->pid);
	if (p->have & FDMAP_CRED)
		summary_member(w, "uid", p->uid);
	if (login)
		jsonw_text(w, "user", login, strlen(login));
	if (p->comm)
		jsonw_text(w, "command", p->comm, strlen(p->comm));
}

void summary_member(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

void summary_word(struct jsonw *w, const char *key, const char *word)
{
	jsonw_key(w, key);
	jsonw_string(w, word, strlen(word));
}

const char *summary_table(const struct fdmap_sock *sock)
{
	return sock ? table_word(sock->table) : NULL;
}
