/* SPDX-License-Identifier: MIT */
/*
 * The language of --filter: text to tree, a tree against a row as far as that is known,
 * and what a tree implies before anything is read. Pure: names are looked up by who asks.
 *
 *	expr  := and { ('or' | '||' | '|') and }
 *	and   := not { ['and' | '&&' | '&'] not }		side by side is `and`
 *	not   := ('not' | '!') not | '(' expr ')' | test
 *	test  := COLUMN OP VALUE | COLUMN ['not'] 'in' '(' VALUE {',' VALUE} ')'
 *	       | COLUMN | WORD | what ss has: state, exclude, src, dst, dev, ...
 *
 * A test of what a row has not is false, whatever its operator; `not` makes it true.
 */
#ifndef FIELD_EXPR_H
#define FIELD_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "fdmap.h"

struct expr;

/* An Internet address. */
struct expr_addr {
	int family; /* AF_INET, AF_INET6 */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

/* Names in values. Each hook may be NULL, and answers 0 or -ENOENT. */
struct expr_names {
	void *ctx;
	int (*user)(void *ctx, const char *login, uid_t *uid);
	int (*service)(void *ctx, const char *name, const char *proto, uint16_t *port);
	/* Up to max addresses of one host: their number. */
	int (*host)(void *ctx, const char *name, struct expr_addr *addr, size_t max);
	int (*interface)(void *ctx, const char *name, uint32_t *ifindex);
	int (*cgroup)(void *ctx, const char *path, uint64_t *id);
	/* Ports that the kernel chooses by itself: net/ipv4/ip_local_port_range. */
	int (*autobound)(void *ctx, uint16_t *lo, uint16_t *hi);
};

/* What is wrong, in words that name the word, and where it begins in the text. */
struct expr_error {
	char text[256];
	size_t at;
};

/* 0; -EINVAL and err; -ENOMEM. The text is not kept. */
MUST_CHECK int expr_parse(struct expr **e, const char *text, const struct expr_names *names,
			  struct expr_error *err);
/* a and b; takes both over, either may be NULL. NULL: no memory, both are freed. */
struct expr *expr_and(struct expr *a, struct expr *b);
void expr_free(struct expr *e);

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

/* A row as far as it is known. */
struct expr_row {
	struct fdmap_row row; /* proc, file NULL: nothing is known of it; snap NULL: not the end */
	uint32_t known;       /* facts (enum fdmap_fact) that were read; absent is what lacks then */
	bool only_sock;	      /* of row.file only its socket is known */
	bool foreign;	      /* its socket is where sockets do not select: it has no fields */
};

/* v: room for values, kept from row to row. -ENOMEM, or enum truth. */
MUST_CHECK int expr_eval(const struct expr *e, const struct expr_row *row, struct fdmap_value *v);

/* All facts that its columns need; late: one needs the whole snapshot. */
uint32_t expr_needs(const struct expr *e, bool *late);
/*
 * Could it become false from these facts of a process alone, or of a row, too, whatever
 * else is found? Only then are they worth reading before the rest.
 */
bool expr_can_reject(const struct expr *e, uint32_t known, bool rows);

/* What every row that passes has in common: what is outside need not be looked at. */
#define EXPR_PORTS 8
#define EXPR_PIDS 16
struct expr_bounds {
	bool sockets;    /* it is a socket ... */
	uint32_t tables; /* ... of one of these, as 1 << enum fdmap_sock_table; all: any, or in none */
	uint32_t states[FDMAP_SOCK_TABLES]; /* 1 << state, as the table's own numbers; TCP's below 32 */
	struct {
		uint16_t lo, hi;
	} ports[EXPR_PORTS]; /* a port of one of its ends is in one of these, or beyond 16 bits */
	unsigned nports;     /* 0: any */
	bool pids;	     /* its process is one of: */
	uint32_t pid[EXPR_PIDS];
	unsigned npids;
};
void expr_bounds(const struct expr *e, struct expr_bounds *b);

#endif
