/* SPDX-License-Identifier: MIT */
/* Terms against processes and rows. */
#include "engine/select.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/inetterm.h"
#include "net/family.h"

/*
 * Of a socket in another network namespace, which may have another root and other
 * mounts. btrfs tells stat devices of its own: there the name must be the same, too.
 */
static bool is_file_of(const struct pathterm *t, const struct fdmap_sock *sock, bool same_name)
{
	return sock->file_ino == t->ino && (sock->file_dev == t->dev || same_name);
}

static int name_sockets(struct selector *s, struct root *root, const struct socktab *tab)
{
	const struct pathset *p = &s->q->path;

	for (size_t i = 0; i < tab->socks.n; i++) {
		const struct fdmap_sock *sock = socklist_at(&tab->socks, i);
		struct fdmap_stat st;
		bool asked = false, have = false;

		if (sock->table != FDMAP_UNIX || !sock->path)
			continue;
		for (uint32_t j = 0; j < p->n; j++) {
			const struct pathterm *t = &p->v[j];
			bool same = strcmp(t->text, sock->path) == 0;
			bool there = sock->netns && sock->told & FDMAP_TOLD_FILE;

			if (t->type != S_IFSOCK && t->text[0] != '@')
				continue;
			if (there && t->ino) {
				same = is_file_of(t, sock, same);
			} else if (!same && sock->path[0] == '/' && t->type == S_IFSOCK && t->ino) {
				/* Another name of the same file: its inode tells. */
				if (!asked)
					have = root_stat_path(root, sock->path, &st) == 0;
				asked = true;
				same = have && st.dev == t->dev && st.ino == t->ino;
			}
			if (same && hash_put(&s->named_sockets, sock->ino, j) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

int selector_init(struct selector *s, const struct fdmap_query *q, struct root *root,
		  const struct socktab *tab)
{
	s->q = q;
	hash_init(&s->named_sockets);
	return q->path.nsockets && tab ? name_sockets(s, root, tab) : 0;
}

void selector_fini(struct selector *s)
{
	hash_fini(&s->named_sockets);
}

size_t hits_words(const struct fdmap_query *q)
{
	return (q->nterms + 63) / 64;
}

void hits_set(uint64_t *hits, unsigned term)
{
	if (!hits)
		return;
	hits[term / 64] |= UINT64_C(1) << term % 64;
}

bool hits_has(const uint64_t *hits, unsigned term)
{
	return hits[term / 64] >> term % 64 & 1;
}

static bool excluded(const struct idterms *t, uint64_t id)
{
	unsigned term;
	bool not;

	return t->excluded && idterms_find(t, id, &not, &term) && not;
}

static void included(const struct idterms *t, uint64_t id, uint32_t bit, uint64_t *hits,
		     uint32_t *got)
{
	unsigned term;
	bool not;

	if (!t->included || !idterms_find(t, id, &not, &term) || not)
		return;
	hits_set(hits, term);
	*got |= bit;
}

bool select_ids(const struct fdmap_query *q, const struct select_ids *ids, uint64_t *hits,
		uint32_t *got)
{
	if (excluded(&q->uid, ids->uid) || excluded(&q->pgid, (uint64_t)ids->pgid) ||
	    excluded(&q->pid, (uint64_t)ids->pid))
		return false;
	included(&q->pgid, (uint64_t)ids->pgid, SEL_PGID, hits, got);
	included(&q->pid, (uint64_t)ids->pid, SEL_PID, hits, got);
	included(&q->uid, ids->uid, SEL_UID, hits, got);
	if (ids->task && (q->used & SEL_TASK)) {
		hits_set(hits, q->tasks_term);
		*got |= SEL_TASK;
	}
	return true;
}

bool select_command(const struct fdmap_query *q, const char *comm, uint64_t *hits, uint32_t *got)
{
	bool found = false;

	for (size_t i = 0; i < q->ncmd; i++) {
		const struct cmdterm *c = &q->cmd[i];

		if (strncmp(comm, c->prefix, c->len) != 0)
			continue;
		if (c->exclude)
			return false;
		hits_set(hits, c->term);
		found = true;
	}
	/* What a prefix has matched is not tried against expressions. */
	for (size_t i = 0; i < q->nre && !found; i++) {
		if (regexec(&q->re[i].re, comm, 0, NULL, 0) != 0)
			continue;
		hits_set(hits, q->re[i].term);
		found = true;
	}
	if (found)
		*got |= SEL_CMD;
	return true;
}

void select_context(const struct fdmap_query *q, const char *context, uint64_t *hits, uint32_t *got)
{
	for (size_t i = 0; context && i < q->ncontexts; i++) {
		if (fnmatch(q->context[i].pattern, context, 0) != 0)
			continue;
		hits_set(hits, q->context[i].term);
		*got |= SEL_CNTX;
	}
}

uint32_t select_fd(const struct fdmap_query *q, int fd)
{
	bool in;

	if (!q->fd_given)
		return 0;
	in = fd >= 0 ? idset_has(&q->fds, (uint32_t)fd) : q->slots >> -fd & 1;
	return in != q->fd_exclude ? SEL_FD : 0;
}

uint32_t select_inode(const struct fdmap_query *q, uint64_t dev, uint64_t ino, uint64_t *hits,
		      const char **as)
{
	const struct pathset *p = &q->path;
	uint32_t got = 0, i;

	if (hash_find(&p->by_ino, hash_mix(dev, ino), &i)) {
		for (; i != UINT32_MAX; i = p->v[i].next) {
			const struct pathterm *t = &p->v[i];

			if (t->filesystem || t->dev != dev || t->ino != ino)
				continue;
			hits_set(hits, t->term);
			*as = t->text;
			got = SEL_NM;
		}
	}
	for (size_t j = 0; p->nfilesystems && j < p->n; j++) {
		if (!p->v[j].filesystem || p->v[j].dev != dev)
			continue;
		hits_set(hits, p->v[j].term);
		got = SEL_NM;
	}
	return got;
}

/* A device is the same under any name and in any file system. */
static uint32_t select_device(const struct fdmap_query *q, const struct fdmap_stat *st,
			      uint64_t *hits, const char **as)
{
	uint32_t type = st->mode & S_IFMT, got = 0;

	if (type != S_IFCHR && type != S_IFBLK)
		return 0;
	for (size_t i = 0; i < q->path.n; i++) {
		const struct pathterm *t = &q->path.v[i];

		if (t->filesystem || t->type != type || t->rdev != st->rdev)
			continue;
		hits_set(hits, t->term);
		*as = t->text;
		got = SEL_NM;
	}
	return got;
}

uint32_t select_stat(const struct fdmap_query *q, const struct fdmap_stat *st, uint64_t *hits,
		     const char **as)
{
	uint32_t got = 0;

	if (q->used & SEL_NM) {
		got |= select_inode(q, st->dev, st->ino, hits, as);
		if (q->path.ndevices)
			got |= select_device(q, st, hits, as);
	}
	if ((q->used & SEL_NLINK) && st->nlink < q->nlink_below)
		got |= SEL_NLINK;
	return got;
}

static bool list_hides(const struct statelist *l, unsigned state, uint64_t *hits)
{
	uint32_t bit = state < 32 ? 1u << state : 0;

	if (l->exclude & bit)
		return true;
	if (!l->include)
		return false;
	if (!(l->include & bit))
		return true;
	hits_set(hits, l->term[state]);
	return false;
}

/* The TCP list counts for UDP, too, unless UDP has one of its own. */
static bool state_hides(const struct fdmap_query *q, const struct fdmap_sock *s, uint64_t *hits)
{
	const struct statelist *l = &q->tcp;

	if (s->table != FDMAP_TCP && (q->udp.include || q->udp.exclude))
		l = &q->udp;
	return list_hides(l, s->state, hits);
}

static uint32_t select_inet(const struct fdmap_query *q, const struct fdmap_sock *s,
			    uint64_t *hits)
{
	unsigned version = s->family == AF_INET ? 4 : 6;
	uint32_t got = 0;

	if (q->inet_versions >> version & 1) {
		hits_set(hits, q->inet_term[version]);
		got |= SEL_NET;
	}
	for (size_t i = 0; i < q->ninet; i++) {
		if (!inetterm_match(&q->inet[i], s))
			continue;
		hits_set(hits, q->inet[i].term);
		got |= SEL_NA;
	}
	return got;
}

uint32_t select_sock(const struct selector *sel, const struct fdmap_sock *sock, uint64_t *hits,
		     bool *hidden)
{
	const struct fdmap_query *q = sel->q;
	uint32_t got = q->used & SEL_SOCK, i;

	*hidden = false;
	if (!sock)
		return got;
	if (FAMILY_BIT(sock->table) & FAMILY_INET) {
		*hidden = state_hides(q, sock, hits);
		if (!*hidden)
			got |= select_inet(q, sock, hits);
	} else if (sock->table == FDMAP_UNIX) {
		got |= q->used & SEL_UNX;
		if (hash_find(&sel->named_sockets, sock->ino, &i)) {
			hits_set(hits, q->path.v[i].term);
			got |= SEL_NM;
		}
		if (sel->forest && forest_socket(sel->forest, sock->ino))
			got |= SEL_NM;
	}
	return got;
}
