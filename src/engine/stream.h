/* SPDX-License-Identifier: MIT */
/*
 * The walk in parts: while the workers go on, rows of processes that all have been read are
 * put to use on the caller's thread, in order, and forgotten. The caller's thread is one
 * of the workers; what is ready comes first.
 */
#ifndef ENGINE_STREAM_H
#define ENGINE_STREAM_H

#include "engine/scan.h"
#include "engine/snapshot.h"

struct stream {
	const struct scan *scan;
	struct fdmap_snapshot *s; /* its processes are those of the part at hand */
	const struct ids *pids;
	unsigned threads;
	size_t part;		 /* so many PIDs; a multiple of SCAN_CHUNK */
	bool (*ready)(void *ctx); /* could a part be used now without waiting? */
	int (*use)(void *ctx);	 /* 0, or -errno: it ends the walk */
	void *ctx;
};

/*
 * From pids->v[*done] on; *done moves behind what has been used. 0: all has been; 1: sockets
 * that a table may have left out were met (their inodes are in late), what came before
 * them was used; -ECANCELED: the pass broke off, unless a use says so; or -errno.
 */
MUST_CHECK int stream_run(const struct stream *how, size_t *done, struct buf *late);

#endif
