/* SPDX-License-Identifier: MIT */
/* Values of a row's columns as one key: bytes that are in the order of the values. */
#ifndef OUT_GROUPS_H
#define OUT_GROUPS_H

#include "base/buf.h"
#include "fdmap.h"
#include "out/choose.h"

/*
 * Appends a row's values. Two keys are the same when all values are, and memcmp() puts
 * them in order: numbers by amount, texts by bytes, what is absent last. 0 or -ENOMEM.
 */
MUST_CHECK int groups_key(const struct columns *c, const struct fdmap_row *row,
			  struct fdmap_value *room, struct buf *key);

#endif
