/* SPDX-License-Identifier: MIT */
/* Words that people expect to be options, and what says the same here. */
#ifndef CLI_ALIAS_H
#define CLI_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* "did you mean -i :8080?", or who is to be asked instead. False: nobody says so. */
bool alias_put(const char *name, size_t len, const char *value, struct buf *hint);

/* A port or an address that is not written as -i wants it; "-i TCP:80". */
bool alias_inet(const char *word, struct buf *here);

/*
 * A name that is no file: a port, an address, a command; "-i TCP:80". False: it looks like a
 * file and like nothing else.
 */
bool alias_name(const char *word, struct buf *here);

#endif
