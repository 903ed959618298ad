/* SPDX-License-Identifier: MIT */
/* Is a file on a file system that must not be asked? */
#ifndef ENGINE_EXEMPT_H
#define ENGINE_EXEMPT_H

#include "engine/query.h"

/* By the text of its link; NULL: it may be asked. */
const struct exempt *exempt_find(const struct fdmap_query *q, const char *text, size_t len);

#endif
