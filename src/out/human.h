/* SPDX-License-Identifier: MIT */
/* Sizes for people. */
#ifndef OUT_HUMAN_H
#define OUT_HUMAN_H

#include "base/buf.h"

/* "1023B", "1.5K" */
void human_put(uint64_t size, struct buf *out);

#endif
