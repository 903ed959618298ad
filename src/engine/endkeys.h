/* SPDX-License-Identifier: MIT */
/*
 * Internet sockets by their two addresses. What has the same ones stands together: by
 * namespace, then those that are held, then the oldest.
 */
#ifndef ENGINE_ENDKEYS_H
#define ENGINE_ENDKEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "fdmap.h"

/* table, local port, local address, remote port, remote address */
#define ENDKEY_LEN 37

struct endkey_row {
	uint8_t key[ENDKEY_LEN];
	const struct fdmap_sock *sock;
};

struct endkeys {
	struct endkey_row *v;
	size_t n, cap;
	uint32_t *starts; /* of each bucket in v; one more than there are */
	unsigned bits;	  /* as many buckets: a power of two */
};

/* Room for so many, UINT32_MAX at most. 0 or -ENOMEM. */
MUST_CHECK int endkeys_init(struct endkeys *k, size_t room);
void endkeys_fini(struct endkeys *k);

/* There must be room; nothing is found before endkeys_sort. */
struct endkey_row *endkeys_add(struct endkeys *k, const struct fdmap_sock *sock);
/* One that stands in two tables is kept once. 0 or -ENOMEM. */
MUST_CHECK int endkeys_sort(struct endkeys *k);

/* The rows with that key: n of them. */
const struct endkey_row *endkeys_find(const struct endkeys *k, const uint8_t *key, size_t *n);

#endif
