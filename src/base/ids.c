/* SPDX-License-Identifier: MIT */
#include "base/ids.h"

#include <errno.h>
#include <stdlib.h>

void ids_fini(struct ids *ids)
{
	free(ids->v);
	*ids = (struct ids){ 0 };
}

int ids_add(struct ids *ids, uint32_t id)
{
	if (ids->n == ids->cap) {
		size_t cap = ids->cap ? ids->cap * 2 : 256;
		uint32_t *v = reallocarray(ids->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		ids->v = v;
		ids->cap = cap;
	}
	ids->v[ids->n++] = id;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void ids_sort(struct ids *ids)
{
	for (size_t i = 1; i < ids->n; i++) {
		if (ids->v[i - 1] > ids->v[i]) {
			qsort(ids->v, ids->n, sizeof(*ids->v), by_number);
			return;
		}
	}
}
