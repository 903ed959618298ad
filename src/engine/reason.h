/* SPDX-License-Identifier: MIT */
/* Why nobody holds a socket, in words. */
#ifndef ENGINE_REASON_H
#define ENGINE_REASON_H

#include "base/buf.h"
#include "fdmap.h"

/* Of a file that is `unowned`. Never cut; names in it are as they are. */
void reason_put(const struct fdmap_file *file, struct buf *out);

#endif
