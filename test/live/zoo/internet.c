/* SPDX-License-Identifier: MIT */
/* TCP, MPTCP, UDP and UDPLITE sockets of both versions. */
#include "test/live/zoo/zoo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_end(const union zoo_addr *a, char *buf, size_t len)
{
	char host[INET6_ADDRSTRLEN + 2] = "*";
	uint16_t port = ntohs(a->v4.sin_port);
	char number[8] = "*";

	if (a->sa.sa_family == AF_INET && a->v4.sin_addr.s_addr) {
		inet_ntop(AF_INET, &a->v4.sin_addr, host, sizeof(host));
	} else if (a->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr)) {
		inet_ntop(AF_INET, &a->v6.sin6_addr.s6_addr[12], host, sizeof(host));
	} else if (a->sa.sa_family == AF_INET6 && !IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr)) {
		inet_ntop(AF_INET6, &a->v6.sin6_addr, host + 1, sizeof(host) - 2);
		host[0] = '[';
		strcat(host, "]");
	}
	if (port)
		snprintf(number, sizeof(number), "%u", port);
	snprintf(buf, len, "%s:%s", host, number);
}

static const char *tcp_state(int fd)
{
	static const char *const names[] = { "", "ESTABLISHED", "SYN_SENT", "SYN_RECV",
		"FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING" };
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) || info.tcpi_state > 11)
		return "?";
	return names[info.tcpi_state];
}

static int show_inet(int fd)
{
	union zoo_addr a, peer;
	socklen_t len = sizeof(a);
	char local[64], remote[72] = "", number[16], inode[32], state[24] = "";
	int proto = 0;
	bool tcp;
	struct stat st;

	if (getsockname(fd, &a.sa, &len) || fstat(fd, &st))
		return -errno;
	put_end(&a, local, sizeof(local));
	len = sizeof(proto);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &len);
	len = sizeof(peer);
	if (!getpeername(fd, &peer.sa, &len)) {
		memcpy(remote, "->", 2);
		put_end(&peer, remote + 2, sizeof(remote) - 2);
	}
	tcp = proto == IPPROTO_TCP || proto == IPPROTO_MPTCP;
	if (tcp)
		snprintf(state, sizeof(state), " (%s)", tcp_state(fd));
	else if (proto == IPPROTO_UDP && *remote)
		snprintf(state, sizeof(state), " (ESTABLISHED)");
	snprintf(number, sizeof(number), "%d", fd);
	snprintf(inode, sizeof(inode), "%ju", (uintmax_t)st.st_ino);
	show_row(number, "u ", a.sa.sa_family == AF_INET6 ? "IPv6" : "IPv4", inode, "0t0",
		tcp ? "TCP" : proto == IPPROTO_UDP ? "UDP" : "UDPLITE", "%s%s%s",
		local, remote, state);
	return 0;
}

/* A socket bound to the loopback address, or to any, on a port the kernel picks. */
static int bound(int family, int type, int proto, bool any)
{
	int fd = socket(family, type | SOCK_CLOEXEC, proto);
	union zoo_addr a = { 0 };

	a.sa.sa_family = (sa_family_t)family;
	if (family == AF_INET)
		a.v4.sin_addr.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
	else
		a.v6.sin6_addr = any ? (struct in6_addr)IN6ADDR_ANY_INIT :
				       (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
	if (fd < 0 || bind(fd, &a.sa, family == AF_INET ? sizeof(a.v4) : sizeof(a.v6)))
		return -errno;
	return fd;
}

static int connected(int family, int type, int proto, int to)
{
	int fd = socket(family, type | SOCK_CLOEXEC, proto);
	union zoo_addr a;
	socklen_t len = sizeof(a);

	if (fd < 0 || getsockname(to, &a.sa, &len))
		return -errno;
	if (family == AF_INET && a.sa.sa_family == AF_INET6) {
		in_port_t port = a.v6.sin6_port;

		memset(&a, 0, sizeof(a));
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = port;
		a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		len = sizeof(a.v4);
	}
	return connect(fd, &a.sa, len) ? -errno : fd;
}

/* A listener and both ends of a connection to it. */
static int stream_three(int family, int client_family, int proto, bool any, bool half_closed)
{
	int listener = bound(family, SOCK_STREAM, proto, any), client, server, err;

	if (listener < 0)
		return listener;
	if (listen(listener, 5))
		return -errno;
	client = connected(client_family, SOCK_STREAM, proto, listener);
	if (client < 0)
		return client;
	server = accept(listener, NULL, NULL);
	if (server < 0)
		return -errno;
	if (half_closed) {
		char byte;

		shutdown(client, SHUT_WR);
		if (read(server, &byte, 1) != 0)
			return -EIO;
		while (!strcmp(tcp_state(client), "FIN_WAIT1"))
			usleep(1000);
	}
	err = show_inet(listener);
	if (!err)
		err = show_inet(client);
	return err ? err : show_inet(server);
}

static int make_tcp4(void)
{
	return stream_three(AF_INET, AF_INET, 0, false, false);
}

static int make_tcp6(void)
{
	return stream_three(AF_INET6, AF_INET6, 0, false, false);
}

static int make_mapped4(void)
{
	return stream_three(AF_INET6, AF_INET, 0, true, false);
}

static int make_tcp_half(void)
{
	return stream_three(AF_INET, AF_INET, 0, true, true);
}

static int make_tcp_bound(void)
{
	int fd = bound(AF_INET, SOCK_STREAM, 0, false), err;

	if (fd < 0)
		return fd;
	err = show_fd(fd, ' ', "protocol: TCP");
	fd = bound(AF_INET6, SOCK_STREAM, 0, false);
	return err || fd < 0 ? err : show_fd(fd, ' ', "protocol: TCPv6");
}

/* The tables have the path below it, with its inode. */
static int make_mptcp(void)
{
	int err = stream_three(AF_INET, AF_INET, IPPROTO_MPTCP, false, false);

	if (!err)
		err = stream_three(AF_INET6, AF_INET6, IPPROTO_MPTCP, false, false);
	return err ? err :
		     show_fd(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), ' ', "protocol: MPTCP");
}

static int udp_three(int family, int proto)
{
	int any = bound(family, SOCK_DGRAM, proto, true), here, to, err;

	if (any < 0)
		return any;
	here = bound(family, SOCK_DGRAM, proto, false);
	if (here < 0)
		return here;
	to = connected(family, SOCK_DGRAM, proto, here);
	if (to < 0)
		return to;
	err = show_inet(any);
	if (!err)
		err = show_inet(here);
	return err ? err : show_inet(to);
}

static int make_udp4(void)
{
	return udp_three(AF_INET, 0);
}

static int make_udp6(void)
{
	return udp_three(AF_INET6, 0);
}

static int make_udp_unbound(void)
{
	return show_fd(socket(AF_INET, SOCK_DGRAM, 0), ' ', "protocol: UDP");
}

static int make_udplite(void)
{
	int err = udp_three(AF_INET, IPPROTO_UDPLITE);

	return err ? err : udp_three(AF_INET6, IPPROTO_UDPLITE);
}

const struct zoo_kind zoo_internet[] = {
	{ "tcp4", make_tcp4 },
	{ "tcp6", make_tcp6 },
	{ "mapped4", make_mapped4 },
	{ "tcp-half", make_tcp_half },
	{ "tcp-bound", make_tcp_bound },
	{ "mptcp", make_mptcp },
	{ "udp4", make_udp4 },
	{ "udp6", make_udp6 },
	{ "udp-unbound", make_udp_unbound },
	{ "udplite", make_udplite },
	{ NULL, NULL },
};
