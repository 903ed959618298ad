/* SPDX-License-Identifier: MIT */
/* The flags a descriptor was opened with, as lsof writes them. */
#ifndef OUT_FLAGS_H
#define OUT_FLAGS_H

#include <stdint.h>

#include "base/buf.h"

/* "RW,AP,LG"; nothing for a plain read-only descriptor. What has no name is hex. */
void flags_put_names(uint32_t oflags, struct buf *out);

/* "0x8002;0x0": behind the semicolon stand flags of the process' own, which Linux has none of. */
void flags_put_hex(uint32_t oflags, struct buf *out);

#endif
