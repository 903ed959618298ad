/* SPDX-License-Identifier: MIT */
/* Sockets that -i does not mean: raw, ping, packet, netlink. */
#include "test/live/zoo/zoo.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <net/ethernet.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <sys/stat.h>

/* A row with the inode as NODE and no device. */
static int show_bare(int fd, const char *type, const char *name)
{
	char number[16], inode[32];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	show_row(number, "u ", type, "", "0t0", inode, "%s", name);
	return 0;
}

static int make_raw(void)
{
	return show_bare(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "raw",
			 "00000000:0001->00000000:0000 st=07");
}

static int make_raw6(void)
{
	return show_bare(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), "raw6",
			 "00000000000000000000000000000000:003A->"
			 "00000000000000000000000000000000:0000 st=07");
}

static int make_ping(void)
{
	union zoo_addr a = { .v4 = { .sin_family = AF_INET } };
	socklen_t len = sizeof(a.v4);
	int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	char name[64];

	a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, &a.sa, len) || getsockname(fd, &a.sa, &len))
		return -errno;
	/* The kernel's %08X of the address as it lies in memory. */
	snprintf(name, sizeof(name), "%08X:%04X->00000000:0000", a.v4.sin_addr.s_addr,
		 ntohs(a.v4.sin_port));
	return show_bare(fd, "icmp", name);
}

/* For headers of one's own making: it only sends. */
static int make_raw_any(void)
{
	int err = show_bare(socket(AF_INET, SOCK_RAW, IPPROTO_RAW), "raw",
			    "00000000:00FF->00000000:0000 st=07");

	return err ? err :
		     show_bare(socket(AF_INET6, SOCK_RAW, IPPROTO_RAW), "raw6",
			       "00000000000000000000000000000000:00FF->"
			       "00000000000000000000000000000000:0000 st=07");
}

static int show_packet(int type, int proto, const char *node, const char *name)
{
	int fd = socket(AF_PACKET, type, htons((uint16_t)proto));
	char number[16], inode[32];
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	show_row(number, "u ", "pack", inode, "0t0", node, "type=%s", name);
	return 0;
}

static int make_packet(void)
{
	int err = show_packet(SOCK_RAW, ETH_P_ALL, "ALL", "SOCK_RAW");

	if (!err)
		err = show_packet(SOCK_DGRAM, ETH_P_ARP, "ARP", "SOCK_DGRAM");
	if (!err)
		err = show_packet(SOCK_PACKET, ETH_P_ALL, "ALL", "SOCK_PACKET");
	return err ? err : show_packet(SOCK_RAW, 0x1234, "4660", "SOCK_RAW");
}

static int bind_netlink(int proto)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, proto);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return -1;
	return fd;
}

static int make_netlink(void)
{
	return show_fd(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), ' ', "protocol: NETLINK");
}

/* As linux/netlink.h numbers them. */
static int make_netlinks(void)
{
	static const char *const names[] = {
		[NETLINK_ROUTE] = "ROUTE", [NETLINK_USERSOCK] = "USERSOCK",
		[NETLINK_SOCK_DIAG] = "INET_DIAG", [NETLINK_XFRM] = "XFRM",
		[NETLINK_SELINUX] = "SELINUX", [NETLINK_ISCSI] = "ISCSI",
		[NETLINK_AUDIT] = "AUDIT", [NETLINK_FIB_LOOKUP] = "FIB_LOOKUP",
		[NETLINK_CONNECTOR] = "CONNECTOR", [NETLINK_NETFILTER] = "NETFILTER",
		[NETLINK_KOBJECT_UEVENT] = "KOBJECT_UEVENT", [NETLINK_GENERIC] = "GENERIC",
		[NETLINK_SCSITRANSPORT] = "SCSITRANSPORT", [NETLINK_CRYPTO] = "CRYPTO",
	};

	for (int proto = 0; proto < (int)(sizeof(names) / sizeof(*names)); proto++) {
		int fd = names[proto] ? bind_netlink(proto) : -1, err;

		if (fd < 0)
			continue;
		err = show_bare(fd, "netlink", names[proto]);
		if (err)
			return err;
	}
	return 0;
}

const struct zoo_kind zoo_others[] = {
	{ "raw", make_raw },
	{ "raw6", make_raw6 },
	{ "raw-any", make_raw_any },
	{ "ping", make_ping },
	{ "packet", make_packet },
	{ "netlink", make_netlink },
	{ "netlinks", make_netlinks },
	{ NULL, NULL },
};
