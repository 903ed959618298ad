/* SPDX-License-Identifier: MIT */
/* Files by device and inode: chains below a hash of both. */
#include "engine/inoset.h"

#include <errno.h>
#include <stdlib.h>

#define NO_NEXT UINT32_MAX

void inoset_init(struct inoset *s)
{
	*s = (struct inoset){ .n = 0 };
	hash_init(&s->index);
}

void inoset_fini(struct inoset *s)
{
	hash_fini(&s->index);
	free(s->v);
	inoset_init(s);
}

struct inode_entry *inoset_find(const struct inoset *s, uint64_t dev, uint64_t ino)
{
	uint32_t i;

	if (!hash_find(&s->index, hash_mix(dev, ino), &i))
		return NULL;
	for (; i != NO_NEXT; i = s->v[i].next)
		if (s->v[i].dev == dev && s->v[i].ino == ino)
			return &s->v[i];
	return NULL;
}

int inoset_add(struct inoset *s, uint64_t dev, uint64_t ino)
{
	uint64_t key = hash_mix(dev, ino);
	uint32_t head;
	int r;

	if (inoset_find(s, dev, ino))
		return 0;
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		struct inode_entry *v = reallocarray(s->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n] = (struct inode_entry){
		.dev = dev, .ino = ino, .next = hash_find(&s->index, key, &head) ? head : NO_NEXT
	};
	r = hash_put(&s->index, key, (uint32_t)s->n);
	if (r == 0)
		s->n++;
	return r;
}
