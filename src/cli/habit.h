/* SPDX-License-Identifier: MIT */
/* What habits.c and the programs that it knows share. */
#ifndef CLI_HABIT_H
#define CLI_HABIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* An option of another program, with what reading the line does with it. */
struct habitopt {
	char letter;	  /* 0: only a long name */
	bool value;	  /* takes one */
	unsigned flag;	  /* noted when met; 0: it changes nothing here */
	const char *name; /* long, or NULL */
	const char *here; /* a word for the translation, or NULL */
};

/* Where the scan of a line is. */
struct habitline {
	char *const *words;
	int n, i;
	const char *letters; /* the rest of a word of letters */
};

struct habituse {
	const struct habitopt *opt;
	const char *value;
};

/*
 * The next option of the line: 1; 0: the word at line->i is none, or the line ends; -1: it is
 * none of this program's, or lacks its value.
 */
int habit_next(struct habitline *line, const struct habitopt *opts, size_t nopts,
	       struct habituse *use);

/* " and " between two. */
void habit_and(struct buf *expr, const char *what);

/* " --filter '...'" */
void habit_filter(struct buf *out, const struct buf *expr);

/* One program: true if the words are its, and what they mean can be said here. */
struct habit {
	const char *program;
	bool (*put)(int n, char *const *words, struct buf *here);
	/* Would anybody but its users type this? */
	bool (*sure)(int n, char *const *words);
};

extern const struct habit habit_ss, habit_netstat, habit_fuser, habit_lsfd;

#endif
