/* SPDX-License-Identifier: MIT */
/*
 * Which lists of this machine can be read without asking anybody: nsswitch.conf(5)
 * tells whether the file in /etc is asked first, and whether anybody else is.
 * Who may hang is never called from here.
 */
#ifndef OS_NSS_H
#define OS_NSS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/util.h"

struct nss {
	bool file; /* what the file says counts, whoever else is asked */
	bool more; /* others know what it does not */
};

/* What the text of nsswitch.conf says of "passwd" or its like; db: there may be a list of db(5)'s.
 */
struct nss parse_nss(struct span text, const char *database, bool db);
/* The same of this machine. */
struct nss read_nss(const char *database);
/* A file of /etc, whole. 0 or -errno. */
MUST_CHECK int read_etc(const char *path, struct buf *text);

#endif
