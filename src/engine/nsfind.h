/* SPDX-License-Identifier: MIT */
/*
 * Finding network namespaces: those of processes and their threads, and those that
 * are mounted somewhere a process can see. What only a descriptor or a socket keeps
 * is found where descriptors are looked at: nsstray.h.
 */
#ifndef ENGINE_NSFIND_H
#define ENGINE_NSFIND_H

#include "engine/nslist.h"

/* All of them, once in the life of the list, with their names. 0, or out of something. */
MUST_CHECK int nsfind_all(struct nslist *l, struct root *root);

/* Only the names of those in the list. */
MUST_CHECK int nsfind_names(struct nslist *l, struct root *root);

#endif
