/* SPDX-License-Identifier: MIT */
/* Keys in a hash, holders in one array that is sorted once. */
#include "engine/endset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Documentation/admin-guide/devices.txt */
#define TTYAUX_MAJOR 5
#define PTMX_MINOR 2
#define SLAVE_MAJOR 136 /* and seven more, each with 256, in numbering of old */
#define SLAVE_MAJORS 8
/* fs/devpts/inode.c, mknod_ptmx */
#define PTMX_INODE 2

void endset_init(struct endset *s)
{
	*s = (struct endset){ 0 };
	hash_init(&s->index);
}

void endset_fini(struct endset *s)
{
	free(s->keys);
	free(s->holders);
	hash_fini(&s->index);
	endset_init(s);
}

static uint64_t bucket_of(const struct end_id *id)
{
	return hash_mix(hash_mix(id->a, id->what), id->b);
}

static bool same_id(const struct end_id *x, const struct end_id *y)
{
	return x->what == y->what && x->a == y->a && x->b == y->b;
}

bool endset_find(const struct endset *s, const struct end_id *id, uint32_t *key)
{
	uint32_t i;

	if (!(s->whats >> id->what & 1) || !hash_find(&s->index, bucket_of(id), &i))
		return false;
	while (i != UINT32_MAX && !same_id(&s->keys[i].id, id))
		i = s->keys[i].next;
	if (i != UINT32_MAX)
		*key = i;
	return i != UINT32_MAX;
}

int endset_add(struct endset *s, const struct end_id *id)
{
	uint64_t bucket = bucket_of(id);
	uint32_t next;

	if (endset_find(s, id, &next))
		return 0;
	if (!(s->nkeys & (s->nkeys - 1))) {
		size_t cap = s->nkeys ? s->nkeys * 2 : 1;
		struct end_key *v = reallocarray(s->keys, cap < 64 ? 64 : cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		s->keys = v;
	}
	if (!hash_find(&s->index, bucket, &next))
		next = UINT32_MAX;
	if (s->nkeys >= UINT32_MAX || hash_put(&s->index, bucket, (uint32_t)s->nkeys) < 0)
		return -ENOMEM;
	s->keys[s->nkeys++] = (struct end_key){ .id = *id, .next = next };
	s->whats |= 1u << id->what;
	return 0;
}

int endset_hold(struct endset *s, const struct end_holder *holders, size_t n)
{
	if (!n)
		return 0;
	if (n > s->cap - s->nholders) {
		size_t cap = s->cap * 2 > s->nholders + n ? s->cap * 2 : s->nholders + n;
		struct end_holder *v = reallocarray(s->holders, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		s->holders = v;
		s->cap = cap;
	}
	memcpy(s->holders + s->nholders, holders, n * sizeof(*holders));
	s->nholders += n;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct end_holder *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->end.pid != y->end.pid)
		return x->end.pid < y->end.pid ? -1 : 1;
	return (x->end.fd > y->end.fd) - (x->end.fd < y->end.fd);
}

void endset_sort(struct endset *s)
{
	size_t kept = 0;

	if (s->nholders)
		qsort(s->holders, s->nholders, sizeof(*s->holders), by_key);
	for (size_t i = 0; i < s->nholders; i++)
		if (!kept || by_key(&s->holders[kept - 1], &s->holders[i]) != 0)
			s->holders[kept++] = s->holders[i];
	s->nholders = kept;
	for (size_t i = kept; i-- > 0;) {
		struct end_key *k = &s->keys[s->holders[i].key];

		k->first = (uint32_t)i;
		k->n++;
	}
}

const struct end_holder *endset_holders(const struct endset *s, const struct end_id *id,
					uint32_t *n)
{
	uint32_t key;

	*n = 0;
	if (!endset_find(s, id, &key) || !s->keys[key].n)
		return NULL;
	*n = s->keys[key].n;
	return &s->holders[s->keys[key].first];
}

bool end_id_of_tty(const struct fdmap_stat *st, const uint32_t *tty, struct end_id *id)
{
	uint32_t high = major(st->rdev), low = minor(st->rdev);

	if (high == TTYAUX_MAJOR && low == PTMX_MINOR) {
		if (!tty)
			return false;
		*id = (struct end_id){ .what = END_MASTER, .a = *tty };
		return true;
	}
	if (high < SLAVE_MAJOR || high >= SLAVE_MAJOR + SLAVE_MAJORS)
		return false;
	*id = (struct end_id){ .what = END_SLAVE, .a = (high - SLAVE_MAJOR) * 256 + low };
	return true;
}

static bool id_of_socket(const struct fdmap_sock *sock, struct end_id *id)
{
	if (!sock || (sock->table != FDMAP_UNIX && sock->table != FDMAP_TCP &&
		      sock->table != FDMAP_UDP && sock->table != FDMAP_UDPLITE))
		return false;
	*id = (struct end_id){ .what = END_SOCKET, .a = sock->ino };
	return true;
}

bool end_id_of(const struct fdmap_file *f, struct end_id *id)
{
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct fdmap_stat *st = f->stat;

	if (f->fd < 0)
		return false;
	switch (f->kind) {
	case FDMAP_KIND_PIPE:
		if (!f->path || f->path[0] != '/') {
			*id = (struct end_id){ .what = END_PIPE, .a = f->ino };
			return f->ino;
		}
		if (st)
			*id = (struct end_id){ END_FIFO, st->dev, st->ino };
		return st;
	case FDMAP_KIND_MQUEUE:
		if (st)
			*id = (struct end_id){ END_MQUEUE, st->dev, st->ino };
		return st;
	case FDMAP_KIND_ANON:
		if (!more->anon || !more->anon->has_id)
			return false;
		*id = (struct end_id){ .what = END_EVENTFD, .a = more->anon->id };
		return true;
	case FDMAP_KIND_SOCKET:
		return id_of_socket(f->sock, id);
	case FDMAP_KIND_DEVICE:
		return st && S_ISCHR(st->mode) &&
		       end_id_of_tty(st, more->has_pty ? &more->pty : NULL, id);
	default:
		return false;
	}
}

bool end_is_own(const struct fdmap_stat *st)
{
	return st->ino == PTMX_INODE;
}

static bool claimed(uint64_t dev, const struct end_holder *masters, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (masters[i].own && masters[i].dev == dev)
			return true;
	return false;
}

bool end_is_pair(const struct end_holder *master, const struct end_holder *slave,
		 const struct end_holder *masters, uint32_t nmasters)
{
	if (master->own)
		return master->dev == slave->dev;
	return !claimed(slave->dev, masters, nmasters);
}
