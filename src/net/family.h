/* SPDX-License-Identifier: MIT */
/*
 * What a socket can be: one file per family, one row in family.c. A family
 * says which files of /proc/net tell of it and how a line becomes a socket;
 * how lsof shows one; and which names the kernel gives its protocols.
 */
#ifndef NET_FAMILY_H
#define NET_FAMILY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "fdmap.h"

/* How addresses become text. All hooks may be NULL: numbers. */
struct namer {
	void *ctx;
	const char *(*host)(void *ctx, int family, const void *addr);
	const char *(*service)(void *ctx, uint16_t port, const char *proto);
	/* The RPC program that is registered behind a port of this machine. */
	const char *(*program)(void *ctx, uint16_t port, const char *proto);
};

/*
 * One file below PID/net. parse gets one whole line that is not the header:
 * 0 and a socket, or -EINVAL; text goes to the arena (-ENOMEM).
 */
struct socktext {
	const char *file; /* "tcp6" */
	int family;       /* AF_INET6 */
	int (*parse)(struct span line, const struct socktext *text, struct arena *arena,
		     struct fdmap_sock *sock);
};

struct family {
	const char *name;                /* "tcp" */
	enum fdmap_sock_table table;
	const char *const *protonames;   /* system.sockprotoname: "TCP", "TCPv6", NULL */
	const struct socktext *texts;    /* ends with .file == NULL */
	/* type, device, node and flags of an fdmap_look; offset is set already */
	void (*look)(const struct fdmap_sock *sock, struct fdmap_look *look);
	/* NAME, how: enum fdmap_name_how; without notes, and without: */
	void (*describe)(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			 struct buf *out);
	/* The last part of a NAME that began at `from`: state and queues. NULL: has none. */
	void (*info)(const struct fdmap_sock *sock, unsigned how, size_t from, struct buf *out);
	const char *(*state)(const struct fdmap_sock *sock); /* or NULL */
};

#define FAMILY_BIT(table) (1u << (table))
#define FAMILY_ALL ((1u << FDMAP_SOCK_TABLES) - 1)
/* With the others: raw sockets, but not those of IPv6 (lsof -X). */
#define FAMILY_NO_RAW6 (1u << 31)
/* What lsof calls Internet files. */
#define FAMILY_INET (FAMILY_BIT(FDMAP_TCP) | FAMILY_BIT(FDMAP_UDP) | FAMILY_BIT(FDMAP_UDPLITE))

extern const struct family *const families[FDMAP_SOCK_TABLES];

/* The families that answer a system.sockprotoname, as bits; 0: none of ours. */
uint32_t family_of_protoname(const char *name);

/* State numbers by name, for -s. proto "tcp", "udp"; false: no such name. */
bool family_state_number(const char *proto, const char *name, unsigned *state);

#endif
