/* SPDX-License-Identifier: MIT */
/*
 * The mappings of one process: the kernel is asked for those of files one by one, or for the
 * text of all, where it knows only that.
 */
#ifndef ENGINE_MAPWALK_H
#define ENGINE_MAPWALK_H

#include "engine/scan.h"
#include "proc/maps.h"

/*
 * escaped: a newline in the path is \012. What was told of may be told again. 0 or -ENOMEM,
 * which ends it.
 */
typedef int mapwalk_fn(void *arg, const struct map_line *m, bool escaped);

/* 0, or -ENOMEM and its like; a process whose mappings may not be read has none. */
MUST_CHECK int mapwalk(struct worker *w, const struct target *t, mapwalk_fn *fn, void *arg);

#endif
