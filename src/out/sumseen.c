/* SPDX-License-Identifier: MIT */
/* The head of the page: how much was looked at, and what could not be. */
#include "out/summary.h"

#include <string.h>

#include "out/quote.h"

struct totals {
	uint64_t processes, descriptors;
	uint64_t unlisted; /* processes whose descriptors could not be listed */
	uint64_t unread;   /* descriptors that could not be read */
	const struct fdmap_snapshot *snap;
};

static int seen_row(struct totals *t, const struct seen *x)
{
	const struct fdmap_file *f = x->row->file;

	t->snap = x->row->snap;
	t->processes += x->begins && !x->row->proc->nobody;
	t->descriptors += f->fd >= 0;
	t->unlisted += f->fd == FDMAP_FD_NOFD;
	t->unread += f->fd >= 0 && f->kind == FDMAP_KIND_FAILED;
	return 0;
}

static const struct fdmap_problem *problems(const struct totals *t, size_t *n)
{
	*n = 0;
	return t->snap ? fdmap_problems(t->snap, n) : NULL;
}

/* The same in every locale. */
static const char *error_text(int error)
{
	const char *text = strerrordesc_np(error);

	return text ? text : "unknown error";
}

static void put_count(uint64_t n, const char *one, const char *many, struct buf *out)
{
	buf_put_u64(out, n);
	buf_puts(out, n == 1 ? one : many);
}

static void seen_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	size_t n;
	const struct fdmap_problem *p = problems(t, &n);

	put_count(t->processes, " process, ", " processes, ", out);
	put_count(t->descriptors, " descriptor", " descriptors", out);
	buf_puts(out, fmt->narrowed ? "; of the rows selected\n" : "\n");
	if (t->unlisted) {
		buf_puts(out, "not seen: descriptors of ");
		put_count(t->unlisted, " process, which", " processes, which", out);
		buf_puts(out, " may not be listed\n");
	}
	if (t->unread) {
		buf_puts(out, "not read: ");
		put_count(t->unread, " descriptor\n", " descriptors\n", out);
	}
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, "not read: ");
		quote_text(p[i].source, strlen(p[i].source), out);
		buf_printf(out, " (%s)\n", error_text(p[i].error));
	}
}

static void seen_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	size_t n;
	const struct fdmap_problem *p = problems(t, &n);

	(void)fmt;
	jsonw_object(w);
	summary_member(w, "processes", t->processes);
	summary_member(w, "descriptors", t->descriptors);
	summary_member(w, "processes_unlisted", t->unlisted);
	summary_member(w, "descriptors_unread", t->unread);
	jsonw_key(w, "sources_unread");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_text(w, "source", p[i].source, strlen(p[i].source));
		if (strerrorname_np(p[i].error))
			summary_word(w, "errno", strerrorname_np(p[i].error));
		summary_word(w, "text", error_text(p[i].error));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

const struct summary_part summary_seen = {
	.key = "seen",
	.size = sizeof(struct totals),
	.row = seen_row,
	.text = seen_text,
	.json = seen_json,
};
