/* SPDX-License-Identifier: MIT */
/* The pieces that rows of /proc/net are made of. For the files of net/ only. */
#ifndef NET_ROW_H
#define NET_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"

/* Takes exactly that many hex digits (at most 16); more may follow. */
bool row_hex(struct cursor *c, size_t digits, uint64_t *v);
/* Blanks, then a decimal number that ends at a blank or the end, at most max. */
bool row_number(struct cursor *c, uint64_t max, uint64_t *v);
/* Skips n fields. */
bool row_skip(struct cursor *c, unsigned n);
/* Nothing but blanks is left. */
bool row_done(struct cursor *c);

#endif
