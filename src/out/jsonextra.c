/* SPDX-License-Identifier: MIT */
/* JSON of what lsof has not: containers, namespaces, details, sockets that nobody holds. */
#include <string.h>

#include "out/extra.h"
#include "out/jsonrow.h"
#include "out/tree.h"

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	if (text)
		jsonw_text(w, key, text, strlen(text));
}

void jsonextra_container(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_process *p = x->row->proc;

	if (!columns_have(&x->fmt->columns, "container") || !(p->runtime || p->container || p->pod))
		return;
	jsonw_key(w, "container");
	jsonw_object(w);
	put_text(w, "runtime", p->runtime);
	put_text(w, "id", p->container);
	put_text(w, "name", p->container_name);
	put_text(w, "pod", p->pod);
	jsonw_object_end(w);
}

void jsonextra_unit(struct jsonw *w, const struct shown *x)
{
	if (columns_have(&x->fmt->columns, "unit"))
		put_text(w, "unit", x->row->proc->unit);
}

/* Of a socket in another namespace always: that it is there is part of its name. */
void jsonextra_netns(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_netns *ns = extra_netns(x->row);
	const struct fdmap_sock *sock = x->row->file->sock;

	if (!ns || !(columns_have(&x->fmt->columns, "netns") || (sock && sock->netns)))
		return;
	jsonw_key(w, "netns");
	jsonw_object(w);
	if (ns->ino)
		jsonw_number_text(w, "inode", ns->ino);
	put_text(w, "name", ns->name);
	jsonw_object_end(w);
}

void jsonextra_detail(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_file *f = x->row->file;
	const struct fdmap_file_more *more = fdmap_more(f);

	if (!columns_have(&x->fmt->columns, "detail") || !more->ndetails)
		return;
	jsonw_key(w, "detail");
	jsonw_object(w);
	tree_json(w, more->details, more->ndetails);
	jsonw_object_end(w);
}

/* Whole, however long the names in it are. */
static void put_reason(struct jsonw *w, const struct shown *x)
{
	struct buf *text = x->scratch;
	size_t n = fdmap_reason(x->row, NULL, 0);

	buf_reset(text);
	if (n == SIZE_MAX || buf_reserve(text, n + 1) < 0) {
		w->out->failed = true;
		return;
	}
	text->n = fdmap_reason(x->row, text->p, n + 1);
	if (text->n == n)
		jsonw_text(w, "text", text->p, n);
	else
		w->out->failed = true;
}

void jsonextra_unowned(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_file *f = x->row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	const char *word = extra_unowned(more->unowned);

	if (!word)
		return;
	jsonw_key(w, "unowned");
	jsonw_object(w);
	jsonw_key(w, "reason");
	jsonw_string(w, word, strlen(word));
	put_reason(w, x);
	if (more->listener)
		jsonw_number_text(w, "listener_inode", more->listener->ino);
	if (more->nends)
		jsonpeers_list(w, "holders", x);
	jsonw_object_end(w);
}
