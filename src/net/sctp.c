/* SPDX-License-Identifier: MIT */
/*
 * SCTP, as sock_diag tells it: endpoints with one of TCP's states, associations with one
 * of their own, both laid out as inetdiag.c shows. A socket with several associations is
 * told once for each; the first stays.
 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/addr.h"
#include "net/family.h"
#include "net/inet.h"
#include "net/inetdiag.h"

/* enum sctp_state of include/net/sctp/constants.h */
static const struct name_row association_names[] = {
	{ 0, "CLOSED" },
	{ 1, "COOKIE_WAIT" },
	{ 2, "COOKIE_ECHOED" },
	{ 3, "ESTABLISHED" },
	{ 4, "SHUTDOWN_PENDING" },
	{ 5, "SHUTDOWN_SENT" },
	{ 6, "SHUTDOWN_RECEIVED" },
	{ 7, "SHUTDOWN_ACK_SENT" },
};

static const char *sctp_state(const struct fdmap_sock *sock)
{
	if (sock->rport || !addr_is_any(sock->family, &sock->raddr))
		return names_find(association_names, ARRAY_LEN(association_names), sock->state);
	return inet_state_name(sock->state);
}

static const struct sockdiag sctp_diags[] = {
	{ AF_INET, IPPROTO_SCTP, FDMAP_SCTP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ AF_INET6, IPPROTO_SCTP, FDMAP_SCTP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ 0 },
};

const struct family sctp_family = {
	.name = "sctp",
	.table = FDMAP_SCTP,
	.protonames = (const char *const[]){ "SCTP", "SCTPv6", NULL },
	.diags = sctp_diags,
	.faceless = family_faceless,
	.state = sctp_state,
};
