/* SPDX-License-Identifier: MIT */
/* Does a socket match an -i term? */
#ifndef ENGINE_INETTERM_H
#define ENGINE_INETTERM_H

#include "engine/query.h"

/*
 * Address and port of the same end must match, local or foreign. An IPv6
 * socket with v4-mapped addresses counts as version 4, as it is printed.
 */
bool inetterm_match(const struct inetterm *t, const struct fdmap_sock *s);

#endif
