/* SPDX-License-Identifier: MIT */
/* The registry of socket families: one row each. */
#include "net/family.h"

#include <string.h>
#include <strings.h>

#include "net/inet.h"

extern const struct family tcp_family, udp_family, udplite_family, raw_family, icmp_family,
	unix_family, netlink_family, packet_family, mptcp_family, sctp_family, vsock_family,
	xdp_family, tipc_family;

const struct family *const families[FDMAP_SOCK_TABLES] = {
	[FDMAP_TCP] = &tcp_family,	   [FDMAP_UDP] = &udp_family,
	[FDMAP_UDPLITE] = &udplite_family, [FDMAP_RAW] = &raw_family,
	[FDMAP_ICMP] = &icmp_family,	   [FDMAP_UNIX] = &unix_family,
	[FDMAP_NETLINK] = &netlink_family, [FDMAP_PACKET] = &packet_family,
	[FDMAP_MPTCP] = &mptcp_family,	   [FDMAP_SCTP] = &sctp_family,
	[FDMAP_VSOCK] = &vsock_family,	   [FDMAP_XDP] = &xdp_family,
	[FDMAP_TIPC] = &tipc_family,
};

bool family_faceless(const struct fdmap_sock *sock)
{
	(void)sock;
	return true;
}

bool family_has_face(const struct fdmap_sock *sock)
{
	const struct family *family =
		sock->table < FDMAP_SOCK_TABLES ? families[sock->table] : NULL;

	return family && !(family->faceless && family->faceless(sock));
}

uint32_t family_of_protoname(const char *name)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < FDMAP_SOCK_TABLES; i++)
		for (const char *const *p = families[i]->protonames; *p; p++)
			if (strcmp(*p, name) == 0)
				bits |= FAMILY_BIT(i);
	return bits;
}

/* UDP uses two of TCP's states: connected (ESTABLISHED) and not (CLOSE). */
bool family_state_number(const char *proto, const char *name, unsigned *state)
{
	if (strcasecmp(proto, "udp") == 0) {
		if (strcasecmp(name, "ESTABLISHED") != 0 && strcasecmp(name, "CLOSE") != 0)
			return false;
	} else if (strcasecmp(proto, "tcp") != 0) {
		return false;
	}
	return inet_state_number(name, state);
}
