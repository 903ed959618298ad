/* SPDX-License-Identifier: MIT */
/*
 * States of sockets, as bits 1 << TCP_* (include/net/tcp_states.h), by all their names:
 * "fin-wait-1" of ss, "FIN_WAIT1" of lsof and the kernel, "FIN-WAIT-1". What has other
 * states is told by those, as ss does: a UNIX socket that waits for nobody is closed.
 */
#include <string.h>
#include <sys/socket.h>

#include "field/exprtree.h"

#define CLOSED (1u << 7 | 1u << 0) /* 0: lsof's CLOSED */
#define LISTEN (1u << 10)
#define SYN_SENT (1u << 2)
#define SYN_RECV (1u << 3 | 1u << 12) /* 12: TCP_NEW_SYN_RECV */
#define TIME_WAIT (1u << 6)
#define INACTIVE (1u << 13)
#define OTHER (1u << 14) /* one that TCP has not */
#define ALL (~0u)

struct state {
	const char *name; /* lower case, without '-' and '_' */
	uint32_t bits;
};

static const struct state states[] = {
	{ "established", 1u << 1 },
	{ "estab", 1u << 1 },
	{ "synsent", SYN_SENT },
	{ "synrecv", SYN_RECV },
	{ "synrcv", SYN_RECV },
	{ "finwait1", 1u << 4 },
	{ "finwait2", 1u << 5 },
	{ "timewait", TIME_WAIT },
	{ "closed", CLOSED },
	{ "close", CLOSED },
	{ "unconnected", CLOSED },
	{ "unconn", CLOSED },
	{ "closewait", 1u << 8 },
	{ "lastack", 1u << 9 },
	{ "listening", LISTEN },
	{ "listen", LISTEN },
	{ "closing", 1u << 11 },
	{ "boundinactive", INACTIVE },
};

static const struct state groups[] = {
	{ "all", ALL },
	{ "connected", ALL & ~(LISTEN | CLOSED | INACTIVE) },
	{ "synchronized", ALL & ~(LISTEN | CLOSED | INACTIVE | SYN_SENT) },
	{ "bucket", SYN_RECV | TIME_WAIT },
	{ "big", ALL & ~(SYN_RECV | TIME_WAIT) },
};

static bool is_named(const char *name, struct span word)
{
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c == '-' || c == '_')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != *name++)
			return false;
	}
	return !*name;
}

static uint32_t find(const struct state *v, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (is_named(v[i].name, name))
			return v[i].bits;
	return 0;
}

uint32_t state_named(struct span name)
{
	return find(states, ARRAY_LEN(states), name);
}

uint32_t state_group(struct span name)
{
	uint32_t bits = state_named(name);

	return bits ? bits : find(groups, ARRAY_LEN(groups), name);
}

/* SS_* of include/uapi/linux/net.h; __SO_ACCEPTCON: it listens. */
static uint32_t unix_state(const struct fdmap_sock *s)
{
	enum { SS_CONNECTING = 2, SS_CONNECTED = 3, FLAG_ACCEPTCON = 0x10000 };

	if (s->flags & FLAG_ACCEPTCON)
		return LISTEN;
	/* CONNECTING is one that is connected, and was not accepted yet. */
	return s->state == SS_CONNECTED || s->state == SS_CONNECTING ? 1u << 1 : 1u << 7;
}

uint32_t state_of(const struct fdmap_sock *s)
{
	const char *name;
	uint32_t bits;

	switch (s->table) {
	case FDMAP_UNIX:
		return unix_state(s);
	case FDMAP_NETLINK:
	case FDMAP_PACKET:
	case FDMAP_XDP:
		return 1u << 7;
	case FDMAP_SCTP: /* states of its own, but for listeners */
		name = fdmap_sock_state(s);
		bits = name ? state_named((struct span){ name, strlen(name) }) : 0;
		return bits ? bits & ~1u : OTHER;
	default:
		return s->state < 14 ? 1u << s->state : OTHER;
	}
}
