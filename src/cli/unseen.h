/* SPDX-License-Identifier: MIT */
/* What could not be looked at: the line that says so, why, and what would help. */
#ifndef CLI_UNSEEN_H
#define CLI_UNSEEN_H

#include "base/buf.h"
#include "base/util.h"
#include "cli/options.h"

/* One line without its end; nothing when all was seen. Pure. */
void put_unseen(const struct fdmap_unseen *u, struct buf *out);

/*
 * On stderr, if it was asked for (-V), or who sits there has found nothing and would take
 * it for the truth. Who calls lsof expects its bytes. 0 or -errno.
 */
MUST_CHECK int unseen_say(const struct options *o, const struct fdmap_snapshot *s, bool found);

/* 1: something was not looked at: a process, a source, a network namespace; 0; or -errno. */
MUST_CHECK int unseen_any(struct fdmap *m, const struct fdmap_snapshot *s);

#endif
