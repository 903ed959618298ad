/* SPDX-License-Identifier: MIT */
/* The texts of -h, -v and their kind. */
#ifndef CLI_USAGE_H
#define CLI_USAGE_H

#include "base/buf.h"
#include "cli/parse.h"

/* What -v and the usage claim to work as when called lsof. */
#define LSOF_REVISION "4.99.7"

void put_usage(struct buf *out);   /* a few lines: what lsof prints after an error */
void put_options(struct buf *out); /* the same and a line for each option */
void put_section(struct buf *out, enum optsection section); /* a title, lines of its options */
void put_first(struct buf *out); /* the options that one needs first */
void put_version(struct buf *out); /* lsof's block; scripts look for "revision:" in it */

#endif
