/* SPDX-License-Identifier: MIT */
/* Socket tables from a pass. */
#include "engine/passload.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "bpf/pass.h"
#include "engine/scan.h"
#include "net/bpfsock.h"
#include "net/sockstat.h"

/* So few are entered in less time. */
#define FEW_NAMESPACES 16
/* So many are dumped in more time than the longer records of a pass, and its program, take. */
#define MANY_SOCKETS 16384

struct foreign {
	struct fdmap_snapshot *s;
	uint32_t want;
};

static bool is_wanted(void *ctx, uint32_t ino, uint32_t *number)
{
	const struct foreign *f = ctx;
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
	return (s->socks || n > FEW_NAMESPACES) && !(want & FAMILY_RARE & ~FAMILY_NO_RAW6) ? want : 0;
}

/* What is registered in a ring may be a socket that no descriptor holds. */
static bool has_rings(const struct bpf_pass *pass)
{
	for (size_t at = 0; at < pass->stream.n;)
		if (bpf_next(pass, &at)->kind == BPF_RING)
			return true;
	return false;
}

/* Is there a pass that tells of sockets? Until it has ended that is not known. */
static bool has_socks(struct fdmap_snapshot *s)
{
	if (!s->socks || s->socks_sure)
		return s->socks;
	s->socks_sure = true;
	if (bpf_pass_wait(s->socks, UINT32_MAX) < 0) {
		s->pass_read = false;
		s->socks = NULL;
	} else if (has_rings(s->socks)) {
		s->socks = NULL;
	}
	return s->socks;
}

/* Held sockets of all namespaces, as they are now. */
static int read_sockets(struct fdmap_snapshot *s, struct root *root, struct bpf_pass *pass)
{
	const struct bpf_ask ask = { .what = BPF_SOCKETS };
	const char *why;
	int r = bpf_pass_read(pass, root, &ask, &why);

	costs_pass(&s->costs, pass->records, pass->bytes, pass->reads);
	return r;
}

static int fill(const struct bpf_pass *pass, const struct bpfsock_wish *wish, struct socktab *t)
{
	int r = 0;

	for (size_t at = 0; r >= 0 && at < pass->stream.n;)
		r = socktab_add_bpf(t, bpf_next(pass, &at), wish);
	return r < 0 ? r : 0;
}

/* What only netlink computes, and what it alone tells of names, is in no descriptor. */
static bool can_tell(const struct socksource *how)
{
	return !how->whole && !how->more && !how->also && !how->files;
}

int passload(struct fdmap_snapshot *s, const struct socksource *how, struct socktab *t,
	     void (*done)(void *arg, struct nsentry *e), void *arg)
{
	const bool told = has_socks(s);
	struct foreign f = { s, common_want(s) };
	const struct bpfsock_wish wish = {
		.families = f.want, .diag = how->diag, .filter = how->filter,
		.netns = is_wanted, .ctx = &f,
	};
	struct bpf_pass pass;
	int r = 0;

	/* Who waits to be accepted is in no descriptor, either. */
	if (!s->bpf || !f.want || how->unheld || how->peers || !can_tell(how))
		return 0;
	bpf_pass_init(&pass);
	if (!told)
		r = read_sockets(s, how->root, &pass);
	if (r < 0) {
		s->bpf = false;
		return 0;
	}
	r = fill(told ? s->socks : &pass, &wish, t);
	bpf_pass_fini(&pass);
	t->by_bpf |= f.want & ~FAMILY_NO_RAW6;
	for (size_t i = 1; r == 0 && i < s->ns.n; i++)
		if (s->ns.v[i].want == f.want)
			done(arg, &s->ns.v[i]);
	return r;
}

static int take_used(void *arg, const char *proto, const char *what, uint64_t n)
{
	if (strcmp(proto, "sockets") == 0 && strcmp(what, "used") == 0)
		*(uint64_t *)arg = n;
	return 0;
}

/* How many sockets our namespace has, roughly. 0: not known. */
uint64_t sockets_used(struct root *root)
{
	uint64_t used = 0;
	struct buf text;

	buf_init(&text);
	if (root_read(root, NULL, "self/net/sockstat", &text) < 0 ||
	    parse_sockstat((struct span){ buf_str(&text), text.n }, take_used, &used) < 0)
		used = 0;
	buf_fini(&text);
	return used;
}

/* Nothing else can be a row. A socket of IPv6 may be in a table of IPv4, and the other way round. */
static uint64_t only_families(const struct plan *plan)
{
	const uint32_t own = FAMILY_BIT(FDMAP_UNIX);

	if (!plan->need_match || plan->rare || (plan->ends && plan->gate_families != own))
		return 0;
	if (plan->gate_families == own)
		return UINT64_C(1) << AF_UNIX;
	return plan->gate_families & ~(uint32_t)FAMILY_INET
		       ? 0
		       : UINT64_C(1) << AF_INET | UINT64_C(1) << AF_INET6;
}

int passload_first(struct bpf_pass *pass, const struct scan *scan, struct fdmap_snapshot *s,
		   unsigned threads)
{
	const struct bpf_ask ask = {
		.what = BPF_SOCKETS, .families = only_families(scan->plan), .whole = true
	};
	const struct plan *plan = scan->plan;
	const char *why;
	int r;

	if (!s->bpf || plan->pass != PLAN_PASS_SOCKETS || plan->has_filter || plan->whole ||
	    plan->more || plan->unowned_families || bpf_may(scan->root, &why) < 0)
		return 0;
	if (scan->q->engine != FDMAP_ENGINE_BPF && sockets_used(scan->root) < MANY_SOCKETS)
		return 0;
	r = nslist_own(&s->ns, scan->root);
	if (r < 0 || !s->ns.v[0].ino)
		return r;
	if ((threads > 1 ? bpf_pass_begin(pass, scan->root, &ask, &why)
			 : bpf_pass_read(pass, scan->root, &ask, &why)) < 0)
		return 0;
	s->pass_read = true;
	s->socks = pass;
	return 0;
}

static bool is_own(void *ctx, uint32_t ino, uint32_t *number)
{
	const struct fdmap_snapshot *s = ctx;

	*number = 0;
	return ino == s->ns.v[0].ino;
}

int passload_fill(struct fdmap_snapshot *s, const struct bpf_pass *pass,
		  const struct socksource *how, uint32_t tables, struct socktab *t)
{
	const struct bpfsock_wish wish = {
		.families = tables, .diag = how->diag, .peers = how->peers, .netns = is_own, .ctx = s,
	};
	int r = fill(pass, &wish, t);

	t->by_bpf |= tables;
	return r < 0 ? r : socktab_end_bpf(t, &wish, 0);
}

uint32_t passload_can(const struct fdmap_snapshot *s, const struct socksource *how,
		      uint32_t tables)
{
	/* Who waits to be accepted counts for other ends; of UNIX it is asked for later. */
	const uint32_t can = FAMILY_BIT(FDMAP_UNIX) | (how->unheld ? 0 : (uint32_t)FAMILY_INET);

	return s->socks && !how->filter && can_tell(how) ? tables & can : 0;
}

int passload_own(struct fdmap_snapshot *s, const struct socksource *how, struct socktab *t,
		 uint32_t tables, bool *told)
{
	*told = has_socks(s);
	return *told ? passload_fill(s, s->socks, how, tables, t) : 0;
}
