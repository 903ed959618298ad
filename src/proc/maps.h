/* SPDX-License-Identifier: MIT */
/* PID/maps: the mapped files. */
#ifndef PROC_MAPS_H
#define PROC_MAPS_H

#include "base/buf.h"
#include "base/cursor.h"

struct map_line {
	uint64_t start, end;
	uint64_t dev; /* makedev(3) */
	uint64_t ino;
	struct span path; /* as printed: newline is \012; "" when anonymous */
};

/* 0 or -EINVAL. One line without its newline. */
int parse_map_line(struct span line, struct map_line *map);

#endif
