/* SPDX-License-Identifier: MIT */
/*
 * Runs a function over 0..n-1 in chunks, on up to k threads, the caller's
 * among them. A thread that cannot be made is done without. The worker number
 * (0..k-1) lets each keep its own arena.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

typedef void pool_fn(void *arg, unsigned worker, size_t lo, size_t hi);

void pool_run(unsigned threads, size_t n, size_t chunk, pool_fn *fn, void *arg);

#endif
