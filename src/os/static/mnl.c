/* SPDX-License-Identifier: MIT */
/*
 * The calls of libmnl that os/diag.c makes, for a program that is linked statically: Debian
 * has no archive of that library. What they promise stands in libmnl(7).
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct mnl_socket {
	int fd;
};

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	struct mnl_socket *nl = malloc(sizeof(*nl));

	if (!nl)
		return NULL;
	nl->fd = socket(AF_NETLINK, SOCK_RAW | flags, bus);
	if (nl->fd < 0) {
		int err = errno;

		free(nl);
		errno = err;
		return NULL;
	}
	return nl;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	int r = close(nl->fd);

	free(nl);
	return r;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	const struct sockaddr_nl self = {
		.nl_family = AF_NETLINK,
		.nl_groups = groups,
		.nl_pid = (uint32_t)pid,
	};

	return bind(nl->fd, (const struct sockaddr *)&self, sizeof(self));
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return nl->fd;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *req, size_t n)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(nl->fd, req, n, 0, (const struct sockaddr *)&kernel, sizeof(kernel));
}

struct nlmsghdr *mnl_nlmsg_put_header(void *buf)
{
	struct nlmsghdr *head = buf;

	memset(head, 0, MNL_NLMSG_HDRLEN);
	head->nlmsg_len = MNL_NLMSG_HDRLEN;
	return head;
}

size_t mnl_nlmsg_get_payload_len(const struct nlmsghdr *head)
{
	return head->nlmsg_len - MNL_NLMSG_HDRLEN;
}

void *mnl_nlmsg_get_payload(const struct nlmsghdr *head)
{
	return (char *)(uintptr_t)head + MNL_NLMSG_HDRLEN;
}
