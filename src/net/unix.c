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
 * one, which the text gives no means to tell.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/family.h"
#include "net/inet.h"
#include "net/row.h"

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

static void unix_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	(void)snprintf(look->type, sizeof(look->type), "unix");
	(void)snprintf(look->device, sizeof(look->device), "0x%016" PRIx64, sock->pointer);
	look->has |= FDMAP_HAS_INODE;
	look->ino = sock->ino;
}

static const struct name_row type_names[] = {
	{ SOCK_STREAM, "STREAM" }, { SOCK_DGRAM, "DGRAM" },	    { SOCK_RAW, "RAW" },
	{ SOCK_RDM, "RDM" },	   { SOCK_SEQPACKET, "SEQPACKET" }, { SOCK_DCCP, "DCCP" },
	{ SOCK_PACKET, "PACKET" },
};

/* SS_* of include/uapi/linux/net.h. */
static const struct name_row state_names[] = {
	{ 1, "UNCONNECTED" },
	{ 2, "CONNECTING" },
	{ 3, "CONNECTED" },
	{ 4, "DISCONNECTING" },
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
	{ "unix", AF_UNIX, unix_parse },
	{ 0 },
};

const struct family unix_family = {
	.name = "unix",
	.table = FDMAP_UNIX,
	/* Streams have a name of their own since Linux 5.15. */
	.protonames = (const char *const[]){ "UNIX", "UNIX-STREAM", NULL },
	.texts = unix_texts,
	.look = unix_look,
	.describe = unix_describe,
	.info = unix_info,
	.state = unix_state,
};
