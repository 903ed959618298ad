/* SPDX-License-Identifier: MIT */
/* Fields of sockets of any family. */
#include "field/field.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "net/addr.h"
#include "net/family.h"

#define STATE_LISTEN 10 /* include/net/tcp_states.h */
#define ACCEPTCON 0x10000u

#define SOCK_FACTS (FDMAP_LINK | FDMAP_SOCK)
#define MORE_FACTS (SOCK_FACTS | FDMAP_SOCKX)
#define QUEUE_FACTS (MORE_FACTS | FDMAP_QUEUES)

#define PORTED                                                                        \
	(FAMILY_INET | FAMILY_BIT(FDMAP_MPTCP) | FAMILY_BIT(FDMAP_SCTP))
#define ADDRESSED (PORTED | FAMILY_BIT(FDMAP_RAW) | FAMILY_BIT(FDMAP_ICMP))
/* Their tables tell how much waits: to be sent, to be read. */
#define SENDING (ADDRESSED | FAMILY_BIT(FDMAP_NETLINK))
#define RECEIVING (SENDING | FAMILY_BIT(FDMAP_PACKET))
#define LISTENING \
	(FAMILY_BIT(FDMAP_TCP) | FAMILY_BIT(FDMAP_MPTCP) | FAMILY_BIT(FDMAP_SCTP))

static bool is_of(const struct fdmap_sock *s, uint32_t tables)
{
	return s && s->table < FDMAP_SOCK_TABLES && FAMILY_BIT(s->table) & tables;
}

static bool listens(const struct fdmap_sock *s)
{
	if (s->table == FDMAP_UNIX)
		return s->flags & ACCEPTCON;
	return is_of(s, LISTENING) && s->state == STATE_LISTEN;
}

/* ---- what it is ---------------------------------------------------------- */

static const struct name_row family_names[] = {
	{ AF_INET, "inet" },	   { AF_INET6, "inet6" },   { AF_UNIX, "unix" },
	{ AF_NETLINK, "netlink" }, { AF_PACKET, "packet" }, { AF_VSOCK, "vsock" },
	{ 44, "xdp" },		   { AF_TIPC, "tipc" },
};

static int get_family(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	return s ? value_text(v, names_find(family_names, ARRAY_LEN(family_names), s->family)) : 0;
}

static int get_proto(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	return is_of(s, ~0u) ? value_text(v, families[s->table]->name) : 0;
}

static const struct name_row type_names[] = {
	{ SOCK_STREAM, "stream" },	 { SOCK_DGRAM, "dgram" }, { SOCK_RAW, "raw" },
	{ SOCK_RDM, "rdm" },		 { SOCK_DCCP, "dccp" },	  { SOCK_PACKET, "packet" },
	{ SOCK_SEQPACKET, "seqpacket" },
};

static int get_socktype(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	/* It has two types, which its table does not tell apart. */
	if (!s || s->table == FDMAP_SCTP)
		return 0;
	return value_text(v, names_find(type_names, ARRAY_LEN(type_names), s->type));
}

static int get_state(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	return s ? value_text(v, fdmap_sock_state(s)) : 0;
}

/* ---- its ends ------------------------------------------------------------ */

enum { LOCAL, REMOTE };

static const void *addr_of(const struct fdmap_sock *s, uint32_t end)
{
	return end == LOCAL ? &s->laddr : &s->raddr;
}

static uint16_t port_of(const struct fdmap_sock *s, uint32_t end)
{
	if (!is_of(s, PORTED))
		return 0;
	return end == LOCAL ? s->lport : s->rport;
}

/* Of an end without address and port nothing is known. */
static bool has_end(const struct fdmap_sock *s, uint32_t end)
{
	return is_of(s, ADDRESSED) &&
	       (port_of(s, end) || !addr_is_any(s->family, addr_of(s, end)));
}

static int get_port(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	v->u = s ? port_of(s, f->at) : 0;
	return v->u != 0;
}

static int get_addr(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	if (!s || !has_end(s, f->at))
		return 0;
	v->addr.family = s->family;
	memcpy(&v->addr.v6, addr_of(s, f->at), s->family == AF_INET6 ? 16 : 4);
	/* As its name has it. */
	if (s->family == AF_INET6 && addr_is_v4mapped(&v->addr.v6)) {
		memmove(&v->addr.v4, &v->addr.v6.s6_addr[12], sizeof(v->addr.v4));
		v->addr.family = AF_INET;
	}
	return 1;
}

static void put_vsock(const struct fdmap_sock *s, uint32_t end, struct buf *out)
{
	const uint32_t any = UINT32_MAX;
	uint32_t cid = end == LOCAL ? s->lcid : s->rcid;
	uint32_t port = end == LOCAL ? s->lport32 : s->rport32;

	if (cid == any)
		buf_puts(out, "*:");
	else
		buf_printf(out, "%" PRIu32 ":", cid);
	if (port == any)
		buf_putc(out, '*');
	else
		buf_put_u64(out, port);
}

/* "10.0.0.1:80", "[::1]:80", "*:80"; without a port where it has none to have. */
static int get_end(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);
	struct buf *out;

	if (!s)
		return 0;
	if (s->table == FDMAP_UNIX)
		return f->at == LOCAL ? value_text(v, s->path) : 0;
	if (s->table == FDMAP_VSOCK ? (f->at == LOCAL ? s->lport32 : s->rport32) == UINT32_MAX
				    : !has_end(s, f->at))
		return 0;
	out = value_room(v);
	if (!out)
		return -ENOMEM;
	if (s->table == FDMAP_VSOCK)
		put_vsock(s, f->at, out);
	else
		addr_put(s->family, addr_of(s, f->at), port_of(s, f->at), NULL, NULL, out);
	if (!is_of(s, PORTED | FAMILY_BIT(FDMAP_VSOCK)) && out->n >= 2)
		out->n -= 2;
	return value_made(v, out);
}

/* ---- what waits ---------------------------------------------------------- */

/* Of UNIX sockets only an answer tells them that names the user, too. */
static bool tells_queues(const struct fdmap_sock *s, uint32_t tables)
{
	if (s && s->table == FDMAP_UNIX)
		return s->told & FDMAP_TOLD_UID;
	return is_of(s, tables);
}

static int get_queue(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	if (!tells_queues(s, f->at == LOCAL ? SENDING : RECEIVING) || listens(s))
		return 0;
	v->u = f->at == LOCAL ? s->wq : s->rq;
	return 1;
}

static int get_waiting(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	if (!tells_queues(s, LISTENING) || !listens(s))
		return 0;
	v->u = s->rq;
	return 1;
}

static int get_backlog(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_BACKLOG))
		return 0;
	v->u = s->backlog;
	return 1;
}

/* ---- whose it is, and where ---------------------------------------------- */

static int get_uid(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_UID))
		return 0;
	v->u = s->uid;
	return 1;
}

static int get_user(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);
	const char *login;
	struct buf *out;

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_UID))
		return 0;
	login = v->namer ? fdmap_namer_user(v->namer, s->uid) : NULL;
	if (login)
		return value_text(v, login);
	out = value_room(v);
	if (!out)
		return -ENOMEM;
	buf_put_u64(out, s->uid);
	return value_made(v, out);
}

static int get_ino(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	v->u = s ? s->ino : 0;
	return v->u != 0;
}

static int get_cookie(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_sock *s = field_sock(row);

	(void)f;
	if (!s || !(s->told & FDMAP_TOLD_COOKIE))
		return 0;
	v->u = s->cookie;
	return 1;
}

/* Its name below /run/netns, or its inode. */
static int get_netns(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	const struct fdmap_file *file = row->file;
	const struct fdmap_netns *ns;
	size_t n = 0, i;
	struct buf *out;

	(void)f;
	if (!row->snap || !field_is_socket(file) || !(file->have & FDMAP_NETNS))
		return 0;
	ns = fdmap_namespaces(row->snap, &n);
	i = file->sock ? file->sock->netns : file->netns;
	if (!ns || i >= n || (!ns[i].name && !ns[i].ino))
		return 0;
	if (ns[i].name)
		return value_text(v, ns[i].name);
	out = value_room(v);
	if (!out)
		return -ENOMEM;
	buf_put_u64(out, ns[i].ino);
	return value_made(v, out);
}

static int get_unowned(const struct field *f, const struct fdmap_row *row, struct fdmap_value *v)
{
	struct buf *out;
	size_t n;

	(void)f;
	if (!fdmap_more(row->file)->unowned)
		return 0;
	n = fdmap_reason(row, NULL, 0);
	out = value_room(v);
	if (n == SIZE_MAX || !out || buf_reserve(out, n) < 0)
		return -ENOMEM;
	if (fdmap_reason(row, out->p, n + 1) == SIZE_MAX)
		return -ENOMEM;
	out->n = n;
	return value_made(v, out);
}

#define NUMBER(key, title, help, unit, needs, getter, n)                                         \
	{ .pub = { key, title, help, "socket", FDMAP_VALUE_U64, unit, FDMAP_OF_SOCKET, needs }, \
	  .get = getter, .at = n }
#define TEXT(key, title, help, needs, getter, n, is_late)                                        \
	{ .pub = { key, title, help, "socket", FDMAP_VALUE_TEXT, FDMAP_UNIT_NONE,               \
		   FDMAP_OF_SOCKET, needs },                                                     \
	  .get = getter, .at = n, .late = is_late }
#define ADDR(key, title, help, n)                                                               \
	{ .pub = { key, title, help, "socket", FDMAP_VALUE_ADDR, FDMAP_UNIT_NONE,               \
		   FDMAP_OF_SOCKET, SOCK_FACTS },                                                \
	  .get = get_addr, .at = n }

static const struct field fields[] = {
	TEXT("family", "FAMILY", "inet, inet6, unix, netlink, packet, vsock, xdp, tipc",
	     SOCK_FACTS, get_family, 0, false),
	TEXT("proto", "PROTO", "tcp, udp, udplite, raw, icmp, unix, netlink, ...", SOCK_FACTS,
	     get_proto, 0, false),
	TEXT("socktype", "SOCKTYPE", "stream, dgram, seqpacket, raw", SOCK_FACTS, get_socktype, 0,
	     false),
	TEXT("state", "STATE", "state, where its family has any: LISTEN, ESTABLISHED, ...",
	     SOCK_FACTS, get_state, 0, false),
	TEXT("local", "LOCAL", "own address and port; path of a UNIX socket", SOCK_FACTS, get_end,
	     LOCAL, false),
	NUMBER("lport", "LPORT", "own port", FDMAP_UNIT_PORT, SOCK_FACTS, get_port, LOCAL),
	TEXT("remote", "REMOTE", "address and port of the other end", SOCK_FACTS, get_end, REMOTE,
	     false),
	NUMBER("rport", "RPORT", "port of the other end", FDMAP_UNIT_PORT, SOCK_FACTS, get_port,
	       REMOTE),
	ADDR("laddr", "LADDR", "own address", LOCAL),
	ADDR("raddr", "RADDR", "address of the other end", REMOTE),
	NUMBER("recvq", "RECVQ", "bytes that wait to be read; not of listeners", FDMAP_UNIT_BYTES,
	       QUEUE_FACTS, get_queue, REMOTE),
	NUMBER("sendq", "SENDQ", "bytes that wait to be sent or acknowledged; not of listeners",
	       FDMAP_UNIT_BYTES, QUEUE_FACTS, get_queue, LOCAL),
	NUMBER("backlog_used", "WAITING", "listeners: connections that wait to be accepted",
	       FDMAP_UNIT_NONE, QUEUE_FACTS, get_waiting, 0),
	NUMBER("backlog_max", "BACKLOG", "listeners: connections that may wait", FDMAP_UNIT_NONE,
	       MORE_FACTS, get_backlog, 0),
	NUMBER("sock_uid", "SOCKUID", "UID of who made it", FDMAP_UNIT_USER, MORE_FACTS, get_uid,
	       0),
	{ .pub = { "sock_user", "SOCKUSER", "who made it", "socket", FDMAP_VALUE_TEXT,
		   FDMAP_UNIT_USER, FDMAP_OF_SOCKET, MORE_FACTS },
	  .get = get_user },
	NUMBER("sock_ino", "SOCKET", "inode, by which its table and its holders know it",
	       FDMAP_UNIT_INODE, SOCK_FACTS, get_ino, 0),
	NUMBER("cookie", "COOKIE", "the kernel's number of it, never used again", FDMAP_UNIT_HEX,
	       MORE_FACTS, get_cookie, 0),
	TEXT("netns", "NETNS", "network namespace: name, or inode", SOCK_FACTS | FDMAP_NETNS,
	     get_netns, 0, true),
	TEXT("unowned", "UNOWNED", "why nobody holds it; with --unowned", SOCK_FACTS, get_unowned,
	     0, true),
};

/* As ss has them. */
static const struct field_alias aliases[] = {
	{ "sport", "lport" },
	{ "dport", "rport" },
};

const struct field_set fields_socket = { fields, ARRAY_LEN(fields), aliases, ARRAY_LEN(aliases) };
