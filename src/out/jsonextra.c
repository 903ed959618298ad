/* SPDX-License-Identifier: MIT */
/* JSON of what lsof has not: containers, namespaces, details, sockets that nobody holds. */
#include <string.h>

#include "out/extra.h"
#include "out/jsonrow.h"
#include "out/quote.h"

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	if (text)
		jsonw_text(w, key, text, strlen(text));
}

void jsonextra_container(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_process *p = x->row->proc;

	if (!(x->fmt->extra & EXTRA_CONTAINER) || !(p->runtime || p->container || p->pod))
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
	if (x->fmt->extra & EXTRA_UNIT)
		put_text(w, "unit", x->row->proc->unit);
}

/* Of a socket in another namespace always: that it is there is part of its name. */
void jsonextra_netns(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_netns *ns = extra_netns(x->row);
	const struct fdmap_sock *sock = x->row->file->sock;

	if (!ns || !(x->fmt->extra & EXTRA_NETNS || (sock && sock->netns)))
		return;
	jsonw_key(w, "netns");
	jsonw_object(w);
	if (ns->ino)
		jsonw_number_text(w, "inode", ns->ino);
	put_text(w, "name", ns->name);
	jsonw_object_end(w);
}

static void put_value(struct jsonw *w, const struct fdmap_detail *d);

/* A text without a key has no place for its bytes: escapes must do. */
static void put_element(struct jsonw *w, const char *text)
{
	size_t n = strlen(text);

	if (jsonw_is_utf8(text, n)) {
		jsonw_string(w, text, n);
		return;
	}
	buf_reset(&w->tmp);
	quote_ascii(text, n, &w->tmp);
	jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
	w->out->failed |= w->tmp.failed;
}

static void put_values(struct jsonw *w, const struct fdmap_detail *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].type == FDMAP_DETAIL_TEXT && v[i].key) {
			put_text(w, v[i].key, v[i].text);
			continue;
		}
		if (v[i].key)
			jsonw_key(w, v[i].key);
		put_value(w, &v[i]);
	}
}

static void put_value(struct jsonw *w, const struct fdmap_detail *d)
{
	switch ((enum fdmap_detail_type)d->type) {
	case FDMAP_DETAIL_U64:
		jsonw_u64(w, d->u);
		break;
	case FDMAP_DETAIL_I64:
		jsonw_i64(w, d->i);
		break;
	case FDMAP_DETAIL_HEX:
		buf_reset(&w->tmp);
		buf_puts(&w->tmp, "0x");
		buf_put_hex(&w->tmp, d->u, 1);
		jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
		w->out->failed |= w->tmp.failed;
		break;
	case FDMAP_DETAIL_TEXT:
		put_element(w, d->text);
		break;
	case FDMAP_DETAIL_BOOL:
		jsonw_bool(w, d->u != 0);
		break;
	case FDMAP_DETAIL_LIST:
		jsonw_array(w);
		put_values(w, d->v, d->n);
		jsonw_array_end(w);
		break;
	case FDMAP_DETAIL_OBJECT:
		jsonw_object(w);
		put_values(w, d->v, d->n);
		jsonw_object_end(w);
		break;
	}
}

void jsonextra_detail(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_file *f = x->row->file;

	if (!(x->fmt->extra & EXTRA_DETAIL) || !f->ndetails)
		return;
	jsonw_key(w, "detail");
	jsonw_object(w);
	put_values(w, f->details, f->ndetails);
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
	static const char *const words[] = {
		[FDMAP_UNOWNED_TIME_WAIT] = "time-wait",
		[FDMAP_UNOWNED_SYN_RECV] = "syn-recv",
		[FDMAP_UNOWNED_ORPHAN] = "orphan",
		[FDMAP_UNOWNED_PENDING] = "pending",
		[FDMAP_UNOWNED_IN_FLIGHT] = "in-flight",
		[FDMAP_UNOWNED_URING] = "io-uring",
		[FDMAP_UNOWNED_HIDDEN] = "hidden",
		[FDMAP_UNOWNED_KERNEL] = "kernel",
	};
	const struct fdmap_file *f = x->row->file;
	if (!f->unowned || f->unowned >= ARRAY_LEN(words))
		return;
	jsonw_key(w, "unowned");
	jsonw_object(w);
	jsonw_key(w, "reason");
	jsonw_string(w, words[f->unowned], strlen(words[f->unowned]));
	put_reason(w, x);
	if (f->listener)
		jsonw_number_text(w, "listener_inode", f->listener->ino);
	if (f->nends)
		jsonpeers_list(w, "holders", x);
	jsonw_object_end(w);
}
