/* SPDX-License-Identifier: MIT */
/*
 * What shells complete words to. An option says what kind of value it takes; a kind is
 * rows of one table, which name lists; a list has its words here, or is looked up by the
 * script when it is wanted. The scripts are made of these tables and that of the options,
 * and of what is the shell's own, which stands in complete.bash and its kind.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Takes a word of a list; help may be NULL. */
typedef void complete_put(struct buf *out, const char *word, const char *help);

struct complete_list {
	const char *name;
	/* NULL: a function of that name in each script, behind _fdmap_ or __fdmap_. */
	void (*words)(complete_put *put, struct buf *out);
};

/* Where a value has items of which kind. The first row of a kind is also how it begins. */
struct complete_part {
	const char *kind;   /* what rows of the table of options say: .completes */
	const char *behind; /* characters behind which such an item stands */
	const char *leads;  /* characters that may lead one, "^" */
	const char *lists;  /* names of lists, with blanks between */
	bool goes_on;	    /* no blank behind it: more of the same word follows */
	bool each;	    /* every character is an item, and stands there once */
};

struct complete_shell {
	const char *name;
	void (*put)(struct buf *out); /* the whole script */
};

const struct complete_list *complete_lists(size_t *n);
const struct complete_part *complete_parts(size_t *n);
const struct complete_shell *complete_shells(size_t *n);

/* Every character that parts the items of a kind. */
void complete_between(const char *kind, struct buf *out);
/* The commands that a script is for, with blanks between. */
const char *complete_commands(void);

/* completewords.c */
void complete_options(complete_put *put, struct buf *out);
void complete_columns(complete_put *put, struct buf *out);
void complete_columns_help(complete_put *put, struct buf *out);
void complete_fds(complete_put *put, struct buf *out);
void complete_filter(complete_put *put, struct buf *out);
void complete_letters(complete_put *put, struct buf *out); /* of -F */
void complete_protocols(complete_put *put, struct buf *out);
void complete_state_protocols(complete_put *put, struct buf *out);
void complete_states(complete_put *put, struct buf *out);
void complete_scopes(complete_put *put, struct buf *out); /* of --netns */
void complete_colors(complete_put *put, struct buf *out);
void complete_engines(complete_put *put, struct buf *out);
void complete_sources(complete_put *put, struct buf *out);
void complete_topics(complete_put *put, struct buf *out);
void complete_shell_names(complete_put *put, struct buf *out);

/* completescript.c */
void complete_bash(struct buf *out);
void complete_zsh(struct buf *out);
void complete_fish(struct buf *out);

#endif
