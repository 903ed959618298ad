/* SPDX-License-Identifier: MIT */
/*
 * TCP, UDP and UDP-Lite of both versions.
 *
 *	   0: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000
 *	   sl local         remote        st tx queue:rx queue tr:when     retrnsmt
 *	                    0        0 5303 1 0000000081493892 100 0 0 10 0
 *	                    uid      |inode| pointer, then what differs
 *	                             timeout references
 *
 * Printed by get_tcp4_sock() and its siblings in net/ipv4/tcp_ipv4.c, udp4_format_sock()
 * in net/ipv4/udp.c, raw_sock_seq_show() in net/ipv4/raw.c, ping_v4_format_sock() in
 * net/ipv4/ping.c and ip6_dgram_sock_seq_show() in net/ipv6/datagram.c. TIME_WAIT and
 * SYN_RECV rows say inode 0.
 */
#include "net/inet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/addr.h"
#include "net/family.h"
#include "net/inetdiag.h"
#include "net/row.h"

/*
 * include/net/tcp_states.h; 12 and 13 (NEW_SYN_RECV, BOUND_INACTIVE) are not
 * told by the tables. CLOSED is no state of Linux: lsof knows it as 0.
 */
enum {
	STATE_ESTABLISHED = 1,
	STATE_CLOSED = 0,
};

static const struct name_row state_names[] = {
	{ STATE_ESTABLISHED, "ESTABLISHED" },
	{ 2, "SYN_SENT" },
	{ 3, "SYN_RECV" },
	{ 4, "FIN_WAIT1" },
	{ 5, "FIN_WAIT2" },
	{ 6, "TIME_WAIT" },
	{ 7, "CLOSE" },
	{ 8, "CLOSE_WAIT" },
	{ 9, "LAST_ACK" },
	{ 10, "LISTEN" },
	{ 11, "CLOSING" },
	{ STATE_CLOSED, "CLOSED" },
};

/* The kernel keeps states below 16 (TCP_STATE_MASK). */
static const struct name_row unknown_names[] = {
	{ 12, "UNKNOWN_TCP_STATE_12" },
	{ 13, "UNKNOWN_TCP_STATE_13" },
	{ 14, "UNKNOWN_TCP_STATE_14" },
	{ 15, "UNKNOWN_TCP_STATE_15" },
};

const char *inet_state_name(unsigned state)
{
	const char *name = names_find(state_names, ARRAY_LEN(state_names), state);

	if (!name)
		name = names_find(unknown_names, ARRAY_LEN(unknown_names), state);
	return name ? name : "UNKNOWN_TCP_STATE";
}

bool inet_state_number(const char *name, unsigned *state)
{
	uint32_t v;

	if (!names_value(state_names, ARRAY_LEN(state_names), name, &v))
		return false;
	*state = v;
	return true;
}

const char *inet_by_version(const struct fdmap_sock *sock, const char *v4, const char *v6)
{
	return sock->family == AF_INET6 ? v6 : v4;
}

void inet_put_info(const char *state, const struct fdmap_sock *queues, unsigned how, size_t from,
		   struct buf *out)
{
	if (!(how & (FDMAP_NAME_STATE | FDMAP_NAME_QUEUES | FDMAP_NAME_INFO)))
		return;
	if (!(how & FDMAP_NAME_STATE))
		state = NULL;
	if (!(how & FDMAP_NAME_QUEUES))
		queues = NULL;
	if (out->n > from)
		buf_putc(out, ' ');
	if (!state && !queues)
		return;
	buf_putc(out, '(');
	if (state)
		buf_puts(out, state);
	if (state && queues)
		buf_putc(out, ' ');
	if (queues) {
		buf_puts(out, "QR=");
		buf_put_u64(out, queues->rq);
		buf_puts(out, " QS=");
		buf_put_u64(out, queues->wq);
	}
	buf_putc(out, ')');
}

static bool parse_ends(struct cursor *c, int family, struct fdmap_sock *sock)
{
	uint64_t slot;

	cursor_blanks(c);
	return cursor_u64(c, &slot) && cursor_lit(c, ": ") &&
	       addr_parse(c, family, &sock->laddr, &sock->lport) && cursor_char(c, ' ') &&
	       addr_parse(c, family, &sock->raddr, &sock->rport) && cursor_char(c, ' ');
}

static bool parse_state(struct cursor *c, struct fdmap_sock *sock)
{
	uint64_t state, tx, rx;

	if (!row_hex(c, 2, &state) || !cursor_char(c, ' ') || !row_hex(c, 8, &tx) ||
	    !cursor_char(c, ':') || !row_hex(c, 8, &rx) || !cursor_char(c, ' '))
		return false;
	sock->state = (uint8_t)state;
	sock->wq = (uint32_t)tx;
	sock->rq = (uint32_t)rx;
	return true;
}

static bool parse_inode(struct cursor *c, struct fdmap_sock *sock)
{
	uint64_t refs;

	/*
	 * Before it: timer, retransmits, uid, timeout, whatever their width. Behind
	 * it: references and pointer, which tell that the inode is whole.
	 */
	return row_skip(c, 4) && row_number(c, UINT64_MAX, &sock->ino) &&
	       row_number(c, UINT32_MAX, &refs) && row_skip(c, 1);
}

int inet_parse(struct span line, int family, struct fdmap_sock *sock)
{
	struct cursor c = cursor_span(line);

	*sock = (struct fdmap_sock){ .family = (uint8_t)family };
	if (!parse_ends(&c, family, sock) || !parse_state(&c, sock) || !parse_inode(&c, sock))
		return -EINVAL;
	return 0;
}

static int tcp_parse(struct span line, const struct socktext *text, struct arena *arena,
		     struct fdmap_sock *sock)
{
	int err = inet_parse(line, text->family, sock);

	(void)arena;
	sock->table = FDMAP_TCP;
	sock->type = SOCK_STREAM;
	sock->proto = IPPROTO_TCP;
	return err;
}

static int udp_parse(struct span line, const struct socktext *text, struct arena *arena,
		     struct fdmap_sock *sock)
{
	int err = inet_parse(line, text->family, sock);

	(void)arena;
	sock->table = FDMAP_UDP;
	sock->type = SOCK_DGRAM;
	sock->proto = IPPROTO_UDP;
	return err;
}

static int udplite_parse(struct span line, const struct socktext *text, struct arena *arena,
			 struct fdmap_sock *sock)
{
	int err = inet_parse(line, text->family, sock);

	(void)arena;
	sock->table = FDMAP_UDPLITE;
	sock->type = SOCK_DGRAM;
	sock->proto = IPPROTO_UDPLITE;
	return err;
}

static void look_as(const struct fdmap_sock *sock, const char *node, struct fdmap_look *look)
{
	text_copy(look->type, sizeof(look->type), inet_by_version(sock, "IPv4", "IPv6"));
	text_u64(look->device, sizeof(look->device), sock->ino);
	text_copy(look->node, sizeof(look->node), node);
}

static void tcp_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	look_as(sock, "TCP", look);
}

static void udp_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	look_as(sock, "UDP", look);
}

static void udplite_look(const struct fdmap_sock *sock, struct fdmap_look *look)
{
	look_as(sock, "UDPLITE", look);
}

/* "[nfs]" */
static void put_program(uint16_t port, const char *proto, const struct namer *namer,
			struct buf *out)
{
	const char *name = NULL;

	if (port && proto && namer && namer->program)
		name = namer->program(namer->ctx, port, proto);
	if (name)
		buf_printf(out, "[%s]", name);
}

/* The other end is on this machine, too, when its address says so. */
static bool is_own(const struct fdmap_sock *sock)
{
	static const struct in6_addr loopback = IN6ADDR_LOOPBACK_INIT;
	const unsigned char *v4 = (const unsigned char *)&sock->raddr.v4;

	if (memcmp(&sock->raddr, &sock->laddr, sock->family == AF_INET6 ? 16 : 4) == 0)
		return true;
	if (sock->family != AF_INET6)
		return v4[0] == 127;
	if (addr_is_v4mapped(&sock->raddr.v6))
		return sock->raddr.v6.s6_addr[12] == 127;
	return memcmp(&sock->raddr.v6, &loopback, sizeof(loopback)) == 0;
}

/* An end without address and port is left out. */
static void put_ends(const struct fdmap_sock *sock, const char *proto, const struct namer *namer,
		     struct buf *out)
{
	if (sock->lport || !addr_is_any(sock->family, &sock->laddr)) {
		addr_put(sock->family, &sock->laddr, sock->lport, proto, namer, out);
		put_program(sock->lport, proto, namer, out);
	}
	if (sock->rport || !addr_is_any(sock->family, &sock->raddr)) {
		buf_puts(out, "->");
		addr_put(sock->family, &sock->raddr, sock->rport, proto, namer, out);
		if (is_own(sock))
			put_program(sock->rport, proto, namer, out);
	}
}

static const char *tcp_state(const struct fdmap_sock *sock)
{
	return inet_state_name(sock->state);
}

/* A UDP socket is connected or it is not; the latter has no name. */
static const char *udp_state(const struct fdmap_sock *sock)
{
	return sock->state == STATE_ESTABLISHED ? inet_state_name(sock->state) : NULL;
}

static void tcp_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			 struct buf *out)
{
	(void)how;
	put_ends(sock, "tcp", namer, out);
}

static void tcp_info(const struct fdmap_sock *sock, unsigned how, size_t from, struct buf *out)
{
	inet_put_info(tcp_state(sock), sock, how, from, out);
}

static void udp_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			 struct buf *out)
{
	(void)how;
	put_ends(sock, "udp", namer, out);
}

static void udp_info(const struct fdmap_sock *sock, unsigned how, size_t from, struct buf *out)
{
	inet_put_info(udp_state(sock), sock, how, from, out);
}

/* lsof asks for names of TCP and UDP ports only. */
static void udplite_describe(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			     struct buf *out)
{
	(void)how;
	put_ends(sock, NULL, namer, out);
}

static void udplite_info(const struct fdmap_sock *sock, unsigned how, size_t from, struct buf *out)
{
	inet_put_info(NULL, sock, how, from, out);
}

static const struct socktext tcp_texts[] = {
	{ "tcp", AF_INET, tcp_parse, inet_extend },
	{ "tcp6", AF_INET6, tcp_parse, inet_extend },
	{ 0 },
};
static const struct socktext udp_texts[] = {
	{ "udp", AF_INET, udp_parse, inet_extend },
	{ "udp6", AF_INET6, udp_parse, inet_extend },
	{ 0 },
};
static const struct socktext udplite_texts[] = {
	{ "udplite", AF_INET, udplite_parse, inet_extend },
	{ "udplite6", AF_INET6, udplite_parse, inet_extend },
	{ 0 },
};

static const struct sockdiag tcp_diags[] = {
	{ AF_INET, IPPROTO_TCP, FDMAP_TCP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ AF_INET6, IPPROTO_TCP, FDMAP_TCP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ 0 },
};

const struct family tcp_family = {
	.name = "tcp",
	.table = FDMAP_TCP,
	.protonames = (const char *const[]){ "TCP", "TCPv6", NULL },
	.texts = tcp_texts,
	.diags = tcp_diags,
	.look = tcp_look,
	.describe = tcp_describe,
	.info = tcp_info,
	.state = tcp_state,
};

static const struct sockdiag udp_diags[] = {
	{ AF_INET, IPPROTO_UDP, FDMAP_UDP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ AF_INET6, IPPROTO_UDP, FDMAP_UDP, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ 0 },
};

const struct family udp_family = {
	.name = "udp",
	.table = FDMAP_UDP,
	.protonames = (const char *const[]){ "UDP", "UDPv6", NULL },
	.texts = udp_texts,
	.diags = udp_diags,
	.look = udp_look,
	.describe = udp_describe,
	.info = udp_info,
	.state = udp_state,
};

static const struct sockdiag udplite_diags[] = {
	{ AF_INET, IPPROTO_UDPLITE, FDMAP_UDPLITE, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ AF_INET6, IPPROTO_UDPLITE, FDMAP_UDPLITE, inetdiag_ask, inetdiag_parse,
	  inetdiag_extend },
	{ 0 },
};

const struct family udplite_family = {
	.name = "udplite",
	.table = FDMAP_UDPLITE,
	.protonames = (const char *const[]){ "UDP-Lite", "UDPLITEv6", NULL },
	.texts = udplite_texts,
	.diags = udplite_diags,
	.look = udplite_look,
	.describe = udplite_describe,
	.info = udplite_info,
};
