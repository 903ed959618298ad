/* SPDX-License-Identifier: MIT */
/*
 * Exact questions. Answered by inet_diag_find_one_icsk() in net/ipv4/inet_diag.c,
 * udp_dump_one() in net/ipv4/udp_diag.c and unix_diag_get_exact() in net/unix/diag.c.
 */
#include "net/sockone.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "net/sockadd.h"

#define MAX_TRIES 2

static bool is_mapped(const uint32_t *a)
{
	static const unsigned char prefix[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(a, prefix, sizeof(prefix)) == 0;
}

static bool is_any(const uint32_t *a)
{
	return !(a[0] | a[1] | a[2] | a[3]);
}

/* 0.0.0.0 as IPv6 has it: TCP looks among the sockets of IPv4 if both ends are mapped. */
static bool map_remote(struct sockends *e)
{
	if (e->family != AF_INET6 || !is_mapped(e->local) || !is_any(e->remote))
		return false;
	memset((unsigned char *)e->remote + 10, 0xff, 2);
	return true;
}

/* d: the family's question of that version, or NULL. */
static const struct sockdiag *diag_for(const struct sockone *one)
{
	const struct sockdiag *d = families[one->table]->diags;
	uint8_t family = one->table == FDMAP_UNIX ? AF_UNIX : one->ends.family;

	while (d && d->ask && d->family != family)
		d++;
	return d && d->ask ? d : NULL;
}

static void put_ends(enum fdmap_sock_table table, const struct sockends *e, struct buf *req)
{
	struct inet_diag_req_v2 q;
	struct inet_diag_sockid *id = &q.id;

	memcpy(&q, req->p, sizeof(q));
	id->idiag_sport = e->lport;
	id->idiag_dport = e->rport;
	memcpy(id->idiag_src, e->local, sizeof(id->idiag_src));
	memcpy(id->idiag_dst, e->remote, sizeof(id->idiag_dst));
	/* UDP has always taken the source for the other end. */
	if (table != FDMAP_TCP) {
		id->idiag_sport = e->rport;
		id->idiag_dport = e->lport;
		memcpy(id->idiag_src, e->remote, sizeof(id->idiag_src));
		memcpy(id->idiag_dst, e->local, sizeof(id->idiag_dst));
	}
	id->idiag_if = e->iface;
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	memcpy(req->p, &q, sizeof(q));
}

static void put_inode(uint64_t ino, struct buf *req)
{
	struct unix_diag_req q;

	memcpy(&q, req->p, sizeof(q));
	q.udiag_ino = (uint32_t)ino;
	q.udiag_cookie[0] = q.udiag_cookie[1] = UINT32_MAX;
	memcpy(req->p, &q, sizeof(q));
}

bool sockone_ask(const struct sockone *one, unsigned try, struct buf *req)
{
	const struct sockdiag *d = diag_for(one);
	const struct sockwish wish = { .filter = NULL };
	struct sockends ends = one->ends;

	if (!d || (try && (one->table != FDMAP_TCP || !map_remote(&ends))))
		return false;
	buf_reset(req);
	d->ask(d, &wish, req);
	if (req->failed)
		return true;
	if (one->table == FDMAP_UNIX)
		put_inode(one->ino, req);
	else
		put_ends(one->table, &ends, req);
	return true;
}

struct answer {
	struct socktab *t;
	const struct sockone *one;
	bool found;
};

static int take_answer(void *arg, const void *msg, size_t n)
{
	static const struct sockadd how = { SIZE_MAX, SIZE_MAX, false };
	struct answer *a = arg;
	const struct sockdiag *d = diag_for(a->one);
	struct arena_mark mark = arena_mark(&a->t->arena);
	struct fdmap_sock sock;
	int r = d->parse(d, (struct span){ msg, n }, &a->t->arena, &sock);

	if (r < 0)
		return r == -EINVAL ? 0 : r;
	a->found = sock.ino == a->one->ino;
	r = a->found ? socktab_add(a->t, &how, &sock) : 1;
	if (r > 0)
		arena_rewind(&a->t->arena, mark);
	return r < 0 ? r : 0;
}

int sockone_load(struct socktab *t, struct root *root, struct diag *diag,
		 const struct sockone *one)
{
	struct answer a = { t, one, socktab_find(t, one->ino) != NULL };
	struct buf req;
	int r = 0;

	buf_init(&req);
	for (unsigned i = 0; !a.found && i < MAX_TRIES && sockone_ask(one, i, &req); i++) {
		r = req.failed ? -ENOMEM
			       : root_diag_one(root, diag, req.p, req.n, take_answer, &a);
		if (root_exhausted(r))
			break;
	}
	buf_fini(&req);
	if (a.found)
		t->by_diag |= FAMILY_BIT(one->table);
	return root_exhausted(r) ? r : a.found;
}
