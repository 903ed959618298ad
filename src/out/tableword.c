/* SPDX-License-Identifier: MIT */
/* What the kernel's tables of sockets are called. */
#include "out/tableword.h"

#include <stddef.h>

#include "fdmap.h"

const char *table_word(unsigned table)
{
	static const char *const names[FDMAP_SOCK_TABLES] = {
		[FDMAP_TCP] = "tcp",	     [FDMAP_UDP] = "udp",	[FDMAP_UDPLITE] = "udplite",
		[FDMAP_RAW] = "raw",	     [FDMAP_ICMP] = "icmp",	[FDMAP_UNIX] = "unix",
		[FDMAP_NETLINK] = "netlink", [FDMAP_PACKET] = "packet", [FDMAP_MPTCP] = "mptcp",
		[FDMAP_SCTP] = "sctp",	     [FDMAP_VSOCK] = "vsock",	[FDMAP_XDP] = "xdp",
		[FDMAP_TIPC] = "tipc",
	};

	return table < FDMAP_SOCK_TABLES ? names[table] : NULL;
}
