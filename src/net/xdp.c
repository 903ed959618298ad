/* SPDX-License-Identifier: MIT */
/*
 * AF_XDP: sockets that take packets from one queue of an interface.
 *
 *	2c 03 00 00 5c 8a 00 00	family type, inode
 *	01 20 00 00 00 00 00 00	cookie
 *	0c 00 01 00 02 00 00 00 00 00 00 00	XDP_DIAG_INFO: interface, queue
 *	08 00 02 00 e8 03 00 00	XDP_DIAG_UID
 *
 * Filled by xsk_diag_fill() in net/xdp/xsk_diag.c.
 */
#include <errno.h>
#include <linux/xdp_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "net/family.h"
#include "net/msg.h"
#include "net/sockx.h"

#define FAMILY_XDP 44 /* AF_XDP, since glibc 2.28 */

static void xdp_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	const struct xdp_diag_req head = {
		.sdiag_family = d->family,
		.xdiag_show = XDP_SHOW_INFO |
			      (wish->more & FDMAP_SKMEM ? (uint32_t)XDP_SHOW_MEMINFO : 0),
	};

	buf_put(req, &head, sizeof(head));
}

static int xdp_parse_msg(const struct sockdiag *d, struct span msg, struct arena *arena,
			 struct fdmap_sock *sock)
{
	struct xdp_diag_msg m;
	struct xdp_diag_info info;
	struct span attrs, value;
	uint32_t uid;

	(void)arena;
	if (!msg_head(msg, &m, sizeof(m), &attrs) || m.xdiag_family != d->family)
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = m.xdiag_ino,
		.table = FDMAP_XDP,
		.family = m.xdiag_family,
		.type = m.xdiag_type,
		.cookie = msg_cookie(m.xdiag_cookie),
		.told = FDMAP_TOLD_COOKIE,
	};
	if (msg_attr(attrs, XDP_DIAG_INFO, sizeof(info), &value)) {
		memcpy(&info, value.p, sizeof(info));
		sock->ifindex = info.ifindex;
		sock->lport32 = info.queue_id;
	}
	if (msg_u32(attrs, XDP_DIAG_UID, &uid)) {
		sock->uid = uid;
		sock->told |= FDMAP_TOLD_UID;
	}
	return 0;
}

static int xdp_extend_msg(const struct sockdiag *d, struct span msg, uint32_t more,
			  struct arena *arena, struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena);
	struct xdp_diag_msg m;
	struct span attrs;

	(void)d;
	if (!x)
		return -ENOMEM;
	if (more & FDMAP_SOCKX)
		sockx_take_interface(sock->ifindex, x);
	if (more & FDMAP_SKMEM && msg_head(msg, &m, sizeof(m), &attrs))
		sockx_take_mem(attrs, XDP_DIAG_MEMINFO, x);
	return 0;
}

static const struct sockdiag xdp_diags[] = {
	{ FAMILY_XDP, 0, FDMAP_XDP, xdp_ask, xdp_parse_msg, xdp_extend_msg },
	{ 0 },
};

const struct family xdp_family = {
	.name = "xdp",
	.table = FDMAP_XDP,
	.protonames = (const char *const[]){ "XDP", NULL },
	.diags = xdp_diags,
	.faceless = family_faceless,
};
