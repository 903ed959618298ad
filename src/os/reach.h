/* SPDX-License-Identifier: MIT */
/*
 * Names that somebody typed, or bound a socket to, looked up by a process of its own:
 * where a server or a daemon does not answer any more, whoever asks waits in the kernel,
 * and no signal ends that. At the deadline the process is left behind, and what lies on
 * the same mount is not asked for again.
 *
 * May be used by many threads; one question is asked at a time.
 */
#ifndef OS_REACH_H
#define OS_REACH_H

#include "base/buf.h"
#include "base/util.h"
#include "fdmap.h"

#define REACH_TIMEOUT 2000 /* ms; what lsof waits by default is more */

enum reach_what {
	REACH_STAT,  /* struct fdmap_stat; links are followed */
	REACH_LSTAT, /* ... of the link itself */
	REACH_REAL,  /* the name without links, dots and doubled slashes */
	REACH_LINK,  /* the text of a link */
	REACH_NAMES, /* entries as getdents64(2) has them; that one can be listed: REACH_OPEN */
	REACH_OPEN,
};

struct reach;

MUST_CHECK int reach_new(struct reach **reach);
/* Who was left behind is not waited for. */
void reach_free(struct reach *reach);
void reach_set_timeout(struct reach *reach, unsigned ms);

/*
 * What the answer consists of is appended to `out`. 0; -errno as the kernel has it;
 * -ETIMEDOUT: there is no answer; -ENOMEM, -EMFILE, -ENFILE.
 */
MUST_CHECK int reach_ask(struct reach *reach, enum reach_what what, const char *path,
			 struct buf *out);
/*
 * Can what the descriptor leads to, and what lies beside it, be looked at without waiting for
 * anybody but a disk? By the type of file system; what is not known to be so is not.
 */
bool reach_is_local(struct reach *reach, int fd);
/*
 * Nothing more will be asked for now: a process that waits for questions goes, and what is
 * known of mounts is forgotten.
 */
void reach_rest(struct reach *reach);

#endif
