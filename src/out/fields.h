/* SPDX-License-Identifier: MIT */
/*
 * The letters of -F, for whoever reads options: which exist, which are the
 * default, and one line of help for each.
 */
#ifndef OUT_FIELDS_H
#define OUT_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* What a bare -F prints, as FIELD_BITs. */
uint64_t fields_default(void);

/* The facts (enum fdmap_fact) behind a letter. */
uint32_t fields_needs(char letter);

/* Is it a letter of -F? Some are accepted and have nothing to print on Linux. */
bool fields_letter(char c);

/* The answer to -F?: one line for each letter, "\t p    process ID (PID)". */
void fields_help(struct buf *out);

#endif
