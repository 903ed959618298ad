/* SPDX-License-Identifier: MIT */
/* Has a file in /etc been changed, or another one been put in its place? */
#ifndef OS_ETCMARK_H
#define OS_ETCMARK_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: nothing has been looked at yet. */
struct etcmark {
	int64_t looked;       /* when, ns since 1970 */
	bool known;           /* what follows is */
	uint64_t dev, ino, size;
	int64_t changed;      /* ns since 1970 */
};

/*
 * The first time only the clock is read, so that who never asks again pays nothing; then
 * one statx each time. True: since the last time, or it can't be told.
 */
bool etcmark_look(struct etcmark *m, const char *path);

#endif
