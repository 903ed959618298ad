/* SPDX-License-Identifier: MIT */
/* What JSON tells of sockets: addresses as numbers, states, queues, the other end. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "out/jsonrow.h"

#define TABLE(t) (1u << FDMAP_##t)
#define INTERNET (TABLE(TCP) | TABLE(UDP) | TABLE(UDPLITE))
#define ADDRESSED (INTERNET | TABLE(RAW) | TABLE(ICMP) | TABLE(MPTCP) | TABLE(SCTP))
/* Tables of the kernel that tell how much waits to be sent. */
#define SENDING (ADDRESSED | TABLE(NETLINK))
#define RECEIVING (SENDING | TABLE(PACKET))

static const struct name_row type_names[] = {
	{ SOCK_STREAM, "STREAM" }, { SOCK_DGRAM, "DGRAM" },	    { SOCK_RAW, "RAW" },
	{ SOCK_RDM, "RDM" },	   { SOCK_SEQPACKET, "SEQPACKET" }, { SOCK_DCCP, "DCCP" },
	{ SOCK_PACKET, "PACKET" },
};

static bool is_of(const struct fdmap_sock *sock, uint32_t tables)
{
	return sock && sock->table < FDMAP_SOCK_TABLES && (tables >> sock->table & 1);
}

static void put_word(struct jsonw *w, const char *key, const char *word)
{
	if (!word)
		return;
	jsonw_key(w, key);
	jsonw_string(w, word, strlen(word));
}

static const char *shown_state(const struct shown *x)
{
	return x->fmt->name_how & FDMAP_NAME_STATE ? fdmap_sock_state(x->row->file->sock) : NULL;
}

static void put_queues(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_sock *sock = x->row->file->sock;

	if (!(x->fmt->name_how & FDMAP_NAME_QUEUES))
		return;
	if (is_of(sock, RECEIVING)) {
		jsonw_key(w, "recv_queue");
		jsonw_u64(w, sock->rq);
	}
	if (is_of(sock, SENDING)) {
		jsonw_key(w, "send_queue");
		jsonw_u64(w, sock->wq);
	}
}

void jsonsock_tcp_info(struct jsonw *w, const struct shown *x)
{
	if (!is_of(x->row->file->sock, INTERNET) ||
	    !(x->fmt->name_how & (FDMAP_NAME_STATE | FDMAP_NAME_QUEUES)))
		return;
	jsonw_key(w, "tcp_info");
	jsonw_object(w);
	put_word(w, "state", shown_state(x));
	put_queues(w, x);
	jsonw_object_end(w);
}

void jsonsock_state(struct jsonw *w, const struct shown *x)
{
	if (!is_of(x->row->file->sock, ~0u))
		return;
	put_word(w, "state", shown_state(x));
	put_queues(w, x);
}

static bool is_any(int family, const void *addr)
{
	static const struct in6_addr any;

	return memcmp(addr, &any, family == AF_INET6 ? 16 : 4) == 0;
}

/* An end without address and port is none; of a raw socket the port is the protocol. */
static void put_end(struct jsonw *w, const char *key, const struct fdmap_sock *sock,
		    const void *addr, uint16_t port)
{
	bool ported = sock->table != FDMAP_RAW;
	int family = sock->family == AF_INET6 ? AF_INET6 : AF_INET;
	char text[INET6_ADDRSTRLEN];

	if (is_any(family, addr) && !(ported && port))
		return;
	/* As the name has it: an IPv4 address in an IPv6 socket is an IPv4 address. */
	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)addr)) {
		family = AF_INET;
		addr = (const unsigned char *)addr + 12;
	}
	if (!inet_ntop(family, addr, text, sizeof(text)))
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	put_word(w, "address", text);
	if (ported) {
		jsonw_key(w, "port");
		jsonw_u64(w, port);
	}
	put_word(w, "family", family == AF_INET6 ? "IPv6" : "IPv4");
	jsonw_object_end(w);
}

static void put_unix(struct jsonw *w, const struct fdmap_sock *sock)
{
	const char *type = names_find(type_names, ARRAY_LEN(type_names), sock->type);

	if (sock->path)
		jsonw_text(w, "path", sock->path, strlen(sock->path));
	put_word(w, "socket_type", type ? type : "unknown");
	if (sock->peer)
		jsonw_number_text(w, "peer_inode", sock->peer);
}

static void put_number(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

/* Any context, or any port, is none: VMADDR_CID_ANY, VMADDR_PORT_ANY. */
static void put_vsock_end(struct jsonw *w, const char *key, uint32_t cid, uint32_t port)
{
	if (cid == UINT32_MAX && port == UINT32_MAX)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	if (cid != UINT32_MAX)
		put_number(w, "cid", cid);
	if (port != UINT32_MAX)
		put_number(w, "port", port);
	jsonw_object_end(w);
}

static void put_tipc(struct jsonw *w, const struct fdmap_sock *sock)
{
	jsonw_key(w, "local");
	jsonw_object(w);
	put_number(w, "node", sock->lcid);
	put_number(w, "ref", sock->lport32);
	jsonw_object_end(w);
}

/* One that is not bound has no interface. */
static void put_xdp(struct jsonw *w, const struct fdmap_sock *sock)
{
	if (!sock->ifindex)
		return;
	put_number(w, "ifindex", sock->ifindex);
	put_number(w, "queue_id", sock->lport32);
}

void jsonsock_ends(struct jsonw *w, const struct shown *x)
{
	const struct fdmap_sock *sock = x->row->file->sock;

	if (is_of(sock, ADDRESSED)) {
		put_end(w, "local", sock, &sock->laddr, sock->lport);
		put_end(w, "remote", sock, &sock->raddr, sock->rport);
	} else if (is_of(sock, TABLE(UNIX))) {
		put_unix(w, sock);
	} else if (is_of(sock, TABLE(VSOCK))) {
		put_vsock_end(w, "local", sock->lcid, sock->lport32);
		put_vsock_end(w, "remote", sock->rcid, sock->rport32);
	} else if (is_of(sock, TABLE(TIPC))) {
		put_tipc(w, sock);
	} else if (is_of(sock, TABLE(XDP))) {
		put_xdp(w, sock);
	}
}
