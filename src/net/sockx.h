/* SPDX-License-Identifier: MIT */
/* The pieces that a struct fdmap_sockx is made of. For the files of net/ only. */
#ifndef NET_SOCKX_H
#define NET_SOCKX_H

#include "base/arena.h"
#include "base/cursor.h"
#include "fdmap.h"

/* The socket's own, made when it has none yet. NULL: no memory. */
struct fdmap_sockx *sockx_of(struct fdmap_sock *sock, struct arena *arena);

/* An attribute of the family's that holds SK_MEMINFO_*, if it is there. */
void sockx_take_mem(struct span attrs, unsigned type, struct fdmap_sockx *x);
/* Of a text that tells how many were dropped, and nothing else. */
void sockx_take_drops(uint64_t drops, struct fdmap_sockx *x);
void sockx_take_interface(uint32_t ifindex, struct fdmap_sockx *x);
void sockx_take_shutdown(uint8_t shutdown, struct fdmap_sockx *x);

#endif
