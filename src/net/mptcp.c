/* SPDX-License-Identifier: MIT */
/*
 * Multipath TCP. The text tells of none; its subflows are rows of TCP that have its inode,
 * so that only a socket without any, not yet bound or connected, needs this family. The
 * answer is laid out as inetdiag.c shows.
 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/family.h"
#include "net/inet.h"
#include "net/inetdiag.h"

#define PROTO_MPTCP 262 /* IPPROTO_MPTCP, since glibc 2.32 */

static const char *mptcp_state(const struct fdmap_sock *sock)
{
	return inet_state_name(sock->state);
}

static const struct sockdiag mptcp_diags[] = {
	{ AF_INET, PROTO_MPTCP, FDMAP_MPTCP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ AF_INET6, PROTO_MPTCP, FDMAP_MPTCP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ 0 },
};

const struct family mptcp_family = {
	.name = "mptcp",
	.table = FDMAP_MPTCP,
	.protonames = (const char *const[]){ "MPTCP", "MPTCPv6", NULL },
	.diags = mptcp_diags,
	.faceless = family_faceless,
	.state = mptcp_state,
};
