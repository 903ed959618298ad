/* SPDX-License-Identifier: MIT */
/*
 * Peers of UNIX sockets.
 *
 *	30 00 00 00 14 00 02 00 01 00 00 00 8d 1b 00 00	length, type, flags, seq, port
 *	01 01 01 00 87 c4 b0 00 04 10 00 00 00 00 00 00	family type state, inode, cookie
 *	08 00 02 00 88 c4 b0 00				UNIX_DIAG_PEER: its inode
 *	05 00 06 00 00 00 00 00				UNIX_DIAG_SHUTDOWN
 *
 * Sent by sk_diag_fill() in net/unix/diag.c, for UDIAG_SHOW_PEER and _ICONS;
 * these are bits, the attributes are numbered on their own. The peer of a socket
 * that waits to be accepted has no inode yet and is told as 0; the listener's
 * UNIX_DIAG_ICONS name those that wait. Only the one that connected a datagram
 * socket has a peer; the other end is told here that it has this one, as lsof
 * does it: the first that says so.
 */
#include "net/unixdiag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "os/diag.h"

/* A machine that is so busy that it tells nothing whole is believed as it is. */
#define MAX_TRIES 4

static void parse_socket(const struct nlmsghdr *head, unixdiag_each *each, void *arg)
{
	const struct unix_diag_msg *msg = mnl_nlmsg_get_payload(head);
	const struct nlattr *attr, *first = (const void *)(msg + 1);
	struct unixdiag sock = { 0 };
	uint32_t peer;

	if (mnl_nlmsg_get_payload_len(head) < sizeof(*msg) || msg->udiag_family != AF_UNIX)
		return;
	sock.ino = msg->udiag_ino;
	mnl_attr_for_each_payload(first, mnl_nlmsg_get_payload_len(head) - sizeof(*msg)) {
		size_t n = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) == UNIX_DIAG_PEER && n >= sizeof(peer)) {
			memcpy(&peer, mnl_attr_get_payload(attr), sizeof(peer));
			sock.peer = peer;
		} else if (mnl_attr_get_type(attr) == UNIX_DIAG_ICONS) {
			sock.pending = mnl_attr_get_payload(attr);
			sock.npending = n / sizeof(uint32_t);
		}
	}
	if (sock.ino)
		each(arg, &sock);
}

static int told_error(const struct nlmsghdr *head)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(head);

	if (mnl_nlmsg_get_payload_len(head) < sizeof(*err) || err->error >= 0)
		return -EPROTO;
	return err->error < -4095 ? -EPROTO : err->error;
}

int unixdiag_parse(const void *buf, size_t n, unixdiag_each *each, void *arg)
{
	const char *at = buf;

	/* mnl_nlmsg_ok believes lengths above INT_MAX. */
	for (size_t len; n >= MNL_NLMSG_HDRLEN; at += len, n -= len) {
		const struct nlmsghdr *head = (const void *)at;

		if (head->nlmsg_len < MNL_NLMSG_HDRLEN || head->nlmsg_len > n)
			break;
		len = MNL_ALIGN((size_t)head->nlmsg_len);
		len = len < n ? len : n;
		if (head->nlmsg_flags & NLM_F_DUMP_INTR)
			return -EINTR;
		if (head->nlmsg_type == NLMSG_DONE)
			return 1;
		if (head->nlmsg_type == NLMSG_ERROR)
			return told_error(head);
		if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY)
			parse_socket(head, each, arg);
	}
	return 0;
}

static bool take_inode(struct cursor *c, uint32_t *ino)
{
	cursor_blanks(c);
	return cursor_u32(c, ino);
}

void unixdiag_parse_text(struct span text, unixdiag_each *each, void *arg)
{
	struct cursor c = cursor_span(text);
	struct span line;

	while (cursor_line(&c, &line, NULL)) {
		struct cursor l = cursor_span(line);
		uint32_t ino, peer, pending[16];
		struct unixdiag sock = { .pending = pending };

		if (!take_inode(&l, &ino) || !take_inode(&l, &peer) || !ino)
			continue;
		sock.ino = ino;
		sock.peer = peer;
		while (sock.npending < ARRAY_LEN(pending) &&
		       take_inode(&l, &pending[sock.npending]))
			sock.npending++;
		each(arg, &sock);
	}
}

/* Of another family, another namespace, or come since: not ours. */
static struct fdmap_sock *find_unix(struct socktab *t, uint64_t ino)
{
	uint32_t i;

	if (!ino || !hash_find(&t->by_ino, ino, &i) || t->v[i].table != FDMAP_UNIX)
		return NULL;
	return &t->v[i];
}

void unixdiag_join(struct socktab *t, const struct unixdiag *told)
{
	struct fdmap_sock *sock = find_unix(t, told->ino), *peer = find_unix(t, told->peer);
	uint32_t ino;

	if (sock && peer) {
		if (!sock->peer)
			sock->peer = peer->ino;
		if (!peer->peer)
			peer->peer = sock->ino;
	}
	for (size_t i = 0; sock && !sock->peer && i < told->npending; i++) {
		memcpy(&ino, (const char *)told->pending + i * sizeof(ino), sizeof(ino));
		if (find_unix(t, ino))
			sock->peer = ino;
	}
}

static void join_each(void *arg, const struct unixdiag *sock)
{
	unixdiag_join(arg, sock);
}

static int answer_each(void *arg, const void *buf, size_t n)
{
	return unixdiag_parse(buf, n, join_each, arg);
}

static void forget(struct socktab *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->v[i].peer = 0;
}

static void load_text(struct socktab *t, struct root *root)
{
	struct buf name, text;

	buf_init(&name);
	buf_init(&text);
	buf_printf(&name, "%s/diag/unix", root->self);
	if (!name.failed && root_read(root, NULL, buf_str(&name), &text) == 0)
		unixdiag_parse_text((struct span){ buf_str(&text), text.n }, join_each, t);
	buf_fini(&name);
	buf_fini(&text);
}

void unixdiag_load(struct socktab *t, struct root *root)
{
	const uint32_t show = UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS;
	int r = -EINTR;

	atomic_fetch_add_explicit(&root->counts.tables, 1, memory_order_relaxed);
	/* Another procfs shows other sockets than those we could ask about. */
	if (!root->live) {
		load_text(t, root);
		return;
	}
	for (int i = 0; i < MAX_TRIES && r == -EINTR; i++) {
		forget(t);
		r = diag_unix(show, answer_each, t);
	}
}
