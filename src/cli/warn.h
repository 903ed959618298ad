/* SPDX-License-Identifier: MIT */
/*
 * Everything that goes to stderr, and the plain texts that go to stdout. A
 * message is one line, "fdmap: text", with whatever the user or the system
 * put into it escaped, so that no word can move the cursor of a terminal.
 */
#ifndef CLI_WARN_H
#define CLI_WARN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/util.h"

/* What messages begin with: the last part of argv[0]. */
void warn_begin(const char *argv0);
const char *warn_name(void);
/* The same with its escapes, to go to stderr: whoever starts a program names it. */
void warn_put_name(struct buf *out);
/* Called as lsof, or as something that ends so. */
bool warn_as_lsof(void);

/*
 * Words of others in what goes to this stream, escaped as NAME is. On a terminal also what
 * turns text around, unless it is lsof's bytes that are wanted.
 */
void warn_quote(int fd, const char *text, size_t n, struct buf *out);

/* Where messages go instead of stderr, NULL: stderr again. */
void warn_to(FILE *file);

/* One line; the newline is added. */
void warn_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Lines of our own making, as they are. */
void warn_block(const struct buf *text);

/* The same to stdout; 0 or -errno. */
MUST_CHECK int warn_print(const struct buf *text);

#endif
