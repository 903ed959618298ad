/* SPDX-License-Identifier: MIT */
/*
 * TIPC: sockets of a cluster. The answer is one attribute that holds all others:
 *
 *	3c 00 02 00			TIPC_NLA_SOCK, then inside:
 *	08 00 06 00 01 00 00 00		TIPC_NLA_SOCK_TYPE: 1, stream
 *	08 00 09 00 0a 00 00 00		TIPC_NLA_SOCK_TIPC_STATE: 10, listens
 *	08 00 07 00 5c 8a 00 00		TIPC_NLA_SOCK_INO
 *	...
 *
 * Filled by tipc_sk_fill_sock_diag() in net/tipc/socket.c. Its states have numbers of TCP's.
 */
#include <errno.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/family.h"
#include "net/msg.h"

static void tipc_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	const struct tipc_sock_diag_req head = {
		.sdiag_family = d->family,
		.tidiag_states = UINT32_MAX,
	};

	(void)wish;
	buf_put(req, &head, sizeof(head));
}

static uint32_t number(struct span attrs, unsigned type)
{
	uint32_t v;

	return msg_u32(attrs, type, &v) ? v : 0;
}

static int tipc_parse_msg(const struct sockdiag *d, struct span msg, struct arena *arena,
			  struct fdmap_sock *sock)
{
	struct span attrs, cookie;

	(void)arena;
	if (!msg_attr(msg, TIPC_NLA_SOCK, 0, &attrs))
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = number(attrs, TIPC_NLA_SOCK_INO),
		.table = FDMAP_TIPC,
		.family = d->family,
		.type = (uint8_t)number(attrs, TIPC_NLA_SOCK_TYPE),
		.state = (uint8_t)number(attrs, TIPC_NLA_SOCK_TIPC_STATE),
		.lcid = number(attrs, TIPC_NLA_SOCK_ADDR),
		.lport32 = number(attrs, TIPC_NLA_SOCK_REF),
	};
	if (msg_u32(attrs, TIPC_NLA_SOCK_UID, &sock->uid))
		sock->told |= FDMAP_TOLD_UID;
	if (msg_attr(attrs, TIPC_NLA_SOCK_COOKIE, sizeof(sock->cookie), &cookie)) {
		memcpy(&sock->cookie, cookie.p, sizeof(sock->cookie));
		sock->told |= FDMAP_TOLD_COOKIE;
	}
	return 0;
}

/* include/uapi/linux/tipc.h has none of them; net/tipc/socket.c: TIPC_LISTEN = TCP_LISTEN ... */
static const struct name_row state_names[] = {
	{ 1, "ESTABLISHED" }, { 2, "CONNECTING" },    { 7, "OPEN" },
	{ 10, "LISTEN" },     { 8, "DISCONNECTING" },
};

static const char *tipc_state(const struct fdmap_sock *sock)
{
	return names_find(state_names, ARRAY_LEN(state_names), sock->state);
}

static const struct sockdiag tipc_diags[] = {
	{ AF_TIPC, 0, FDMAP_TIPC, tipc_ask, tipc_parse_msg, NULL },
	{ 0 },
};

const struct family tipc_family = {
	.name = "tipc",
	.table = FDMAP_TIPC,
	.protonames = (const char *const[]){ "TIPC", NULL },
	.diags = tipc_diags,
	.faceless = family_faceless,
	.state = tipc_state,
};
