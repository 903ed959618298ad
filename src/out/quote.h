/* SPDX-License-Identifier: MIT */
/*
 * What a process or a file is called is anybody's text: before it reaches a
 * terminal, unprintable bytes become escapes, as lsof writes them (\n, ^[, \x9b, \\).
 */
#ifndef OUT_QUOTE_H
#define OUT_QUOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* NAME and -F: printable multibyte characters of the locale pass. */
void quote_name(const char *s, size_t n, struct buf *out);

/*
 * What lsof does not write: the same, but characters that turn text around (U+202E) or end
 * lines are escapes, too, which lsof lets pass.
 */
void quote_text(const char *s, size_t n, struct buf *out);

/*
 * The bytes of such a character, or of a control of Latin-1 (U+009B, which is ESC [ to some
 * terminals), at the beginning of UTF-8; 0: it begins with none, *c is anything.
 */
size_t quote_control(const char *s, size_t n, uint32_t *c);

/* In no locale: every byte beyond ASCII is an escape. */
void quote_ascii(const char *s, size_t n, struct buf *out);

/*
 * COMMAND and TASKCMD: byte by byte, blanks as \x20, at most `width` columns
 * (0: any); for an escape that does not fit whole there are blanks.
 */
void quote_command(const char *s, size_t width, struct buf *out);

#endif
