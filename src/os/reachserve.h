/* SPDX-License-Identifier: MIT */
/* Both ends of the socket between reach.c and the process that looks names up. */
#ifndef OS_REACHSERVE_H
#define OS_REACHSERVE_H

#include <limits.h>
#include <stdint.h>

#include "os/reach.h"

/* One message each way at a time; an answer may have several, the last of which says so. */
struct reach_question {
	uint32_t what;
	char path[PATH_MAX];
};

#define REACH_PIECE ((size_t)32 * 1024)

struct reach_answer {
	int32_t error; /* of the last one: 0 or -errno */
	uint32_t last;
	uint64_t pad;
	char data[REACH_PIECE];
};
#define REACH_HEAD offsetof(struct reach_answer, data)

/*
 * The life of that process, which is a copy of one that may have had threads: nothing
 * here takes memory or a lock. All descriptors but `sock` are closed, so that who reads
 * what the parent writes sees its end.
 */
_Noreturn void reach_serve(int sock);

#endif
