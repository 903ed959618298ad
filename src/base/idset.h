/* SPDX-License-Identifier: MIT */
/* A set of numbers given as single ids and ranges. */
#ifndef BASE_IDSET_H
#define BASE_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

struct idrange {
	uint32_t lo, hi;
};

struct idset {
	struct idrange *r;
	size_t n, cap;
};

void idset_init(struct idset *s);
void idset_fini(struct idset *s);
MUST_CHECK int idset_add(struct idset *s, uint32_t lo, uint32_t hi); /* 0 or -ENOMEM */
bool idset_has(const struct idset *s, uint32_t id);

#endif
