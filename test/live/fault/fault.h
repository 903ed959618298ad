/* SPDX-License-Identifier: MIT */
/* The program, with calls that fail when they are told to. */
#ifndef TEST_LIVE_FAULT_H
#define TEST_LIVE_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Calls that fail alike are one. */
enum fault_call {
	FAULT_ALLOC,  /* malloc and all that calls it */
	FAULT_READ,
	FAULT_OPEN,
	FAULT_LINK,   /* readlink */
	FAULT_STAT,
	FAULT_LIST,   /* getdents64, fdopendir */
	FAULT_SOCKET,
	FAULT_SEND,
	FAULT_RECV,
	FAULT_MMAP,
	FAULT_THREAD,
	FAULT_PIPE,
	FAULT_POLL,
	FAULT_NETNS,  /* setns, unshare */
	FAULT_FORK,
	FAULT_IOCTL,
	FAULT_SEEK,
	FAULT_BPF,
	FAULT_XATTR,
	FAULT_SOCKOPT,
	FAULT_PIDFD,
	FAULT_WRITE,
	FAULT_CALLS
};

#define FAULT_FRAMES 12

/* Shared with the child that runs the program. */
struct fault {
	/* What is to happen: call number `at` of that sort fails with this number, or all from it on. */
	enum fault_call call;
	uint64_t at; /* from 1 on; 0: none */
	int err;
	bool on;
	unsigned piece; /* reads of files give no more bytes; 0: as many as wanted */
	bool eintr;	/* every second read of a file is interrupted */
	/* What has happened. */
	atomic_ullong counts[FAULT_CALLS];
	atomic_ullong reads;
	atomic_ullong hits;
	const char *volatile name; /* of the call that failed first, and who made it, from within */
	void *where[FAULT_FRAMES];
};

extern struct fault *fault; /* NULL: nothing fails, nothing is counted */

/* Does this call fail? Then errno is set. */
bool fault_strikes(enum fault_call call, const char *name);

/* Stands before a function of the library, where the linker is told so. */
#define FAULT_WRAPPER(type, name, call, failed, params, args)                            \
	type __wrap_##name params;                                                       \
	type __real_##name params;                                                       \
	type __wrap_##name params                                                        \
	{                                                                                \
		if (fault_strikes(call, #name)) \
			return failed;                                                   \
		return __real_##name args;                                               \
	}

#endif
