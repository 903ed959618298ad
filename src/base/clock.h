/* SPDX-License-Identifier: MIT */
/* A clock that only goes on. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds; 0 where there is no such clock. */
static inline uint64_t clock_read(clockid_t which)
{
	struct timespec t;

	if (clock_gettime(which, &t) < 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t clock_ns(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/* By this one the kernel tells when a process was started. */
static inline uint64_t clock_boot_ns(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

static inline uint64_t clock_ms(void)
{
	return clock_ns() / 1000000;
}

/* That many milliseconds from now, for conditions that wait by CLOCK_MONOTONIC. */
static inline struct timespec clock_deadline(unsigned ms)
{
	uint64_t ns = clock_ns() + (uint64_t)ms * 1000000u;

	return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000u),
				  .tv_nsec = (long)(ns % 1000000000u) };
}

/* How many of ms are left, since that time of clock_ms. */
static inline unsigned clock_left(unsigned ms, uint64_t since)
{
	uint64_t gone = clock_ms() - since;

	return gone < ms ? ms - (unsigned)gone : 0;
}

#endif
