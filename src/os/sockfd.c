/* SPDX-License-Identifier: MIT */
/* Copies of other processes' sockets. */
#include "os/sockfd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/wary.h"

int sockfd_get(struct root *root, pid_t pid, int fd, uint64_t ino)
{
	struct statx st;
	long pidfd, copy;
	int err = 0;

	if (!root->live || wary(root))
		return -ENOSYS;
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return -errno;
	copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (copy < 0)
		err = -errno;
	close((int)pidfd);
	if (copy < 0)
		return err;
	/* The number may mean another file by now, and the PID another process. */
	if (statx((int)copy, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &st) < 0)
		err = -errno;
	else if (!S_ISSOCK(st.stx_mode) || st.stx_ino != ino)
		err = -ESTALE;
	if (err < 0) {
		close((int)copy);
		return err;
	}
	return (int)copy;
}

int sockfd_netns(int sockfd, uint64_t *ino, int *nsfd)
{
	struct stat st;
	int fd = ioctl(sockfd, SIOCGSKNS);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else
		*ino = st.st_ino;
	if (err == 0 && nsfd)
		*nsfd = fd;
	else
		close(fd);
	return err;
}

/* The port, or what else a protocol calls an address of its own; 0: it has none. */
static int own_port(int sockfd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_nl nl;
		struct sockaddr_storage room;
	} a = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len = sizeof(a);

	if (getsockname(sockfd, &a.any, &len) < 0)
		return -errno;
	switch (a.any.sa_family) {
	case AF_INET:
		return a.v4.sin_port != 0;
	case AF_INET6:
		return a.v6.sin6_port != 0;
	case AF_NETLINK:
		return a.nl.nl_pid != 0;
	default:
		return 1;
	}
}

int sockfd_told(int sockfd)
{
	int type, proto;
	socklen_t len = sizeof(type), plen = sizeof(proto);
	struct tcp_info info = { 0 };
	socklen_t ilen = sizeof(info);

	if (getsockopt(sockfd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    getsockopt(sockfd, SOL_SOCKET, SO_PROTOCOL, &proto, &plen) < 0)
		return -errno;
	/* Raw sockets have no port and are in their table from the beginning. */
	if (type == SOCK_RAW && proto != 0)
		return 1;
	/* A port alone does not bring a TCP socket into its table. */
	if (type == SOCK_STREAM && proto == IPPROTO_TCP)
		return getsockopt(sockfd, IPPROTO_TCP, TCP_INFO, &info, &ilen) < 0
			       ? -errno
			       : info.tcpi_state != TCP_CLOSE;
	return own_port(sockfd);
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

static int take_address(const union address *a, uint8_t family, uint32_t *words, uint16_t *port)
{
	if (a->any.sa_family != family)
		return -EAFNOSUPPORT;
	if (family == AF_INET) {
		memcpy(words, &a->v4.sin_addr, sizeof(a->v4.sin_addr));
		*port = a->v4.sin_port;
	} else {
		memcpy(words, &a->v6.sin6_addr, sizeof(a->v6.sin6_addr));
		*port = a->v6.sin6_port;
	}
	return 0;
}

static int get_number(int sockfd, int option, int *v)
{
	socklen_t len = sizeof(*v);

	return getsockopt(sockfd, SOL_SOCKET, option, v, &len) < 0 ? -errno : 0;
}

int sockfd_ends(int sockfd, struct sockends *ends)
{
	union address local = { 0 }, remote = { 0 };
	socklen_t len = sizeof(local), rlen = sizeof(remote);
	int family, proto, iface = 0;
	int r = get_number(sockfd, SO_DOMAIN, &family);

	*ends = (struct sockends){ 0 };
	if (r == 0)
		r = get_number(sockfd, SO_PROTOCOL, &proto);
	if (r < 0 || (family != AF_INET && family != AF_INET6))
		return r < 0 ? r : -EAFNOSUPPORT;
	/* Since Linux 5.0; without it the answer is another socket, or none. */
	if (get_number(sockfd, SO_BINDTOIFINDEX, &iface) == 0 && iface > 0)
		ends->iface = (uint32_t)iface;
	ends->family = (uint8_t)family;
	ends->proto = (uint8_t)proto;
	if (getsockname(sockfd, &local.any, &len) < 0)
		return -errno;
	r = take_address(&local, ends->family, ends->local, &ends->lport);
	if (r < 0)
		return r;
	if (getpeername(sockfd, &remote.any, &rlen) == 0)
		return take_address(&remote, ends->family, ends->remote, &ends->rport);
	return errno == ENOTCONN ? 0 : -errno;
}
