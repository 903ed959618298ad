/* SPDX-License-Identifier: MIT */
/* Socket tables of other network namespaces, from a pass. */
#include "engine/passload.h"

#include <errno.h>

#include "bpf/pass.h"
#include "net/bpfsock.h"

/* So few are entered in less time. */
#define FEW_NAMESPACES 16

struct fill {
	struct fdmap_snapshot *s;
	uint32_t want;
};

static bool is_wanted(void *ctx, uint32_t ino, uint32_t *number)
{
	const struct fill *f = ctx;
	const struct nsentry *e = nslist_find(&f->s->ns, ino);

	if (!e || e == f->s->ns.v || e->want != f->want)
		return false;
	*number = (uint32_t)(e - f->s->ns.v);
	return true;
}

/* What most want, if these are many. */
static uint32_t common_want(const struct fdmap_snapshot *s)
{
	uint32_t want = 0;
	size_t n = 0;

	for (size_t i = 1; i < s->ns.n; i++) {
		if (!want)
			want = s->ns.v[i].want;
		n += want && s->ns.v[i].want == want;
	}
	return n > FEW_NAMESPACES && !(want & FAMILY_RARE & ~FAMILY_NO_RAW6) ? want : 0;
}

/* Held sockets of all namespaces, as they are now. */
static int read_sockets(struct fdmap_snapshot *s, struct root *root, struct bpf_pass *pass)
{
	const struct bpf_ask ask = { .what = BPF_SOCKETS };
	const char *why;
	int r = bpf_pass_read(pass, root, &ask, &why);

	s->foreign_bpf = r == 0;
	costs_pass(&s->costs, pass->records, pass->bytes, pass->reads);
	return r;
}

static int fill(struct fill *f, const struct socksource *how, const struct bpf_pass *pass,
		struct socktab *t)
{
	const struct bpfsock_wish wish = {
		.families = f->want, .diag = how->diag, .filter = how->filter,
		.netns = is_wanted, .ctx = f,
	};
	int r = 0;

	for (size_t at = 0; r >= 0 && at < pass->stream.n;)
		r = socktab_add_bpf(t, bpf_next(pass, &at), &wish);
	return r < 0 ? r : 0;
}

int passload(struct fdmap_snapshot *s, const struct socksource *how, struct socktab *t,
	     void (*done)(void *arg, struct nsentry *e), void *arg)
{
	struct fill f = { s, common_want(s) };
	struct bpf_pass pass;
	int r;

	/* What waits to be accepted, and what only netlink computes, is in no descriptor. */
	if (!s->bpf || !f.want || how->unheld || how->peers || how->whole || how->more ||
	    how->also || how->files)
		return 0;
	bpf_pass_init(&pass);
	if (read_sockets(s, how->root, &pass) < 0) {
		s->bpf = false;
		return 0;
	}
	r = fill(&f, how, &pass, t);
	bpf_pass_fini(&pass);
	for (size_t i = 1; r == 0 && i < s->ns.n; i++)
		if (s->ns.v[i].want == f.want)
			done(arg, &s->ns.v[i]);
	return r;
}
