/* SPDX-License-Identifier: MIT */
/* Asking over netlink: one question, answers until each() has had enough. */
#include "os/diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The kernel fills a buffer of up to 32 KiB with one answer. */
#define BUFFER_SIZE (64 * 1024)

static int ask(const struct mnl_socket *nl, uint32_t show)
{
	char buf[MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct unix_diag_req))];
	struct nlmsghdr *head = mnl_nlmsg_put_header(buf);
	struct unix_diag_req *req;

	head->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	head->nlmsg_seq = 1;
	req = mnl_nlmsg_put_extra_header(head, sizeof(*req));
	req->sdiag_family = AF_UNIX;
	req->udiag_states = UINT32_MAX;
	req->udiag_show = show;
	return mnl_socket_sendto(nl, head, head->nlmsg_len) < 0 ? -errno : 0;
}

static int listen_to(const struct mnl_socket *nl, char *buf, diag_each *each, void *arg)
{
	for (;;) {
		ssize_t n = mnl_socket_recvfrom(nl, buf, BUFFER_SIZE);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPROTO;
		r = each(arg, buf, (size_t)n);
		if (r)
			return r < 0 ? r : 0;
	}
}

int diag_unix(uint32_t show, diag_each *each, void *arg)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	/* The kernel answers at once; whoever sits between may not. */
	const struct timeval patience = { .tv_sec = 2 };
	char *buf;
	int r;

	if (!nl)
		return -errno;
	buf = malloc(BUFFER_SIZE);
	r = buf ? 0 : -ENOMEM;
	if (r == 0 && setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &patience,
				 sizeof(patience)) < 0)
		r = -errno;
	if (r == 0 && mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		r = -errno;
	if (r == 0)
		r = ask(nl, show);
	if (r == 0)
		r = listen_to(nl, buf, each, arg);
	free(buf);
	(void)mnl_socket_close(nl);
	return r;
}
