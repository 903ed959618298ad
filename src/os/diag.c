/* SPDX-License-Identifier: MIT */
/*
 * Asking sock_diag over netlink: a question, then messages up to the one that says
 * that it was the last.
 *
 *	4c 00 00 00 14 00 02 00 01 00 00 00 8d 1b 00 00	length, type, flags, seq, port
 *	0a 07 00 00 ...					one socket, as its family tells it
 *	14 00 00 00 03 00 02 00 01 00 00 00 8d 1b 00 00	NLMSG_DONE
 *	00 00 00 00					0, or the error it ended with
 *
 * Sent by netlink_dump() in net/netlink/af_netlink.c. It sets NLM_F_DUMP_INTR from the
 * first message on that came after a change, so all of them are read.
 */
#include "os/diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The kernel fills one receive with up to 32 KiB, never more. */
#define BUFFER_SIZE (64 * 1024)
/* Who sends more than that in between wants that it never ends. */
#define MAX_FOREIGN 1000

/* The number that an end or an error carries: 0 or -errno; -EPROTO: none of these. */
static int told_error(const struct nlmsghdr *head)
{
	int32_t err;

	if (mnl_nlmsg_get_payload_len(head) < sizeof(err))
		return -EPROTO;
	memcpy(&err, mnl_nlmsg_get_payload(head), sizeof(err));
	return err > 0 || err < -4095 ? -EPROTO : err;
}

static int parse_message(struct diag_answer *a, const struct nlmsghdr *head, diag_each *each,
			 void *arg)
{
	int err;

	if (head->nlmsg_flags & NLM_F_DUMP_INTR)
		a->interrupted = true;
	if (head->nlmsg_type == NLMSG_DONE) {
		/* Before Linux 2.6.25 the end carried no number. */
		err = mnl_nlmsg_get_payload_len(head) ? told_error(head) : 0;
		return err ? err : a->interrupted ? -EINTR : 1;
	}
	if (head->nlmsg_type == NLMSG_ERROR) {
		err = told_error(head);
		return err ? err : -EPROTO;
	}
	if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return 0;
	err = each(arg, mnl_nlmsg_get_payload(head), mnl_nlmsg_get_payload_len(head));
	return err < 0 ? err : 0;
}

int diag_parse(struct diag_answer *a, const void *buf, size_t n, diag_each *each, void *arg)
{
	const char *at = buf;

	/* mnl_nlmsg_ok believes lengths above INT_MAX. */
	for (size_t len; n >= MNL_NLMSG_HDRLEN; at += len, n -= len) {
		const struct nlmsghdr *head = (const void *)at;
		int r;

		if (head->nlmsg_len < MNL_NLMSG_HDRLEN || head->nlmsg_len > n)
			return -EPROTO;
		len = MNL_ALIGN((size_t)head->nlmsg_len);
		len = len < n ? len : n;
		r = head->nlmsg_seq == a->seq ? parse_message(a, head, each, arg) : 0;
		if (r)
			return r;
	}
	return 0;
}

void diag_init(struct diag *d)
{
	*d = (struct diag){ 0 };
}

void diag_fini(struct diag *d)
{
	if (d->nl)
		(void)mnl_socket_close(d->nl);
	free(d->buf);
	diag_init(d);
}

static int open_netlink(struct diag *d)
{
	/* The kernel answers at once; whoever sits between may not. */
	const struct timeval patience = { .tv_sec = 2 };

	d->nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!d->nl)
		return -errno;
	if (setsockopt(mnl_socket_get_fd(d->nl), SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0 ||
	    mnl_socket_bind(d->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	d->buf = malloc(BUFFER_SIZE);
	return d->buf ? 0 : -ENOMEM;
}

static int send_question(struct diag *d, uint16_t flags, const void *req, size_t n)
{
	const size_t len = MNL_NLMSG_HDRLEN + MNL_ALIGN(n);
	struct nlmsghdr *head;

	if (len > BUFFER_SIZE)
		return -EMSGSIZE;
	memset(d->buf, 0, len);
	head = mnl_nlmsg_put_header(d->buf);
	head->nlmsg_len = (uint32_t)len;
	head->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	head->nlmsg_flags = NLM_F_REQUEST | flags;
	head->nlmsg_seq = ++d->seq;
	memcpy(mnl_nlmsg_get_payload(head), req, n);
	return mnl_socket_sendto(d->nl, head, len) < 0 ? -errno : 0;
}

/*
 * What the kernel sent, and nobody else: who rules a network namespace may send to all
 * sockets in it, also to ours while we are there. > 0; or -errno.
 */
static ssize_t receive(struct diag *d)
{
	for (unsigned i = 0; i < MAX_FOREIGN; i++) {
		struct sockaddr_nl from = { 0 };
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(mnl_socket_get_fd(d->nl), d->buf, BUFFER_SIZE, MSG_TRUNC,
				     (struct sockaddr *)&from, &len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n < 0 || len != sizeof(from) || from.nl_pid != 0)
			continue;
		if (n > BUFFER_SIZE)
			return -ENOSPC;
		return n ? n : -EPROTO;
	}
	return -EPROTO;
}

static int read_answers(struct diag *d, diag_each *each, void *arg, uint64_t *bytes)
{
	struct diag_answer a = { .seq = d->seq };
	int r = 0;

	while (r == 0) {
		ssize_t n = receive(d);

		if (n < 0)
			return (int)n;
		*bytes += (uint64_t)n;
		r = diag_parse(&a, d->buf, (size_t)n, each, arg);
	}
	return r;
}

int diag_dump(struct diag *d, const void *req, size_t n, diag_each *each, void *arg,
	      uint64_t *bytes)
{
	int r = d->nl ? 0 : open_netlink(d);

	if (r == 0)
		r = send_question(d, NLM_F_DUMP, req, n);
	if (r == 0)
		r = read_answers(d, each, arg, bytes);
	/* What was left unread would be taken for the next answer, or stand in its way. */
	if (r < 0 && r != -EINTR)
		diag_fini(d);
	return r > 0 ? 0 : r;
}

int diag_one(struct diag *d, const void *req, size_t n, diag_each *each, void *arg,
	     uint64_t *bytes)
{
	struct diag_answer a = { .seq = 0 };
	ssize_t got;
	int r = d->nl ? 0 : open_netlink(d);

	if (r == 0)
		r = send_question(d, 0, req, n);
	got = r == 0 ? receive(d) : r;
	if (got < 0) {
		diag_fini(d);
		return (int)got;
	}
	*bytes += (uint64_t)got;
	a.seq = d->seq;
	/* No message says that it was the last: there is but one. */
	r = diag_parse(&a, d->buf, (size_t)got, each, arg);
	return r > 0 ? -EPROTO : r;
}
