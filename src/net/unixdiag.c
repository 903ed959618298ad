/* SPDX-License-Identifier: MIT */
/*
 * Peers of UNIX sockets.
 *
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
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "net/msg.h"
#include "os/diag.h"

/* A machine that is so busy that it tells nothing whole is believed as it is. */
#define MAX_TRIES 4

bool unixdiag_file(struct span attrs, uint64_t *dev, uint64_t *ino)
{
	struct unix_diag_vfs file;
	struct span value;

	if (!msg_attr(attrs, UNIX_DIAG_VFS, sizeof(file), &value))
		return false;
	memcpy(&file, value.p, sizeof(file));
	/* The kernel's own dev_t: 12 bits and 20. */
	*dev = makedev(file.udiag_vfs_dev >> 20, file.udiag_vfs_dev & 0xfffff);
	*ino = file.udiag_vfs_ino;
	return true;
}

bool unixdiag_parse(struct span msg, struct unixdiag *sock)
{
	struct unix_diag_msg head;
	struct span attrs, pending;
	uint32_t peer;

	if (!msg_head(msg, &head, sizeof(head), &attrs) || head.udiag_family != AF_UNIX ||
	    !head.udiag_ino)
		return false;
	*sock = (struct unixdiag){ .ino = head.udiag_ino };
	if (msg_u32(attrs, UNIX_DIAG_PEER, &peer))
		sock->peer = peer;
	if (msg_attr(attrs, UNIX_DIAG_ICONS, sizeof(peer), &pending)) {
		sock->pending = pending.p;
		sock->npending = pending.n / sizeof(peer);
	}
	(void)unixdiag_file(attrs, &sock->file_dev, &sock->file_ino);
	return true;
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
static struct fdmap_sock *find_unix(struct socktab *t, uint32_t netns, uint64_t ino)
{
	struct fdmap_sock *sock;
	uint32_t i;

	if (!ino || !sockindex_find(&t->by_ino, &t->socks, ino, &i))
		return NULL;
	sock = socklist_at(&t->socks, i);
	return sock->table == FDMAP_UNIX && sock->netns == netns ? sock : NULL;
}

static void join_peer(struct socktab *t, uint32_t netns, const struct unixdiag *told)
{
	struct fdmap_sock *sock = find_unix(t, netns, told->ino);
	struct fdmap_sock *peer = find_unix(t, netns, told->peer);
	uint32_t ino;

	if (sock && peer) {
		if (!sock->peer)
			sock->peer = peer->ino;
		if (!peer->peer)
			peer->peer = sock->ino;
	}
	for (size_t i = 0; sock && !sock->peer && i < told->npending; i++) {
		memcpy(&ino, (const char *)told->pending + i * sizeof(ino), sizeof(ino));
		if (find_unix(t, netns, ino))
			sock->peer = ino;
	}
}

void unixdiag_join(struct socktab *t, uint32_t netns, const struct unixdiag *told)
{
	struct fdmap_sock *sock = find_unix(t, netns, told->ino);

	if (sock)
		sock->mate = told->peer;
	if (sock && told->file_ino) {
		sock->file_dev = told->file_dev;
		sock->file_ino = told->file_ino;
		sock->told |= FDMAP_TOLD_FILE;
	}
	if (sock && told->npending) {
		sock->pending = arena_memdup(&t->arena, told->pending,
					     told->npending * sizeof(*sock->pending));
		sock->npending = sock->pending ? (uint32_t)told->npending : 0;
	}
	join_peer(t, netns, told);
}

struct joined {
	struct socktab *t;
	uint32_t netns;
};

static void join_each(void *arg, const struct unixdiag *sock)
{
	const struct joined *j = arg;

	unixdiag_join(j->t, j->netns, sock);
}

static int answer_each(void *arg, const void *msg, size_t n)
{
	struct unixdiag sock;

	if (unixdiag_parse((struct span){ msg, n }, &sock))
		join_each(arg, &sock);
	return 0;
}

static void forget(struct socktab *t, uint32_t netns)
{
	for (size_t i = 0; i < t->socks.n; i++) {
		struct fdmap_sock *sock = socklist_at(&t->socks, i);

		if (sock->netns == netns && sock->table == FDMAP_UNIX) {
			sock->peer = sock->mate = 0;
			sock->npending = 0;
		}
	}
}

static int load_text(struct joined *j, const struct socksource *from)
{
	struct buf name, text;
	int r = -ENOMEM;

	buf_init(&name);
	buf_init(&text);
	if (!from->dir)
		buf_printf(&name, "%s/", from->root->self);
	buf_puts(&name, "diag/unix");
	if (!name.failed)
		r = root_read(from->root, from->dir, buf_str(&name), &text);
	if (r == 0)
		unixdiag_parse_text((struct span){ buf_str(&text), text.n }, join_each, j);
	buf_fini(&name);
	buf_fini(&text);
	return r;
}

/* The table has been told all this, but for what one socket says of another. */
static void join_told(const struct joined *j)
{
	for (size_t i = 0; i < j->t->socks.n; i++) {
		struct fdmap_sock *sock = socklist_at(&j->t->socks, i);

		if (sock->table == FDMAP_UNIX && sock->netns == j->netns)
			join_peer(j->t, j->netns,
				  &(struct unixdiag){ .ino = sock->ino, .peer = sock->mate,
						      .pending = sock->pending,
						      .npending = sock->npending });
	}
}

/*
 * Who waits to be accepted is asked for apart, of listeners only: the kernel ends an answer,
 * as if that were all, at the first socket that has too many of these for a message. The
 * first answer it makes small; what comes after may be as long as what we have room for.
 */
static int ask(struct joined *j, const struct socksource *from, bool mated)
{
	const uint32_t listeners = 1u << TCP_LISTEN;
	const struct unix_diag_req first = {
		.sdiag_family = AF_UNIX,
		.udiag_states = mated ? listeners : UINT32_MAX,
		.udiag_show = mated ? 0
				    : UDIAG_SHOW_PEER |
					      (from->files ? (uint32_t)UDIAG_SHOW_VFS : 0),
	};
	const struct unix_diag_req second = {
		.sdiag_family = AF_UNIX,
		.udiag_states = listeners,
		.udiag_show = UDIAG_SHOW_ICONS,
	};
	struct diag diag;
	int r = -EINTR;

	diag_init(&diag);
	for (int i = 0; i < MAX_TRIES && r == -EINTR; i++) {
		if (!mated)
			forget(j->t, j->netns);
		r = root_diag(from->root, &diag, &first, sizeof(first), answer_each, j);
	}
	r = r == 0 ? -EINTR : r;
	for (int i = 0; i < MAX_TRIES && r == -EINTR; i++)
		r = root_diag(from->root, &diag, &second, sizeof(second), answer_each, j);
	diag_fini(&diag);
	return r;
}

/* Who may not ask, or has a kernel without it, knows that; whoever breaks off keeps something. */
static bool broke_off(int r)
{
	return r == -ENOBUFS || r == -EAGAIN || r == -EIO || r == -EPROTO || r == -ENOSPC;
}

int unixdiag_load(struct socktab *t, const struct socksource *from)
{
	struct joined j = { t, from->netns };
	bool mated = socktab_is_mated(t, from->netns);
	int r = 0;

	atomic_fetch_add_explicit(&from->root->counts.tables, 1, memory_order_relaxed);
	/* Another procfs shows other sockets than those we could ask about. */
	if (!from->root->live)
		r = load_text(&j, from);
	else if (socksource_asks(from))
		r = ask(&j, from, mated);
	if (mated)
		join_told(&j);
	if (broke_off(r))
		r = socktab_problem(t, "sock_diag(unix)", r);
	if (arena_failed(&t->arena))
		return -ENOMEM;
	return root_exhausted(r) ? r : 0;
}
