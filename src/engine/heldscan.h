/* SPDX-License-Identifier: MIT */
/*
 * Who holds which of some sockets: a walk over the links of all processes, and over
 * what holds sockets without a descriptor, if asked.
 */
#ifndef ENGINE_HELDSCAN_H
#define ENGINE_HELDSCAN_H

#include <stdatomic.h>

#include "base/hash.h"
#include "engine/scan.h"

/* The sockets that are looked for, by number. */
struct heldkeys {
	struct hash by_ino;    /* inode -> number */
	atomic_uchar *flags;   /* enum held_flag */
	size_t n;
};
enum held_flag {
	HELD = 1u << 0,       /* a process has it */
	HELD_NAMED = 1u << 1, /* asked: who, with which descriptor */
};

/* What was found. */
enum heldrow_what {
	HELD_FD,      /* a descriptor of a socket that is HELD_NAMED; key: its inode */
	HELD_URING,   /* a ring in which the socket is registered; key: its inode */
	HELD_CARRIER, /* a UNIX socket with descriptors in its messages; key: 0 */
};
struct heldrow {
	enum heldrow_what what;
	uint64_t key;
	struct fdmap_end end;
};

struct heldscan {
	const struct scan *scan;
	struct worker *workers; /* whose arenas are the snapshot's */
	unsigned threads;
	struct heldkeys *keys;
	const struct hash *known; /* PIDs that need not be looked at, or NULL */
	/*
	 * Also what is behind a descriptor: messages of UNIX sockets (those in no table
	 * of `others`), rings, and threads with descriptors of their own.
	 */
	bool deep;
	const struct socktab *others;
	struct heldrow *rows; /* found, in no order */
	size_t nrows, cap;
	bool refused; /* a process that may not be read, or not be seen */
};

/* 0 or -errno (memory, descriptors). May be called again: rows add up. */
MUST_CHECK int heldscan_run(struct heldscan *h);

/* By what, key, PID and descriptor; one that was found twice counts once. */
void heldscan_sort(struct heldscan *h);
/* Those of a sorted scan, or NULL and *n 0. */
const struct heldrow *heldscan_find(const struct heldscan *h, enum heldrow_what what, uint64_t key,
				    size_t *n);

MUST_CHECK int heldscan_add(struct heldscan *h, const struct heldrow *row);
void heldscan_fini(struct heldscan *h);

#endif
