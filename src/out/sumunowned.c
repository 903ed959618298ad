/* SPDX-License-Identifier: MIT */
/* Sockets that nobody holds, by the reason. */
#include "out/extra.h"
#include "out/summary.h"

static const char *const meanings[] = {
	[FDMAP_UNOWNED_TIME_WAIT] = "remembered after its end",
	[FDMAP_UNOWNED_SYN_RECV] = "a connection that is being made",
	[FDMAP_UNOWNED_ORPHAN] = "closed by its holder, not yet ended",
	[FDMAP_UNOWNED_PENDING] = "waits to be accepted",
	[FDMAP_UNOWNED_IN_FLIGHT] = "perhaps in a message",
	[FDMAP_UNOWNED_URING] = "registered in an io_uring",
	[FDMAP_UNOWNED_HIDDEN] = "perhaps of a process that may not be read",
	[FDMAP_UNOWNED_KERNEL] = "the kernel's own",
};

struct totals {
	uint64_t n, of[ARRAY_LEN(meanings)];
};

static int unowned_row(struct totals *t, const struct seen *x)
{
	unsigned why = fdmap_more(x->row->file)->unowned;

	if (!x->is_socket || !x->first || why == FDMAP_OWNED || why >= ARRAY_LEN(meanings))
		return 0;
	t->of[why]++;
	t->n++;
	return 0;
}

static void unowned_text(const struct totals *t, const struct format *fmt, struct buf *out)
{
	struct grid g;

	(void)fmt;
	if (!t->n)
		return;
	grid_init(&g, 3, 2);
	grid_word(&g, "HELD BY NOBODY");
	grid_head(&g, "TOTAL", true);
	grid_word(&g, "");
	for (size_t i = FDMAP_OWNED + 1; i < ARRAY_LEN(meanings); i++) {
		if (!t->of[i])
			continue;
		grid_word(&g, extra_unowned((unsigned)i));
		grid_number(&g, t->of[i]);
		grid_word(&g, meanings[i]);
	}
	buf_putc(out, '\n');
	grid_put(&g, 0, out);
	grid_fini(&g);
}

/* Each reason, also those that no socket has: so that programs need not ask first. */
static void unowned_json(const struct totals *t, const struct format *fmt, struct jsonw *w)
{
	(void)fmt;
	jsonw_object(w);
	summary_member(w, "total", t->n);
	jsonw_key(w, "reasons");
	jsonw_object(w);
	for (size_t i = FDMAP_OWNED + 1; i < ARRAY_LEN(meanings); i++)
		summary_member(w, extra_unowned((unsigned)i), t->of[i]);
	jsonw_object_end(w);
	jsonw_object_end(w);
}

const struct summary_part summary_unowned = {
	.key = "unowned",
	.needs = FDMAP_SOCK,
	.size = sizeof(struct totals),
	.row = unowned_row,
	.text = unowned_text,
	.json = unowned_json,
};
