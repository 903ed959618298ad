/* SPDX-License-Identifier: MIT */
/*
 * Sockets between a virtual machine and its host.
 *
 *	28 01 0a 00 ff ff ff ff	family type state (10: LISTEN), context (ff..: any)
 *	d2 04 00 00 ff ff ff ff	port, context of the other end
 *	ff ff ff ff 5c 8a 00 00	its port, inode
 *	01 20 00 00 00 00 00 00	cookie
 *
 * Filled by sk_diag_fill() in net/vmw_vsock/diag.c.
 */
#include <errno.h>
#include <linux/vm_sockets_diag.h>
#include <sys/socket.h>

#include "net/family.h"
#include "net/inet.h"
#include "net/msg.h"
#include "net/sockx.h"

static void vsock_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	const struct vsock_diag_req head = {
		.sdiag_family = d->family,
		.vdiag_states = UINT32_MAX,
	};

	(void)wish;
	buf_put(req, &head, sizeof(head));
}

static int vsock_parse_msg(const struct sockdiag *d, struct span msg, struct arena *arena,
			   struct fdmap_sock *sock)
{
	struct vsock_diag_msg m;
	struct span attrs;

	(void)arena;
	if (!msg_head(msg, &m, sizeof(m), &attrs) || m.vdiag_family != d->family)
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = m.vdiag_ino,
		.table = FDMAP_VSOCK,
		.family = m.vdiag_family,
		.type = m.vdiag_type,
		.state = m.vdiag_state,
		.lcid = m.vdiag_src_cid,
		.rcid = m.vdiag_dst_cid,
		.lport32 = m.vdiag_src_port,
		.rport32 = m.vdiag_dst_port,
		.cookie = msg_cookie(m.vdiag_cookie),
		.told = FDMAP_TOLD_COOKIE | FDMAP_TOLD_CID,
	};
	return 0;
}

static int vsock_extend_msg(const struct sockdiag *d, struct span msg, uint32_t more,
			    struct arena *arena, struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena);
	struct vsock_diag_msg m;
	struct span attrs;

	(void)d;
	if (!x)
		return -ENOMEM;
	if (more & FDMAP_SOCKX && msg_head(msg, &m, sizeof(m), &attrs))
		sockx_take_shutdown(m.vdiag_shutdown, x);
	return 0;
}

static const char *vsock_state(const struct fdmap_sock *sock)
{
	return inet_state_name(sock->state);
}

static const struct sockdiag vsock_diags[] = {
	{ AF_VSOCK, 0, FDMAP_VSOCK, vsock_ask, vsock_parse_msg, vsock_extend_msg },
	{ 0 },
};

const struct family vsock_family = {
	.name = "vsock",
	.table = FDMAP_VSOCK,
	.protonames = (const char *const[]){ "AF_VSOCK", NULL },
	.diags = vsock_diags,
	.faceless = family_faceless,
	.state = vsock_state,
};
