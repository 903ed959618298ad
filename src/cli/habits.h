/* SPDX-License-Identifier: MIT */
/*
 * The habits of people who come from other programs: what was typed is taken for a line of ss,
 * netstat, fuser or lsfd, and said as a line of ours. Pure: words in, text out.
 */
#ifndef CLI_HABITS_H
#define CLI_HABITS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Words without the name of a program. The program that is asked so, with the line for ours in
 * `here`; or NULL: nobody is asked so, or what it means is not to be had here.
 */
const char *habit_find(int n, char *const *words, struct buf *here);

/* The same for the program of that name alone, and also what could be meant otherwise. */
bool habit_translate(const char *program, int n, char *const *words, struct buf *here);

/* A word as the shell needs it. */
void habit_quote(struct buf *out, const char *word);

#endif
