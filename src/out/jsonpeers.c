/* SPDX-License-Identifier: MIT */
/* JSON of who holds the other ends. */
#include <string.h>

#include "out/extra.h"
#include "out/jsonrow.h"

static void put_peer(struct jsonw *w, const struct shown *x, const struct fdmap_end *end)
{
	const char *user = x->fmt->namer ? fdmap_namer_user(x->fmt->namer, end->uid) : NULL;

	jsonw_object(w);
	jsonw_key(w, "pid");
	jsonw_i64(w, end->pid);
	if (end->comm)
		jsonw_text(w, "command", end->comm, strlen(end->comm));
	buf_reset(&w->tmp);
	column_put_fd(end->fd, true, &w->tmp);
	jsonw_key(w, "fd");
	jsonw_string(w, buf_str(&w->tmp), w->tmp.n);
	w->out->failed |= w->tmp.failed;
	if (column_letter(end->access) != ' ') {
		jsonw_key(w, "access");
		jsonw_string(w, &end->access, 1);
	}
	if (end->pending) {
		jsonw_key(w, "pending");
		jsonw_bool(w, true);
	}
	jsonw_key(w, "uid");
	jsonw_u64(w, end->uid);
	if (user)
		jsonw_text(w, "user", user, strlen(user));
	jsonw_object_end(w);
}

void jsonpeers_list(struct jsonw *w, const char *key, const struct shown *x)
{
	const struct fdmap_file *f = x->row->file;
	const struct fdmap_file_more *more = fdmap_more(f);

	jsonw_key(w, key);
	jsonw_array(w);
	for (uint32_t i = 0; i < more->nends; i++)
		put_peer(w, x, &more->ends[i]);
	jsonw_array_end(w);
}

/* Nobody at the other end is worth telling only where there always is one. */
void jsonpeers_put(struct jsonw *w, const char *key, const struct shown *x)
{
	const struct fdmap_file *f = x->row->file;
	bool ended = f->kind == FDMAP_KIND_PIPE || f->kind == FDMAP_KIND_SOCKET;
	bool asked = x->fmt->name_how & FDMAP_NAME_ENDS || columns_have(&x->fmt->columns, "peer");

	if (!asked || !(f->have & FDMAP_ENDS) || (!ended && !fdmap_more(f)->nends))
		return;
	jsonpeers_list(w, key, x);
}
