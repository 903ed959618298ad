/* SPDX-License-Identifier: MIT */
/* Ranges as they were given: the lists people type are short. */
#include "base/idset.h"

#include <errno.h>
#include <stdlib.h>

void idset_init(struct idset *s)
{
	*s = (struct idset){ 0 };
}

void idset_fini(struct idset *s)
{
	free(s->r);
	*s = (struct idset){ 0 };
}

int idset_add(struct idset *s, uint32_t lo, uint32_t hi)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 8;
		struct idrange *r = reallocarray(s->r, cap, sizeof(*r));

		if (!r)
			return -ENOMEM;
		s->r = r;
		s->cap = cap;
	}
	s->r[s->n++] = (struct idrange){ lo, hi };
	return 0;
}

bool idset_has(const struct idset *s, uint32_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (id >= s->r[i].lo && id <= s->r[i].hi)
			return true;
	return false;
}
