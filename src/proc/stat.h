/* SPDX-License-Identifier: MIT */
/* PID/stat: command, state, parent, group, session, flags, threads, start, whether it is a thread. */
#ifndef PROC_STAT_H
#define PROC_STAT_H

#include "base/cursor.h"

struct stat_line {
	uint32_t pid;
	struct span comm; /* between the first '(' and the last ')' */
	char state;
	int32_t ppid, pgid;
	int32_t sid;    /* -1: the line ends before it */
	uint32_t threads; /* 0: not told */
	uint32_t flags; /* PF_*; 0: not told */
	uint64_t start; /* ticks since the system was started; UINT64_MAX: not told */
	bool is_task;   /* a thread that is not the first of its process */
};

/* 0 or -EINVAL. The text may hold newlines: comm may. */
int parse_stat(struct span text, struct stat_line *st);

#endif
