/* SPDX-License-Identifier: MIT */
/* What regcomp(3) would make of a regular expression, before it does. */
#ifndef BASE_REGCOST_H
#define BASE_REGCOST_H

#include <stdbool.h>

/*
 * "((a+)+)+" and "a{255}{255}" become as many nodes as their repetitions multiplied, so that a
 * few characters take all of the memory. false: more of them than anybody needs.
 * The flags are regcomp's: REG_EXTENDED or not.
 */
bool regcost_is_small(const char *re, int flags);

#endif
