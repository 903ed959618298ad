/* SPDX-License-Identifier: MIT */
/* Socket tables of other network namespaces, from a pass: none has to be entered. */
#ifndef ENGINE_PASSLOAD_H
#define ENGINE_PASSLOAD_H

#include "engine/snapshot.h"

/*
 * Fills t with what the entries of s->ns want, as far as they want the same, and marks
 * these (done). Where a pass can't be had, or can't tell all of it, nothing is done. 0;
 * -ENOMEM.
 */
MUST_CHECK int passload(struct fdmap_snapshot *s, const struct socksource *how, struct socktab *t,
			void (*done)(void *arg, struct nsentry *e), void *arg);

#endif
