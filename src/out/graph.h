/* SPDX-License-Identifier: MIT */
/*
 * Who talks to whom: nodes are processes and addresses of other machines, links what
 * they share. graph.c gathers them, graphlink.c knows what a link is and which way it
 * goes, graphshare.c what is shared by many, graphdot.c writes the DOT language of Graphviz.
 */
#ifndef OUT_GRAPH_H
#define OUT_GRAPH_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/util.h"
#include "fdmap.h"

/* A row that has another end, or is a socket. */
struct graph_row {
	const struct fdmap_process *proc;
	const struct fdmap_file *file;
};

struct graph_node {
	pid_t pid;			  /* 0: `address` */
	const char *comm;		  /* NULL: not known */
	const struct fdmap_process *proc; /* NULL: it has no row */
	const char *address;		  /* or what it is that many share */
	bool thing;			  /* ... that */
	const char **serves; /* "tcp *:80", in order, each once */
	size_t nserves;
	bool linked;
};

/* Two nodes and one thing that connects them. */
struct graph_link {
	uint32_t from, to; /* nodes; neither way: from is the lesser */
	bool directed;
	const char *label;
	uint64_t id[2]; /* of the thing, among those of the same label */
	const char *address; /* the other end, until its node has a number */
	uint8_t thing; /* that is what many share: its enum fdmap_kind_id, and `id` tells which */
};

struct graph {
	struct arena arena;
	struct graph_row *rows;
	size_t nrows;
	struct graph_node *nodes; /* processes by PID, then addresses, then things */
	size_t nnodes;
	struct graph_link *links;
	size_t nlinks;
	struct hash pids;    /* PID: node */
	struct hash held;    /* (PID, descriptor): row */
	struct hash serving; /* (namespace, table, port): somebody here listens */
};

/* What two descriptors have to do with each other, or one with what it is of. */
struct graph_way {
	int way;	/* 1: from the row to its end, -1: back, 0: neither is known */
	uint64_t id[2]; /* see struct graph_link */
};

/* graphlink.c. Is it a socket that waits for others? */
bool graph_serves(const struct fdmap_sock *sock);
uint64_t graph_port_key(const struct fdmap_sock *sock, uint16_t port);
/* "tcp 127.0.0.1:80", or "tcp *:80", of the socket's own end. */
void graph_put_server(const struct fdmap_sock *sock, struct buf *out);
/* Row and other end: false: they are not connected. The label into an empty buffer. */
bool graph_relate(const struct graph *g, const struct graph_row *row, const struct fdmap_end *end,
		  struct graph_way *w, struct buf *label);
/* The same of what is connected to an address that nobody has here; its name, too. */
bool graph_relate_address(const struct graph *g, const struct fdmap_sock *sock,
			  struct graph_way *w, struct buf *label, struct buf *address);

/* Which thing it is that this is a descriptor of, and its name; not for sockets and ptys. */
void graph_identify(const struct fdmap_file *f, struct graph_way *w, struct buf *name);

/* graph.c. far UINT32_MAX: `address`; thing: see struct graph_link. */
MUST_CHECK int graph_add_link(struct graph *g, uint32_t near, uint32_t far,
			      const struct graph_way *w, const struct buf *label,
			      const struct buf *address, uint8_t thing);
uint32_t graph_node_of(const struct graph *g, pid_t pid);

/* graphshare.c. Is it shared by so many that it has a node of its own? */
bool graph_is_shared(const struct graph_row *row);
/* Links to that node: the row's, and once for all who have no row. */
MUST_CHECK int graph_share(struct graph *g, const struct graph_row *row, struct buf *label,
			   struct buf *name);

/* graphdot.c. Links in order; those of one label between the same two are one line. */
void graph_put(const struct graph *g, struct buf *out);

#endif
