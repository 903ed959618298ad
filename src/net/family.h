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
	/* Of a line that was parsed: what of `more` (struct sockwish) it tells. 0, -ENOMEM; or NULL */
	int (*extend)(struct span line, uint32_t more, struct arena *arena, struct fdmap_sock *sock);
};

/*
 * What the kernel itself may leave out. Only where nothing else can be selected or
 * is found: ports of either end, states as 1 << TCP_*.
 */
struct sockports {
	uint16_t lo, hi;
};
struct sockfilter {
	uint32_t states[FDMAP_SOCK_TABLES]; /* ~0u: any */
	const struct sockports *ports;      /* any of these; nports 0: any port */
	size_t nports;
};

/* What an answer is to hold: each costs bytes, so that more is told only if it is asked for. */
struct sockwish {
	const struct sockfilter *filter; /* NULL: all sockets */
	bool peers; /* unix: mate and pending */
	bool whole; /* unix: queues, user and file as well */
	uint32_t more; /* FDMAP_SOCKX, FDMAP_TCPINFO, FDMAP_SKMEM: what becomes sock->x */
};

/*
 * One question to sock_diag. ask appends what stands behind the netlink header,
 * attributes included. parse gets what stands behind the header of one answer:
 * 0 and a socket (which may have no inode), -EINVAL: it is none; -ENOMEM.
 */
struct sockdiag {
	uint8_t family; /* AF_INET6; the text of the same family tells the same */
	uint16_t proto; /* IPPROTO_TCP; 0 */
	enum fdmap_sock_table table;
	void (*ask)(const struct sockdiag *d, const struct sockwish *wish, struct buf *req);
	int (*parse)(const struct sockdiag *d, struct span msg, struct arena *arena,
		     struct fdmap_sock *sock);
	/* Of an answer that was parsed: what of `more` it tells. 0, -ENOMEM; or NULL */
	int (*extend)(const struct sockdiag *d, struct span msg, uint32_t more,
		      struct arena *arena, struct fdmap_sock *sock);
};

struct family {
	const char *name;                /* "tcp" */
	enum fdmap_sock_table table;
	const char *const *protonames;   /* system.sockprotoname: "TCP", "TCPv6", NULL */
	const struct socktext *texts;    /* ends with .file == NULL; NULL: none */
	const struct sockdiag *diags;    /* ends with .ask == NULL; NULL: none */
	/*
	 * lsof knows none of them, or not this one: TYPE is "sock", the inode is that of
	 * sockfs. NULL: it knows them all.
	 */
	bool (*faceless)(const struct fdmap_sock *sock);
	/* type, device, node and flags of an fdmap_look; offset is set already. NULL: faceless */
	void (*look)(const struct fdmap_sock *sock, struct fdmap_look *look);
	/*
	 * NAME, how: enum fdmap_name_how; without notes, and without info. NULL: it is that
	 * of a socket in no table.
	 */
	void (*describe)(const struct fdmap_sock *sock, const struct namer *namer, unsigned how,
			 struct buf *out);
	/* The last part of a NAME that began at `from`: state and queues. NULL: has none. */
	void (*info)(const struct fdmap_sock *sock, unsigned how, size_t from, struct buf *out);
	const char *(*state)(const struct fdmap_sock *sock); /* or NULL */
};

#define FAMILY_BIT(table) (1u << (table))
/* Those that lsof knows, and a text tells of. */
#define FAMILY_ALL ((1u << FDMAP_MPTCP) - 1)
/* Those that are asked for only where a socket says that it is one. */
#define FAMILY_RARE (((1u << FDMAP_SOCK_TABLES) - 1) & ~FAMILY_ALL)
/* Those that sock_diag tells in fewer bytes than the text. */
#define FAMILY_DIAG (FAMILY_INET | FAMILY_BIT(FDMAP_UNIX))
/* With the others: raw sockets, but not those of IPv6 (lsof -X). */
#define FAMILY_NO_RAW6 (1u << 31)
/* What lsof calls Internet files. */
#define FAMILY_INET (FAMILY_BIT(FDMAP_TCP) | FAMILY_BIT(FDMAP_UDP) | FAMILY_BIT(FDMAP_UDPLITE))

extern const struct family *const families[FDMAP_SOCK_TABLES];

/* A hook `faceless` of families that lsof does not know: true. */
bool family_faceless(const struct fdmap_sock *sock);

/* Does lsof show such a socket as one of its family? */
bool family_has_face(const struct fdmap_sock *sock);

/* The families that answer a system.sockprotoname, as bits; 0: none of ours. */
uint32_t family_of_protoname(const char *name);

/* State numbers by name, for -s. proto "tcp", "udp"; false: no such name. */
bool family_state_number(const char *proto, const char *name, unsigned *state);

#endif
