/* SPDX-License-Identifier: MIT */
/*
 * Processes that could not be looked at. The walk notes who refused, which costs nothing
 * else; why they did is found out when somebody asks.
 */
#ifndef ENGINE_UNSEEN_H
#define ENGINE_UNSEEN_H

#include <stdint.h>

struct fdmap_snapshot;
struct worker;

/* It was wanted, and may not be read. */
void unseen_refused(struct worker *w, uint32_t pid);
/* Its mappings or arguments were behind a lock that nobody gave back. */
void unseen_held(struct worker *w, uint32_t pid);
/* Its directory could not be opened: -errno. */
void unseen_closed(struct worker *w, uint32_t pid, int err);
/* What a worker has noted is the snapshot's. */
void unseen_keep(struct fdmap_snapshot *s, const struct worker *w);

#endif
