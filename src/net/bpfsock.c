/* SPDX-License-Identifier: MIT */
/*
 * A record of src/bpf/sockets.bpf.c becomes what the tables would tell of that socket:
 * inetdiag.c, inet.c, unix.c, netlink.c and packet.c say what that is.
 */
#include "net/bpfsock.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "net/sockadd.h"

#define FLAG_ACCEPTCON 0x10000u /* unix: __SO_ACCEPTCON, it listens */
#define NO_INTERFACE UINT32_MAX /* packet: what it was bound to is gone */

enum {
	/* include/net/tcp_states.h */
	STATE_ESTABLISHED = 1,
	STATE_LISTEN = 10,
	/* include/uapi/linux/net.h */
	SS_UNCONNECTED = 1,
	SS_CONNECTED = 3,
};

/* NULL: it is a record of something else. */
static const struct bpf_socket *socket_in(const struct bpf_head *h)
{
	const struct bpf_file *f = (const void *)h;
	const struct bpf_socket *s = (const void *)(f + 1);

	if (h->fd < 0 || h->kind || h->size < sizeof(*f) + sizeof(*s) || !f->sock)
		return NULL;
	return s->path <= h->size - sizeof(*f) - sizeof(*s) ? s : NULL;
}

/* The table that has such a socket; FDMAP_SOCK_TABLES: none of those that are read whole. */
static enum fdmap_sock_table inet_table(const struct bpf_socket *s)
{
	const uint16_t ping = s->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;

	if (s->type == SOCK_RAW)
		return FDMAP_RAW;
	if (s->type == SOCK_STREAM && (s->proto == IPPROTO_TCP || s->flags & BPF_SOCK_SUBFLOW))
		return FDMAP_TCP;
	if (s->type != SOCK_DGRAM)
		return FDMAP_SOCK_TABLES;
	if (s->proto == IPPROTO_UDP)
		return FDMAP_UDP;
	if (s->proto == IPPROTO_UDPLITE)
		return FDMAP_UDPLITE;
	return s->proto == ping ? FDMAP_ICMP : FDMAP_SOCK_TABLES;
}

static enum fdmap_sock_table table_of(const struct bpf_socket *s)
{
	/* Bound to nothing, or just unbound again: the kernel does not list it. */
	if (!(s->flags & BPF_SOCK_TABLED))
		return FDMAP_SOCK_TABLES;
	switch (s->family) {
	case AF_INET:
	case AF_INET6:
		return inet_table(s);
	case AF_UNIX:
		return FDMAP_UNIX;
	case AF_NETLINK:
		return FDMAP_NETLINK;
	case AF_PACKET:
		return FDMAP_PACKET;
	default:
		return FDMAP_SOCK_TABLES;
	}
}

static void take_inet(const struct bpf_socket *s, bool diag, struct fdmap_sock *sock)
{
	const size_t n = s->family == AF_INET6 ? sizeof(sock->laddr.v6) : sizeof(sock->laddr.v4);

	memcpy(&sock->laddr, s->laddr, n);
	memcpy(&sock->raddr, s->raddr, n);
	sock->state = s->state;
	sock->lport = s->lport;
	sock->rport = s->rport;
	sock->rq = s->rq;
	sock->wq = s->wq;
	if (sock->table == FDMAP_RAW) {
		sock->proto = s->lport;
		sock->rport = 0;
	} else if (sock->table == FDMAP_TCP) {
		sock->proto = IPPROTO_TCP;
	}
	if (diag && sock->table == FDMAP_TCP && s->state == STATE_LISTEN) {
		sock->backlog = s->backlog;
		sock->told |= FDMAP_TOLD_BACKLOG;
	}
}

/* A text has it up to the end of the line. The last NUL of a name in the file system is no part. */
static int take_path(const struct bpf_socket *s, bool diag, struct arena *arena,
		     struct fdmap_sock *sock)
{
	const char *name = (const char *)(s + 1), *newline;
	size_t n = s->path;
	char *path;

	if (!n)
		return 0;
	if (name[0] && !name[n - 1])
		n--;
	newline = diag ? NULL : memchr(name, '\n', n);
	if (newline)
		n = (size_t)(newline - name);
	path = arena_alloc(arena, n + 1);
	if (!path)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		path[i] = name[i] ? name[i] : '@';
	sock->path = n ? path : NULL;
	return 0;
}

/* Sixteen digits; hidden: 0 */
static uint64_t pointer_of(const struct bpf_socket *s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < sizeof(s->pointer); i++) {
		const char c = s->pointer[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return 0;
	}
	return v;
}

static int take_unix(const struct bpf_socket *s, const struct bpfsock_wish *wish, bool diag,
		     struct arena *arena, struct fdmap_sock *sock)
{
	sock->proto = 0;
	/* Who has a descriptor is neither on its way in nor out. */
	sock->state = s->state == STATE_ESTABLISHED ? SS_CONNECTED : SS_UNCONNECTED;
	sock->flags = s->state == STATE_LISTEN ? FLAG_ACCEPTCON : 0;
	if (wish->peers)
		sock->mate = s->peer;
	if (!diag) {
		sock->pointer = pointer_of(s);
	} else if (wish->whole) {
		sock->rq = s->rq;
		sock->wq = s->wq;
		sock->uid = s->uid;
		sock->told |= FDMAP_TOLD_UID;
		if (s->state == STATE_LISTEN) {
			sock->backlog = s->backlog;
			sock->told |= FDMAP_TOLD_BACKLOG;
		}
		if (s->file_ino) {
			sock->file_ino = s->file_ino;
			sock->file_dev = makedev(s->file_dev >> 20, s->file_dev & 0xfffff);
			sock->told |= FDMAP_TOLD_FILE;
		}
	}
	return take_path(s, diag, arena, sock);
}

static void take_netlink(const struct bpf_socket *s, bool diag, struct fdmap_sock *sock)
{
	/* The text does not say which of two types that mean the same. */
	if (!diag)
		sock->type = SOCK_RAW;
	sock->lport32 = s->portid;
	sock->rq = s->rq;
	sock->wq = s->wq;
	sock->told |= FDMAP_TOLD_PORTID;
}

static void take_packet(const struct bpf_socket *s, struct fdmap_sock *sock)
{
	sock->ifindex = s->ifindex == NO_INTERFACE ? 0 : s->ifindex;
	sock->rq = s->rq;
}

static void take_owner(const struct bpf_socket *s, struct fdmap_sock *sock)
{
	if (s->cookie) {
		sock->cookie = s->cookie;
		sock->told |= FDMAP_TOLD_COOKIE;
	}
	if (sock->table != FDMAP_NETLINK && sock->table != FDMAP_UNIX) {
		sock->uid = s->uid;
		sock->told |= FDMAP_TOLD_UID;
	}
}

int parse_bpfsock(const struct bpf_head *h, const struct bpfsock_wish *wish, struct arena *arena,
		  struct fdmap_sock *sock)
{
	const struct bpf_socket *s = socket_in(h);
	enum fdmap_sock_table table = s ? table_of(s) : FDMAP_SOCK_TABLES;
	bool diag;

	if (table == FDMAP_SOCK_TABLES || s->type > UINT8_MAX || !h->ino)
		return -EINVAL;
	/* There is no sock_diag of ping sockets. */
	diag = wish->diag & FAMILY_BIT(table) && table != FDMAP_ICMP;
	memset(sock, 0, sizeof(*sock));
	sock->ino = h->ino;
	sock->table = (uint8_t)table;
	sock->family = (uint8_t)s->family;
	sock->type = (uint8_t)s->type;
	sock->proto = s->proto;
	if (diag)
		take_owner(s, sock);
	if (table == FDMAP_UNIX)
		return take_unix(s, wish, diag, arena, sock);
	if (table == FDMAP_NETLINK)
		take_netlink(s, diag, sock);
	else if (table == FDMAP_PACKET)
		take_packet(s, sock);
	else
		take_inet(s, diag, sock);
	return 0;
}

static bool is_port(const struct sockfilter *filter, uint16_t port)
{
	for (size_t i = 0; i < filter->nports; i++)
		if (port >= filter->ports[i].lo && port <= filter->ports[i].hi)
			return true;
	return false;
}

/* As inetdiag_ask() has the kernel do it. */
static bool passes(const struct fdmap_sock *sock, const struct sockfilter *filter)
{
	const uint32_t bit = FAMILY_BIT(sock->table);

	if (!(bit & (FAMILY_INET | FAMILY_BIT(FDMAP_RAW))))
		return true;
	if (sock->state < 32 && !(filter->states[sock->table] >> sock->state & 1))
		return false;
	return !filter->nports || !(bit & FAMILY_INET) || is_port(filter, sock->lport) ||
	       is_port(filter, sock->rport);
}

static bool is_wanted(const struct fdmap_sock *sock, const struct bpfsock_wish *wish)
{
	const uint32_t bit = FAMILY_BIT(sock->table);

	if (!(wish->families & bit))
		return false;
	if (wish->families & FAMILY_NO_RAW6 && sock->table == FDMAP_RAW && sock->family == AF_INET6)
		return false;
	return !wish->filter || !(wish->diag & bit) || passes(sock, wish->filter);
}

int socktab_add_bpf(struct socktab *t, const struct bpf_head *h, const struct bpfsock_wish *wish)
{
	/* All that is there stays. */
	static const struct sockadd how = { SIZE_MAX, SIZE_MAX, false };
	const struct arena_mark mark = arena_mark(&t->arena);
	struct fdmap_sock sock;
	int r;

	/* Most of those that are shared have a record for each holder. */
	if (h->fd < 0 || socktab_find(t, h->ino))
		return 1;
	r = parse_bpfsock(h, wish, &t->arena, &sock);
	if (r == -EINVAL)
		return 1;
	if (r < 0)
		return r;
	r = 1;
	if (is_wanted(&sock, wish) && wish->netns(wish->ctx, socket_in(h)->netns, &sock.netns))
		r = socktab_add(t, &how, &sock);
	if (r > 0)
		arena_rewind(&t->arena, mark);
	return r;
}

int socktab_end_bpf(struct socktab *t, const struct bpfsock_wish *wish, uint32_t netns)
{
	const bool told = wish->peers && wish->families & FAMILY_BIT(FDMAP_UNIX);

	return told && !socktab_is_mated(t, netns) ? socktab_note_mated(t, netns) : 0;
}
