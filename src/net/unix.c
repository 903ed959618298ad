/* SPDX-License-Identifier: MIT */
/*
 * UNIX sockets.
 *
 *	0000000030e2d501: 00000002 00000000 00010000 0001 01  5306 /tmp/zz sock
 *	pointer           refs     protocol flags    type st inode path
 *
 * Printed by unix_seq_show() in net/unix/af_unix.c. The path is everything behind
 * the one blank after the inode, written raw but for NULs, which become '@'; so an
 * abstract name leads with '@'. A newline in a path breaks the line: the row keeps
 * what stands before it, and the rest is not a row unless it was made to look like
 * one, which the text gives no means to tell. So where a line is no row, or a socket
 * is told twice, sock_diag is asked (sockload.c).
 *
 *	01 01 0a 00 ba 14 00 00 01 10 00 00 00 00 00 00	family type state, inode, cookie
 *	0f 00 00 00 2f 74 6d 70 2f 7a 7a 20 73 00 00	UNIX_DIAG_NAME: bytes, NULs included
 *
 * Filled by sk_diag_fill() in net/unix/diag.c, from the same socket: its state is one of
 * TCP's, from which the text makes what it shows.
 */
#include <errno.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/family.h"
#include "net/inet.h"
#include "net/msg.h"
#include "net/row.h"
#include "net/sockx.h"
#include "net/unixdiag.h"

#define FLAG_ACCEPTCON 0x10000u /* __SO_ACCEPTCON: it listens */

static bool hex_word(struct cursor *c, size_t digits, uint64_t *v)
{
	return row_hex(c, digits, v) && cursor_char(c, ' ');
}

/* "(____ptrval____)" stands there until the kernel has gathered its hash key. */
static bool parse_pointer(struct cursor *c, struct fdmap_sock *sock)
{
	struct span hidden;

	if (!cursor_hex(c, &sock->pointer) &&
	    !(cursor_char(c, '(') && cursor_until(c, ')', &hidden)))
		return false;
	return cursor_lit(c, ": ");
}

static bool parse_words(struct cursor *c, struct fdmap_sock *sock)
{
	uint64_t refs, proto, flags, type, state;

	if (!hex_word(c, 8, &refs) || !hex_word(c, 8, &proto) || !hex_word(c, 8, &flags) ||
	    !hex_word(c, 4, &type) || !hex_word(c, 2, &state) || type > UINT8_MAX)
		return false;
	sock->flags = (uint32_t)flags;
	sock->type = (uint8_t)type;
	sock->state = (uint8_t)state;
	return true;
}

static int unix_parse(struct span line, const struct socktext *text, struct arena *arena,
		      struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);
	struct span path;

	*sock = (struct fdmap_sock){ .table = FDMAP_UNIX, .family = (uint8_t)text->family };
	if (!parse_pointer(&c, sock) || !parse_words(&c, sock))
		return -EINVAL;
	cursor_blanks(&c);
	if (!cursor_u64(&c, &sock->ino) || (!cursor_done(&c) && !cursor_char(&c, ' ')))
		return -EINVAL;
	path = cursor_rest(&c);
	if (!path.n)
		return 0;
	sock->path = arena_strndup(arena, path.p, path.n);
	return sock->path ? 0 : -ENOMEM;
}

/* SS_* of include/uapi/linux/net.h. */
enum {
	SS_UNCONNECTED = 1,
	SS_CONNECTING,
	SS_CONNECTED,
	SS_DISCONNECTING,
};
enum {
	STATE_ESTABLISHED = 1, /* include/net/tcp_states.h */
	STATE_LISTEN = 10,
};

static void unix_ask(const struct sockdiag *d, const struct sockwish *wish, struct buf *req)
{
	struct unix_diag_req head = {
		.sdiag_family = d->family,
		.udiag_states = UINT32_MAX,
		.udiag_show = UDIAG_SHOW_NAME,
	};

	if (wish->peers)
		head.udiag_show |= UDIAG_SHOW_PEER;
	if (wish->whole)
		head.udiag_show |= UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;
	if (wish->more & FDMAP_SKMEM)
		head.udiag_show |= UDIAG_SHOW_MEMINFO;
	buf_put(req, &head, sizeof(head));
}

/* As unix_seq_show() has it: a socket that nobody holds is on its way in or out. */
static void take_state(unsigned state, struct fdmap_sock *sock)
{
	bool connected = state == STATE_ESTABLISHED;

	if (sock->ino)
		sock->state = connected ? SS_CONNECTED : SS_UNCONNECTED;
	else
		sock->state = connected ? SS_CONNECTING : SS_DISCONNECTING;
	if (state == STATE_LISTEN)
		sock->flags = FLAG_ACCEPTCON;
}

/* The last NUL of a name in the file system is not told by the text; others are '@'. */
static int take_path(struct span attrs, struct arena *arena, struct fdmap_sock *sock)
{
	struct span name;
	char *path;

	if (!msg_attr(attrs, UNIX_DIAG_NAME, 1, &name))
		return 0;
	if (name.p[0] && !name.p[name.n - 1])
		name.n--;
	path = arena_alloc(arena, name.n + 1);
	if (!path)
		return -ENOMEM;
	for (size_t i = 0; i < name.n; i++)
		path[i] = name.p[i] ? name.p[i] : '@';
	sock->path = path;
	return 0;
}

static int take_peers(struct span attrs, struct arena *arena, struct fdmap_sock *sock)
{
	struct span value;
	uint32_t mate;

	if (msg_u32(attrs, UNIX_DIAG_PEER, &mate))
		sock->mate = mate;
	if (!msg_attr(attrs, UNIX_DIAG_ICONS, sizeof(uint32_t), &value))
		return 0;
	sock->npending = (uint32_t)(value.n / sizeof(uint32_t));
	sock->pending = arena_memdup(arena, value.p, sock->npending * sizeof(uint32_t));
	return sock->pending ? 0 : -ENOMEM;
}

static void take_rest(struct span attrs, struct fdmap_sock *sock)
{
	struct unix_diag_rqlen queues;
	struct span value;
	uint32_t uid;

	if (unixdiag_file(attrs, &sock->file_dev, &sock->file_ino))
		sock->told |= FDMAP_TOLD_FILE;
	if (msg_attr(attrs, UNIX_DIAG_RQLEN, sizeof(queues), &value)) {
		memcpy(&queues, value.p, sizeof(queues));
		sock->rq = queues.udiag_rqueue;
		if (sock->flags & FLAG_ACCEPTCON) {
			sock->backlog = queues.udiag_wqueue;
			sock->told |= FDMAP_TOLD_BACKLOG;
		} else {
			sock->wq = queues.udiag_wqueue;
		}
	}
	if (msg_u32(attrs, UNIX_DIAG_UID, &uid)) {
		sock->uid = uid;
		sock->told |= FDMAP_TOLD_UID;
	}
}

static int unix_parse_msg(const struct sockdiag *d, struct span msg, struct arena *arena,
			  struct fdmap_sock *sock)
{
	struct unix_diag_msg m;
	struct span attrs;
	int err;

	if (!msg_head(msg, &m, sizeof(m), &attrs) || m.udiag_family != d->family)
		return -EINVAL;
	*sock = (struct fdmap_sock){
		.ino = m.udiag_ino,
		.table = FDMAP_UNIX,
		.family = m.udiag_family,
		.type = m.udiag_type,
		.cookie = msg_cookie(m.udiag_cookie),
		.told = FDMAP_TOLD_COOKIE,
	};
	take_state(m.udiag_state, sock);
	err = take_path(attrs, arena, sock);
	if (err == 0)
		err = take_peers(attrs, arena, sock);
	take_rest(attrs, sock);
	return err;
}

static int unix_extend_msg(const struct sockdiag *d, struct span msg, uint32_t more,
			   struct arena *arena, struct fdmap_sock *sock)
{
	struct fdmap_sockx *x = sockx_of(sock, arena);
	struct unix_diag_msg m;
	struct span attrs, shutdown;

	(void)d;
	if (!x)
		return -ENOMEM;
	if (!msg_head(msg, &m, sizeof(m), &attrs))
		return 0;
	if (more & FDMAP_SOCKX && msg_attr(attrs, UNIX_DIAG_SHUTDOWN, 1, &shutdown))
		sockx_take_shutdown((uint8_t)shutdown.p[0], x);
	if (more & FDMAP_SKMEM)
		sockx_take_mem(attrs, UNIX_DIAG_MEMINFO, x);
	return 0;
}

static void unix_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	struct buf device;

	text_copy(look->type, sizeof(look->type), "unix");
	buf_lend(&device, look->device, sizeof(look->device));
	buf_puts(&device, "0x");
	buf_put_hex(&device, sock->pointer, 16);
	look->has |= FDMAP_HAS_INODE;
	look->ino = sock->ino;
}

static const struct name_row type_names[] = {
	{ SOCK_STREAM, "STREAM" }, { SOCK_DGRAM, "DGRAM" },	    { SOCK_RAW, "RAW" },
	{ SOCK_RDM, "RDM" },	   { SOCK_SEQPACKET, "SEQPACKET" }, { SOCK_DCCP, "DCCP" },
	{ SOCK_PACKET, "PACKET" },
};

static const struct name_row state_names[] = {
	{ SS_UNCONNECTED, "UNCONNECTED" },
	{ SS_CONNECTING, "CONNECTING" },
	{ SS_CONNECTED, "CONNECTED" },
	{ SS_DISCONNECTING, "DISCONNECTING" },
};

static const char *unix_state(const struct fdmap_sock *sock)
{
	const char *name = names_find(state_names, ARRAY_LEN(state_names), sock->state);

	if (sock->flags == FLAG_ACCEPTCON)
		return "LISTEN";
	return name ? name : "UNKNOWN";
}

static void unix_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			  struct buf *out)
{
	const char *type = names_find(type_names, ARRAY_LEN(type_names), sock->type);

	(void)namer;
	(void)how;
	if (sock->path) {
		buf_puts(out, sock->path);
		buf_putc(out, ' ');
	}
	buf_puts(out, "type=");
	buf_puts(out, type ? type : "unknown");
}

static void unix_info(const struct fdmap_sock *sock, unsigned how, size_t from, struct buf *out)
{
	inet_put_info(unix_state(sock), NULL, how, from, out);
}

static const struct socktext unix_texts[] = {
	{ "unix", AF_UNIX, unix_parse, NULL },
	{ 0 },
};

static const struct sockdiag unix_diags[] = {
	{ AF_UNIX, 0, FDMAP_UNIX, unix_ask, unix_parse_msg, unix_extend_msg },
	{ 0 },
};

const struct family unix_family = {
	.name = "unix",
	.table = FDMAP_UNIX,
	/* Streams have a name of their own since Linux 5.15. */
	.protonames = (const char *const[]){ "UNIX", "UNIX-STREAM", NULL },
	.texts = unix_texts,
	.diags = unix_diags,
	.look = unix_look,
	.describe = unix_describe,
	.info = unix_info,
	.state = unix_state,
};
