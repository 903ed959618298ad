/* SPDX-License-Identifier: MIT */
/*
 * One pass of a BPF iterator over the descriptors of all processes: ten times
 * faster than /proc, only for root, only where the kernel can and may. Nothing of
 * it stays loaded. What it says is believed as a whole or not at all: on any error
 * there is no pass, and /proc is read instead.
 */
#ifndef BPF_PASS_H
#define BPF_PASS_H

#include <stdatomic.h>

#include "base/buf.h"
#include "bpf/record.h"
#include "os/root.h"

/* 0, or -errno: it may not, or cannot, be used here; *why: in a few words. No BPF call is made. */
MUST_CHECK int bpf_may(struct root *root, const char **why);

struct bpf_ask {
	enum bpf_what what;
	uint64_t inodes[BPF_FEW]; /* BPF_INODES, BPF_FILES */
	unsigned n;
	uint64_t families; /* BPF_SOCKETS: 1 << AF_*; 0: all */
	uint32_t pid;      /* only this process, if the kernel can do that; 0: all; BPF_UNIXES: whose */
	uint32_t netns;    /* BPF_UNIXES: inode of our network namespace */
	bool whole;        /* nothing of it is used before its end: nobody needs to be waited for */
};

/* The records of one process: n of them from `at` on, marks and threads left out. */
struct bpf_holder {
	uint32_t pid, n;
	size_t at;
	uint64_t start; /* start_boottime, ns */
};

struct bpf_aside;

struct bpf_pass {
	enum bpf_what what;
	uint64_t begun; /* by the clock that tells starts, ns; 0: not known */
	struct buf stream;
	struct bpf_holder *holders; /* ascending */
	size_t nholders, room;
	size_t indexed, last; /* of stream; where its last record is */
	_Atomic uint32_t *forgotten; /* bytes, of each grain of the stream; NULL: it stays */
	size_t grain; /* bytes that are given back together: a power of two, pages */
	size_t ahead; /* its reader waits when it is further than that; bytes */
	bool fixed;           /* holders may not move */
	struct bpf_aside *aside; /* its reader, if it is still read */
	size_t socks; /* records that are told of sockets */
	uint64_t records, bytes, reads; /* what it cost */
};

void bpf_pass_init(struct bpf_pass *p);
void bpf_pass_fini(struct bpf_pass *p);

/*
 * All but BPF_UNIXES tell of io_urings, too, whatever is asked for: what is registered there
 * is held without a descriptor. Our own process is left out. 0; -errno, *why: p is empty.
 */
MUST_CHECK int bpf_pass_read(struct bpf_pass *p, struct root *root, const struct bpf_ask *ask,
			     const char **why);

/*
 * The same, but a thread goes on reading: what is known of a process is so only after
 * bpf_pass_wait, and all of it is worthless if that, or bpf_pass_end, fails.
 */
MUST_CHECK int bpf_pass_begin(struct bpf_pass *p, struct root *root, const struct bpf_ask *ask,
			      const char **why);
/*
 * Until all records of processes up to this one are there. 0; -errno: it broke off. PIDs
 * are best asked for in their order, since the reader keeps close to the largest.
 */
MUST_CHECK int bpf_pass_wait(struct bpf_pass *p, uint32_t pid);
/* Until the end; more than once does no harm. 0 or -errno: p is empty. */
MUST_CHECK int bpf_pass_end(struct bpf_pass *p);

/* NULL: it was not seen. Valid as long as p. */
const struct bpf_holder *bpf_pass_find(const struct bpf_pass *p, uint32_t pid);
/* index.c: that of p->holders, and where the first record of that PID or a larger one is. */
const struct bpf_holder *bpf_index_find(const struct bpf_pass *p, uint32_t pid);
size_t bpf_index_from(const struct bpf_pass *p, uint32_t pid);

/* The record at `at`, which is moved behind it. */
static inline const struct bpf_head *bpf_next(const struct bpf_pass *p, size_t *at)
{
	const struct bpf_head *h = (const void *)(p->stream.p + *at);

	*at += h->size;
	return h;
}

/*
 * Records from `at` to `end` are not needed any more: their memory is given back, as far as
 * that of their neighbours is. Once for each; safe beside others that use other records.
 */
void bpf_pass_forget(const struct bpf_pass *p, size_t at, size_t end);
/* forget.c: where p->stream is now it stays. 0 or -ENOMEM. */
MUST_CHECK int bpf_forget_init(struct bpf_pass *p);

/* The name behind a bpf_file, if name >= 0. */
static inline const char *bpf_name(const struct bpf_file *f)
{
	return (const char *)(f + 1);
}

/*
 * The file's stat as statx(2) has it; false: only statx can say, since this kind of file
 * system has numbers of its own (btrfs, overlayfs, whatever is not known).
 */
bool bpf_stat(const struct bpf_file *f, struct fdmap_stat *st);

/*
 * pure: what is in p->stream, indexed. Records that are torn, out of order or doubled,
 * or whose sizes lie: -EPROTO.
 */
MUST_CHECK int bpf_pass_index(struct bpf_pass *p, uint32_t own_pid);
/* The same of what came since; end: no more comes. A PID up to which all has come, or -errno. */
MUST_CHECK int bpf_pass_index_more(struct bpf_pass *p, uint32_t own_pid, bool end);

#endif
