/* SPDX-License-Identifier: MIT */
/* Values on a line with commas (CSV, RFC 4180) or tabs (TSV) between them. */
#ifndef OUT_SEPARATED_H
#define OUT_SEPARATED_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * One value. CSV: in quotes if it must be. TSV: tabs, line ends and backslashes as \t, \n,
 * \r and \\. Other bytes are as they are.
 */
void separated_put(bool tabs, const char *text, size_t n, struct buf *out);

#endif
