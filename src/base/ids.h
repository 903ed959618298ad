/* SPDX-License-Identifier: MIT */
/* A growing list of numbers: of processes, threads, descriptors. */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* All zero is an empty one. */
struct ids {
	uint32_t *v;
	size_t n, cap;
};

void ids_fini(struct ids *ids);
/* 0 or -ENOMEM. */
MUST_CHECK int ids_add(struct ids *ids, uint32_t id);
/* Ascending; only looks where they are already. */
void ids_sort(struct ids *ids);

#endif
