/* SPDX-License-Identifier: MIT */
/*
 * What connects two descriptors, and which way. The answer must be the same from both
 * sides, so that a thing that two rows tell of is counted once.
 */
#include "out/graph.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "base/util.h"

/* include/net/tcp_states.h */
enum { CLOSE = 7, LISTEN = 10 };

/* Where the kernel's own choice of ports begins: net.ipv4.ip_local_port_range. */
#define PORTS_CHOSEN 32768
/* drivers/tty/pty.c: slaves have eight major numbers, of 256 each. */
#define PTY_SLAVE_MAJOR 136
#define ACCEPTS (1u << 16) /* __SO_ACCEPTCON */

static const char *inet_name(const struct fdmap_sock *sock)
{
	static const char *const names[FDMAP_SOCK_TABLES] = {
		[FDMAP_TCP] = "tcp",	 [FDMAP_UDP] = "udp",	[FDMAP_UDPLITE] = "udplite",
		[FDMAP_MPTCP] = "mptcp", [FDMAP_SCTP] = "sctp",
	};

	return sock->table < FDMAP_SOCK_TABLES ? names[sock->table] : NULL;
}

bool graph_serves(const struct fdmap_sock *sock)
{
	if (!inet_name(sock) || sock->rport || !sock->lport)
		return false;
	/* A datagram socket that got its port from the kernel waits for answers only. */
	return sock->type == SOCK_DGRAM ? sock->lport < PORTS_CHOSEN : sock->state == LISTEN;
}

uint64_t graph_port_key(const struct fdmap_sock *sock, uint16_t port)
{
	return (uint64_t)sock->netns << 32 | (uint64_t)sock->table << 16 | port;
}

static bool is_any(const struct fdmap_sock *sock)
{
	if (sock->family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&sock->laddr.v6);
	return sock->laddr.v4.s_addr == INADDR_ANY;
}

/* An IPv4 address in an IPv6 socket is an IPv4 address. */
static void put_address(const struct fdmap_sock *sock, bool remote, struct buf *out)
{
	const struct in6_addr *v6 = remote ? &sock->raddr.v6 : &sock->laddr.v6;
	const void *v4 = remote ? &sock->raddr.v4 : &sock->laddr.v4;
	bool mapped = sock->family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(v6);
	char text[INET6_ADDRSTRLEN];

	if (sock->family == AF_INET6 && !mapped) {
		if (inet_ntop(AF_INET6, v6, text, sizeof(text)))
			buf_printf(out, "[%s]", text);
	} else if (inet_ntop(AF_INET, mapped ? &v6->s6_addr[12] : v4, text, sizeof(text))) {
		buf_puts(out, text);
	}
}

void graph_put_server(const struct fdmap_sock *sock, struct buf *out)
{
	buf_puts(out, inet_name(sock));
	buf_putc(out, ' ');
	if (is_any(sock))
		buf_putc(out, '*');
	else
		put_address(sock, false, out);
	buf_printf(out, ":%u", sock->lport);
}

/* ---- Internet sockets ------------------------------------------------------------- */

/* Does one of the two listen? 1: the far one, -1: the near one, 0: nobody knows. */
static int inet_way(const struct graph *g, const struct fdmap_sock *near,
		    const struct fdmap_sock *far, uint16_t nearport, uint16_t farport)
{
	bool a = !near->rport || hash_find(&g->serving, graph_port_key(near, nearport), NULL);
	bool b = far && (!far->rport ||
			 hash_find(&g->serving, graph_port_key(far, farport), NULL));

	if (a != b)
		return b ? 1 : -1;
	/* What the kernel chose for a client, against what a server is known by. */
	if ((nearport < PORTS_CHOSEN) != (farport < PORTS_CHOSEN))
		return farport < PORTS_CHOSEN ? 1 : -1;
	return 0;
}

/* The port of whoever listens; where nobody knows, no port: there may be thousands of pairs. */
static void put_inet(const struct fdmap_sock *sock, int way, uint16_t nearport, uint16_t farport,
		     struct buf *label)
{
	buf_puts(label, inet_name(sock));
	if (way)
		buf_printf(label, " :%u", way > 0 ? farport : nearport);
}

static bool relate_inet(const struct graph *g, const struct fdmap_sock *near,
			const struct fdmap_sock *far, const struct fdmap_end *end,
			struct graph_way *w, struct buf *label)
{
	uint16_t nearport = near->lport, farport = far ? far->lport : near->rport;

	if (!inet_name(near) || (far && !inet_name(far)))
		return false;
	/* The listener of what it has not accepted yet. */
	if (end->pending)
		w->way = near->rport ? 1 : -1;
	else
		w->way = inet_way(g, near, far, nearport, farport);
	put_inet(near, w->way, nearport, farport, label);
	return true;
}

bool graph_relate_address(const struct graph *g, const struct fdmap_sock *sock,
			  struct graph_way *w, struct buf *label, struct buf *address)
{
	if (!inet_name(sock) || !sock->rport || sock->state == LISTEN || sock->state == CLOSE)
		return false;
	w->way = inet_way(g, sock, NULL, sock->lport, sock->rport);
	w->id[0] = sock->ino;
	w->id[1] = 0;
	put_inet(sock, w->way, sock->lport, sock->rport, label);
	put_address(sock, true, address);
	if (w->way > 0)
		buf_printf(address, ":%u", sock->rport);
	return true;
}

/* ---- UNIX sockets ------------------------------------------------------------------ */

static int unix_way(const struct fdmap_sock *near, const struct fdmap_sock *far,
		    const struct fdmap_end *end)
{
	bool there, back;

	if (near->flags & ACCEPTS || (far && far->flags & ACCEPTS))
		return near->flags & ACCEPTS ? -1 : 1;
	if (end->pending)
		return 1;
	/* Who sends to nobody is sent to; who has accepted has the listener's name. */
	if (!far && near->type == SOCK_DGRAM)
		return near->mate ? 0 : -1;
	if (!far)
		return near->path ? -1 : 0;
	there = near->mate && near->mate == far->ino;
	back = far->mate && far->mate == near->ino;
	if (there != back)
		return there ? 1 : -1;
	if (!near->path == !far->path)
		return 0;
	return far->path ? 1 : -1;
}

static bool relate_unix(const struct fdmap_sock *near, const struct fdmap_sock *far,
			const struct fdmap_end *end, struct graph_way *w, struct buf *label)
{
	const char *a = near->path, *b = far ? far->path : NULL, *path;

	w->way = unix_way(near, far, end);
	if (!a || !b)
		path = a ? a : b;
	else if (w->way)
		path = w->way > 0 ? b : a;
	else
		path = strcmp(a, b) < 0 ? a : b;
	buf_puts(label, "unix");
	if (path)
		buf_printf(label, " %s", path);
	return true;
}

static bool relate_sockets(const struct graph *g, const struct fdmap_sock *near,
			   const struct fdmap_sock *far, const struct fdmap_end *end,
			   struct graph_way *w, struct buf *label)
{
	uint64_t other = far ? far->ino : 0;

	w->id[0] = near->ino < other ? near->ino : other;
	w->id[1] = near->ino < other ? other : near->ino;
	if (near->table == FDMAP_UNIX)
		return relate_unix(near, far && far->table == FDMAP_UNIX ? far : NULL, end, w,
				   label);
	return relate_inet(g, near, far, end, w, label);
}

/* ---- what is no socket --------------------------------------------------------------- */

static bool can(char access, char what)
{
	return access == what || access == 'u' || access == ' ' || !access;
}

/* From who writes to who reads; both may do both: neither way. */
static bool pipe_way(char near, char far, int *way)
{
	bool there = can(near, 'w') && can(far, 'r'), back = can(near, 'r') && can(far, 'w');

	*way = there - back;
	return there || back;
}

static void put_path(const char *what, const struct fdmap_file *f, struct buf *label)
{
	static const char gone[] = " (deleted)";
	size_t n = f->path ? strlen(f->path) : 0, cut = sizeof(gone) - 1;

	if (n > cut && strcmp(f->path + n - cut, gone) == 0)
		n -= cut;
	buf_puts(label, what);
	if (n) {
		buf_putc(label, ' ');
		buf_put(label, f->path, n);
	}
}

static void identify(const struct fdmap_file *f, struct graph_way *w)
{
	w->id[0] = f->stat ? f->stat->ino : f->ino;
	w->id[1] = f->stat ? f->stat->dev : 0;
}

void graph_identify(const struct fdmap_file *f, struct graph_way *w, struct buf *name)
{
	const struct fdmap_file_more *more = fdmap_more(f);

	if (f->kind == FDMAP_KIND_ANON) {
		w->id[0] = more->anon ? more->anon->id : 0;
		w->id[1] = 0;
		buf_printf(name, "eventfd %" PRIu64, w->id[0]);
	} else if (f->kind == FDMAP_KIND_PIPE && !(f->path && *f->path == '/')) {
		w->id[0] = f->ino;
		w->id[1] = 0;
		buf_printf(name, "pipe %" PRIu64, w->id[0]);
	} else {
		identify(f, w);
		put_path(f->kind == FDMAP_KIND_PIPE ? "fifo" : "mqueue", f, name);
	}
}

/* A thing may be known by two names: that of the lesser PID counts. */
static const struct fdmap_file *named(const struct graph_row *row, const struct graph_row *far)
{
	return far && far->proc->pid < row->proc->pid ? far->file : row->file;
}

static bool relate_pipe(const struct graph_row *row, const struct graph_row *far,
			const struct fdmap_end *end, struct graph_way *w, struct buf *label)
{
	const struct fdmap_file *f = row->file;

	if (f->path && *f->path == '/') {
		identify(f, w);
		put_path("fifo", named(row, far), label);
	} else {
		/* Whether it was asked or not: the link tells the inode. */
		w->id[0] = f->ino;
		buf_puts(label, "pipe");
	}
	return pipe_way(f->access, end->access, &w->way);
}

static bool relate_pty(const struct fdmap_file *f, struct graph_way *w, struct buf *label)
{
	const struct fdmap_file_more *more = fdmap_more(f);

	if (more->has_pty)
		w->id[0] = more->pty;
	else if (f->stat && major(f->stat->rdev) >= PTY_SLAVE_MAJOR)
		w->id[0] = (uint64_t)(major(f->stat->rdev) - PTY_SLAVE_MAJOR) << 8 |
			   minor(f->stat->rdev);
	else
		return false;
	buf_printf(label, "pty %u", (unsigned)w->id[0]);
	return true;
}

bool graph_relate(const struct graph *g, const struct graph_row *row, const struct fdmap_end *end,
		  struct graph_way *w, struct buf *label)
{
	const struct fdmap_file *f = row->file;
	const struct fdmap_file_more *more = fdmap_more(f);
	const struct graph_row *far = NULL;
	uint32_t at;

	*w = (struct graph_way){ 0 };
	if (hash_find(&g->held, (uint64_t)end->pid << 32 | (uint32_t)end->fd, &at))
		far = &g->rows[at];
	switch ((enum fdmap_kind_id)f->kind) {
	case FDMAP_KIND_SOCKET:
		return f->sock && relate_sockets(g, f->sock, far ? far->file->sock : NULL, end, w,
						 label);
	case FDMAP_KIND_PIPE:
		return relate_pipe(row, far, end, w, label);
	case FDMAP_KIND_DEVICE:
		return relate_pty(f, w, label);
	case FDMAP_KIND_MQUEUE:
		identify(f, w);
		put_path("mqueue", named(row, far), label);
		return true;
	case FDMAP_KIND_ANON:
		w->id[0] = more->anon ? more->anon->id : 0;
		buf_puts(label, "eventfd");
		return true;
	case FDMAP_KIND_UNKNOWN:
	case FDMAP_KIND_FILE:
	case FDMAP_KIND_PIDFD:
	case FDMAP_KIND_NS:
	case FDMAP_KIND_FAILED:
	case FDMAP_KIND_EXEMPT:
		break;
	}
	return false;
}
