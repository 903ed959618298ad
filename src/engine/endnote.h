/* SPDX-License-Identifier: MIT */
/* The other ends of a row, as its NAME tells them. */
#ifndef ENGINE_ENDNOTE_H
#define ENGINE_ENDNOTE_H

#include "base/buf.h"
#include "fdmap.h"

/* Appends " ->INO=7 12,cat,0r 13,cat,1w", or nothing. how: FDMAP_NAME_COMM. */
void endnote_put(const struct fdmap_file *f, unsigned how, struct buf *out);

#endif
