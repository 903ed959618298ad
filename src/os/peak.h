/* SPDX-License-Identifier: MIT */
/* What this program itself has used. */
#ifndef OS_PEAK_H
#define OS_PEAK_H

#include <stdint.h>

#include "base/cursor.h"
#include "base/util.h"

/* The most memory of its own that was resident at once, in bytes; 0: not known. */
uint64_t peak_memory(void);

/* "VmHWM:  6120 kB" of PID/status, as bytes; 0: it is not there. */
uint64_t parse_peak(struct span status);

#endif
