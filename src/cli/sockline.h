/* SPDX-License-Identifier: MIT */
/* What a line of ss or netstat asks for, and the same as a line of ours. */
#ifndef CLI_SOCKLINE_H
#define CLI_SOCKLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What an option of theirs is for. */
enum sockflag {
	SOCK_TABLE = 1u << 0,	/* `here` is its word in a filter */
	SOCK_COLUMNS = 1u << 1, /* `here` is their set */
	SOCK_LISTENING = 1u << 2,
	SOCK_ALL = 1u << 3,
	SOCK_NUMERIC = 1u << 4,
	SOCK_RESOLVE = 1u << 5,
	SOCK_V4 = 1u << 6,
	SOCK_V6 = 1u << 7,
	SOCK_MORE = 1u << 8,  /* `here` stands in the line */
	SOCK_ALONE = 1u << 9, /* `here` is the whole line */
	SOCK_FAMILY = 1u << 10,
	SOCK_NETNS = 1u << 11,
};

#define SOCKLINE_TABLES 16

struct sockline {
	bool netstat;
	unsigned met; /* how many options */
	unsigned flags;
	const char *tables[SOCKLINE_TABLES];
	size_t ntables;
	struct buf sets, more, expr;
	const char *netns, *alone;
};

/* A table, by its word in a filter; twice is once. */
void sockline_add(struct sockline *s, const char *word);
void sockline_put(struct sockline *s, struct buf *here);

#endif
