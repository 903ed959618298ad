/* SPDX-License-Identifier: MIT */
/*
 * Walking text that may be hostile: a span is a piece of it, a cursor eats it
 * from the left. Nothing here reads past the end or needs a terminator.
 * Functions that may not match return false and leave the cursor as it was.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct span {
	const char *p;
	size_t n;
};

struct cursor {
	const char *at, *end;
};

struct cursor cursor_of(const char *p, size_t n);
struct cursor cursor_span(struct span s);
static inline bool cursor_done(const struct cursor *c)
{
	return c->at >= c->end;
}

/*
 * The next line without its newline. A last piece without a newline is given,
 * too; `whole` (may be NULL) tells whether the newline was there: a /proc/net
 * file that was cut ends in half a line, which is not a row.
 */
bool cursor_line(struct cursor *c, struct span *line, bool *whole);

void cursor_blanks(struct cursor *c);                  /* skip blanks and tabs */
bool cursor_field(struct cursor *c, struct span *f);   /* skip blanks, take non-blanks */
bool cursor_until(struct cursor *c, char stop, struct span *f); /* up to stop, which is eaten */
bool cursor_char(struct cursor *c, char want);
bool cursor_lit(struct cursor *c, const char *want);
/* Digits only, no sign, no blanks before; false when none or too large. */
bool cursor_u64(struct cursor *c, uint64_t *v);
bool cursor_u32(struct cursor *c, uint32_t *v);
bool cursor_oct(struct cursor *c, uint64_t *v);
bool cursor_hex(struct cursor *c, uint64_t *v); /* at most 16 digits */
/* "NAME:\tVALUE" lines, as in PID/status: *at stands at the value of the first of that name.
   A line that was cut is none. */
bool cursor_named(struct span text, const char *name, struct cursor *at);
struct span cursor_rest(const struct cursor *c);

bool span_eq(struct span s, const char *text);
bool span_starts(struct span s, const char *text);
bool span_ends(struct span s, const char *text);

/* mountinfo and maps write blanks, tabs, newlines and backslashes as \040. */
void span_unescape(struct span s, struct buf *out);

#endif
