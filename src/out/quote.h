/* SPDX-License-Identifier: MIT */
/*
 * What a process or a file is called is anybody's text: before it reaches a
 * terminal, unprintable bytes become escapes, as lsof writes them (\n, ^[, \x9b, \\).
 */
#ifndef OUT_QUOTE_H
#define OUT_QUOTE_H

#include <stddef.h>

#include "base/buf.h"

/* NAME and -F: printable multibyte characters of the locale pass. */
void quote_name(const char *s, size_t n, struct buf *out);

/* The same in no locale: every byte beyond ASCII is an escape. */
void quote_ascii(const char *s, size_t n, struct buf *out);

/*
 * COMMAND and TASKCMD: byte by byte, blanks as \x20, at most `width` columns
 * (0: any); for an escape that does not fit whole there are blanks.
 */
void quote_command(const char *s, size_t width, struct buf *out);

#endif
