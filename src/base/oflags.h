/* SPDX-License-Identifier: MIT */
/* The flags a descriptor was opened with, by lsof's abbreviations. */
#ifndef BASE_OFLAGS_H
#define BASE_OFLAGS_H

#include <stdint.h>

#include "base/buf.h"

/* "RW,AP,LG"; nothing for a plain read-only descriptor. What has no name is hex. */
void oflags_put(uint32_t oflags, struct buf *out);

#endif
