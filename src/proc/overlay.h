/* SPDX-License-Identifier: MIT */
/* Where on the host the root directory of a container is kept. */
#ifndef PROC_OVERLAY_H
#define PROC_OVERLAY_H

#include <stdbool.h>

#include "base/cursor.h"

/*
 * Pure. From the text of mountinfo: the directory that what is written to the root
 * goes to, appended. false: the root is no overlay, or its path is not whole.
 */
bool parse_overlay_upper(struct span text, struct buf *out);

#endif
