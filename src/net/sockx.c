/* SPDX-License-Identifier: MIT */
/*
 * What several families tell of a socket beyond its row.
 *
 *	28 00 07 00			SKMEMINFO: nine words, then
 *	00 00 00 00 00 00 02 00 ...	received, room for that; sent, room for that; ...
 *
 * Put by sock_diag_put_meminfo() of net/core/sock_diag.c, in the order of SK_MEMINFO_*.
 */
#include "net/sockx.h"

#include <string.h>

#include "net/msg.h"

#define MEM_DROPS (FDMAP_SKMEM_VARS - 1)

struct fdmap_sockx *sockx_of(struct fdmap_sock *sock, struct arena *arena)
{
	if (!sock->x)
		sock->x = arena_alloc(arena, sizeof(*sock->x));
	/* Made here, for a socket that nobody has seen yet. */
	return (struct fdmap_sockx *)sock->x;
}

void sockx_take_mem(struct span attrs, unsigned type, struct fdmap_sockx *x)
{
	struct span value;

	if (!msg_attr(attrs, type, sizeof(x->mem), &value))
		return;
	memcpy(x->mem, value.p, sizeof(x->mem));
	x->told |= FDMAP_X_MEM | FDMAP_X_DROPS;
}

void sockx_take_drops(uint64_t drops, struct fdmap_sockx *x)
{
	x->mem[MEM_DROPS] = drops < UINT32_MAX ? (uint32_t)drops : UINT32_MAX;
	x->told |= FDMAP_X_DROPS;
}

void sockx_take_interface(uint32_t ifindex, struct fdmap_sockx *x)
{
	x->ifindex = ifindex;
	x->told |= FDMAP_X_IFACE;
}

void sockx_take_shutdown(uint8_t shutdown, struct fdmap_sockx *x)
{
	x->shutdown = shutdown;
	x->told |= FDMAP_X_SHUTDOWN;
}
